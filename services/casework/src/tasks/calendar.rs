//! After a new calendar is loaded, every open clock is reckoned again (D-4, T7).

use std::sync::Mutex;

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_kernel::CaseId;
use huiyin_runtime::Reconciler;

use crate::app::context::Context;
use crate::app::reckon::{outdated, reckon_batch};

/// Cases per run, all in one transaction.
const BATCH: i64 = 200;

/// Brings the clocks of open cases to the present calendar, a batch at a time. What it has done is seen from the cases themselves:
/// stopped in the middle, it goes on where it stood.
#[derive(Debug)]
pub(crate) struct NewCalendar {
    ctx: Context,
    /// How far this round has come; what failed before is left to the next round.
    after: Mutex<Option<CaseId>>,
}

impl NewCalendar {
    pub(crate) const fn new(ctx: Context) -> Self {
        Self { ctx, after: Mutex::new(None) }
    }

    fn came_to(&self, case: Option<CaseId>) {
        *self.after.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = case;
    }
}

#[async_trait]
impl Reconciler for NewCalendar {
    async fn run(&self) -> Result<usize, BoxError> {
        let after = *self.after.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let cases = outdated(&self.ctx, after, BATCH).await?;
        self.came_to(cases.last().copied());
        if !cases.is_empty() {
            reckon_batch(&self.ctx, &cases).await?;
        }
        Ok(cases.len())
    }
}
