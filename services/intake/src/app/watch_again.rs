use std::sync::Arc;

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;
use huiyin_timers::Arm;

use super::{Context, HAND_OVER};
use crate::store;

/// Petitions per run.
const BATCH: i64 = 100;

/// The auditor of watchdogs (T8): a petition without a case and without its timer is an alarm, and is watched again. Derived from the
/// petitions, not from the timers.
#[derive(Debug)]
pub struct WatchAgain(pub Arc<Context>);

#[async_trait]
impl Reconciler for WatchAgain {
    async fn run(&self) -> Result<usize, BoxError> {
        let context = &self.0;
        let lost = store::unwatched::unwatched(&mut *context.worker.read().await?, HAND_OVER, BATCH).await?;
        if lost.is_empty() {
            return Ok(0);
        }
        let now = context.clock.now();
        let arm: Vec<Arm> = lost
            .iter()
            .map(|petition| {
                let policy = context.policy(&petition.policy_pack);
                let (due_at, calendar_version) =
                    context.due(petition.registered_at, &policy.petition.handover_watchdog);
                Arm {
                    timer_id: context.ids.for_cause(petition.petition_id).next(now),
                    aggregate_id: petition.petition_id,
                    kind: HAND_OVER,
                    generation: 0,
                    due_at,
                    calendar_version,
                }
            })
            .collect();
        let mut tx = context.worker.begin().await?;
        huiyin_timers::arm(&mut tx, &arm).await?;
        tx.commit().await?;
        for petition in &lost {
            metrics::counter!("huiyin_intake_timers_lost_total").increment(1);
            tracing::error!(alarm = true, petition.id = %petition.petition_id, "a petition without a case had no timer; it is watched again");
        }
        Ok(lost.len())
    }
}
