//! Destroys what stands here of petitions whose personal data intake has destroyed (S7), and tells intake once nothing is left (D-7).

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_kernel::Service;
use huiyin_runtime::Reconciler;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::app::context::Context;
use crate::store::erasure;

/// Petitions of one run.
const BATCH: i64 = 100;

/// The reconciler.
pub(crate) struct DestroyCopies(pub(crate) Context);

#[async_trait]
impl Reconciler for DestroyCopies {
    async fn run(&self) -> Result<usize, BoxError> {
        let ctx = &self.0;
        let mut tx = ctx.worker.begin().await?;
        let clean = erasure::destroy(&mut tx, BATCH).await?;
        tx.commit().await?;
        if clean.is_empty() {
            return Ok(0);
        }
        // Told before it is noted here: intake may hear it twice, never not at all.
        let asked = json!({ "petition_ids": clean });
        let _: IgnoredAny = ctx.http.post(Service::Intake, "/internal/erasures/confirm", &asked).await?;
        let mut tx = ctx.worker.begin().await?;
        erasure::confirmed(&mut tx, &clean).await?;
        tx.commit().await?;
        Ok(clean.len())
    }
}
