//! What every part of the service needs.

use std::sync::Arc;

use huiyin_journal::Db;
use huiyin_web::Client;
use tokio::sync::Notify;

/// Handed to endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) api: Db,
    /// The login that may empty the ledger.
    pub(crate) worker: Db,
    pub(crate) http: Client,
    /// Wakes the rebuild.
    pub(crate) rebuild: Arc<Notify>,
}
