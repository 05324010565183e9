//! What every part of the service needs.

use std::sync::Arc;

use huiyin_calendar::{Calendar, Rule};
use huiyin_journal::Db;
use huiyin_kernel::{BusinessClock, Ids, InfraClock};
use huiyin_web::Client;
use tokio::sync::Notify;

use crate::mail::Mail;

/// Handed to handlers, tasks and endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) api: Db,
    pub(crate) worker: Db,
    pub(crate) clock: BusinessClock,
    pub(crate) infra: InfraClock,
    pub(crate) ids: Ids,
    pub(crate) http: Client,
    pub(crate) calendar: Arc<Calendar>,
    /// The longest the law gives for telling whether a petition is taken up (REG-13); casework keeps the place's own clock.
    pub(crate) notice: Rule,
    /// Absent when the city has no mail server: then a message by e-mail is an alarm, never silence.
    pub(crate) mail: Option<Mail>,
    /// Wakes the sender after messages were written.
    pub(crate) due: Arc<Notify>,
    /// Wakes [`crate::tasks::erasure`] after intake destroyed something.
    pub(crate) erased: Arc<Notify>,
}
