//! What a service does when a timer is due.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_journal::{BoxError, DbError, RecordError, Tx};
use uuid::Uuid;

/// A timer whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The timer; also the cause of what its firing records.
    pub timer_id: Uuid,
    /// What it watches.
    pub aggregate_id: Uuid,
    /// What for.
    pub kind: String,
    /// Which arming of that kind; an older one than the aggregate's present one is stale (T4).
    pub generation: i32,
    /// When it was due.
    pub due_at: DateTime<Utc>,
}

/// What came of a firing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fired {
    /// The consequence has been recorded.
    Effect,
    /// The matter no longer needs it: another generation is armed, or the duty is done.
    Stale,
    /// The date, derived again, is later: the same timer waits for it.
    Rearm(DateTime<Utc>),
}

/// A firing failed. The timer is set back with a growing pause and raises an alarm; others go on.
#[derive(Debug, thiserror::Error)]
#[error("the timer's consequence failed: {0}")]
pub struct FireError(pub BoxError);

impl From<DbError> for FireError {
    fn from(error: DbError) -> Self {
        Self(error.into())
    }
}

impl From<RecordError> for FireError {
    fn from(error: RecordError) -> Self {
        Self(error.into())
    }
}

impl From<sqlx::Error> for FireError {
    fn from(error: sqlx::Error) -> Self {
        Self(error.into())
    }
}

/// The consequences of a service's timers. Runs in the transaction that marks the timer fired, on the worker's login, inside
/// a savepoint. Locks the aggregate first and checks its state and generation.
#[async_trait]
pub trait TimerHandler: Send + Sync + 'static {
    /// One timer; `now` is the instant of the scan.
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError>;

    /// Several timers, each of another aggregate; what came of each, in their order. On error nothing of them counts, and they come
    /// again one by one.
    async fn fire_all(&self, tx: &mut Tx, due: &[Due], now: DateTime<Utc>) -> Result<Vec<Fired>, FireError> {
        let mut fired = Vec::with_capacity(due.len());
        for due in due {
            fired.push(self.fire(tx, due, now).await?);
        }
        Ok(fired)
    }
}
