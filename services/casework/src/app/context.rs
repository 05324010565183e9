//! What every part of the service needs.

use std::sync::Arc;

use huiyin_calendar::Calendar;
use huiyin_forms::Press;
use huiyin_journal::Db;
use huiyin_kernel::{BusinessClock, Ids};
use huiyin_web::Client;

use super::batches::Queue;
use super::packs::Packs;

/// Handed to endpoints, consumers, timers and tasks.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) api: Db,
    pub(crate) worker: Db,
    pub(crate) clock: BusinessClock,
    pub(crate) ids: Ids,
    pub(crate) http: Client,
    pub(crate) packs: Arc<Packs>,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) press: Arc<Press>,
    pub(crate) batches: Arc<Queue>,
}
