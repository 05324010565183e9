//! Forgets what has served its purpose: failures older than the window, sessions long over.

use async_trait::async_trait;
use chrono::TimeDelta;
use huiyin_journal::{BoxError, Db};
use huiyin_kernel::InfraClock;
use huiyin_runtime::Reconciler;

use crate::store;

const FAILURES_HOURS: i64 = 1;
const SESSIONS_DAYS: i64 = 7;
const BATCH: i64 = 1000;

/// The task.
#[derive(Clone, Debug)]
pub(crate) struct Forget {
    /// The worker's login.
    pub(crate) db: Db,
    /// Infrastructure time.
    pub(crate) infra: InfraClock,
}

#[async_trait]
impl Reconciler for Forget {
    async fn run(&self) -> Result<usize, BoxError> {
        let now = self.infra.now();
        let mut tx = self.db.begin().await?;
        let failures = store::failures::forget(&mut tx, now - TimeDelta::hours(FAILURES_HOURS)).await?;
        let sessions = store::sessions::forget(&mut tx, now - TimeDelta::days(SESSIONS_DAYS), BATCH).await?;
        tx.commit().await?;
        Ok(usize::try_from(failures + sessions).unwrap_or(usize::MAX))
    }
}
