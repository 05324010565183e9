//! The auditor of timers: a timer lost is an alarm, and is armed again (T8).

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;

use crate::app::audit_timers::{arm_again, without_timer};
use crate::app::context::Context;

/// Cases per run.
const BATCH: i64 = 100;

/// Looks for open clocks without a timer.
#[derive(Clone, Debug)]
pub(crate) struct TimerAudit(pub(crate) Context);

#[async_trait]
impl Reconciler for TimerAudit {
    async fn run(&self) -> Result<usize, BoxError> {
        let lacking = without_timer(&self.0, BATCH).await?;
        for case_id in &lacking {
            tracing::error!(case.id = %case_id, "an open deadline had no timer; it is armed again");
            metrics::counter!("huiyin_casework_timers_lost_total").increment(1);
            arm_again(&self.0, *case_id).await?;
        }
        // What could not be mended is looked at again after the pause, not at once.
        Ok(0)
    }
}
