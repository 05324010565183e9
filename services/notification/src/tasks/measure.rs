//! How much is waiting to be sent, for the metrics.

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;

use crate::app::context::Context;
use crate::domain::attempt::GIVE_UP_AFTER;
use crate::store::messages;

/// The reconciler.
pub(crate) struct Measure(pub(crate) Context);

#[async_trait]
impl Reconciler for Measure {
    async fn run(&self) -> Result<usize, BoxError> {
        let (count, first) = messages::pending(&mut *self.0.worker.read().await?).await?;
        let age = first.map_or(0.0, |end| (self.0.infra.now() - (end - GIVE_UP_AFTER)).as_seconds_f64());
        metrics::gauge!("huiyin_notification_pending_messages").set(count as f64);
        metrics::gauge!("huiyin_notification_oldest_pending_seconds").set(age.max(0.0));
        Ok(0)
    }
}
