//! In-process wake-ups: a commit tells the loops of its own process that there is work, so that they need not wait for
//! their next poll. Carrying no data and lost with the process, they are a matter of speed, never of correctness (O9).

use std::sync::Arc;

use tokio::sync::Notify;

/// The wake-ups of one service in one process. Cheap to clone; share one between the service's [`crate::Db`]s.
#[derive(Clone, Debug, Default)]
pub struct Wakes {
    /// Something was published.
    pub published: Arc<Notify>,
    /// A timer was armed.
    pub armed: Arc<Notify>,
}
