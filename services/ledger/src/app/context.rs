//! What every part of the service needs.

use huiyin_journal::Db;
use huiyin_web::Client;

/// Handed to endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) api: Db,
    pub(crate) http: Client,
}
