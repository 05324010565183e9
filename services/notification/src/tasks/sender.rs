//! Sends what is due. A message is leased before it is tried and the lease renewed while that lasts, so a sender that dies in the
//! middle delays it by some seconds; it is settled only afterwards, so it may be tried twice but is never lost.

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;
use tracing::Instrument as _;

use crate::app::addresses::Addresses;
use crate::app::context::Context;
use crate::app::lease::{hold, lease};
use crate::app::send::send;
use crate::app::settle::settle;

/// Leased together; their addresses are found together.
const BATCH: i64 = 64;
/// Tried side by side.
const AT_ONCE: usize = 16;

/// The reconciler.
pub(crate) struct Sender(pub(crate) Context);

#[async_trait]
impl Reconciler for Sender {
    async fn run(&self) -> Result<usize, BoxError> {
        let ctx = &self.0;
        let claimed = lease(ctx, BATCH).await?;
        let count = claimed.len();
        let leased: Vec<_> = claimed.iter().map(|message| message.message_id).collect();
        let trying = async {
            let addresses = Addresses::find(ctx, &claimed).await;
            let trying = stream::iter(claimed).map(|message| {
                let addresses = &addresses;
                async move {
                    let span = tracing::info_span!("send message", otel.kind = "producer", message.id = %message.message_id,
                        template = message.template.name(), attempts = message.attempts, trace.id = tracing::field::Empty);
                    huiyin_telemetry::continue_from(&span, message.traceparent.as_deref());
                    let (tried, text) = send(ctx, addresses, &message).instrument(span).await;
                    (message, tried, text)
                }
            });
            trying.buffered(AT_ONCE).collect().await
        };
        let tried: Vec<_> = Box::pin(hold(ctx, &leased, trying)).await;
        if !tried.is_empty() {
            settle(ctx, tried).await?;
        }
        Ok(count)
    }
}
