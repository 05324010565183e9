//! Sends what is due. A message is leased before it is tried and the lease renewed while that lasts, so a sender that dies in the
//! middle delays it by some seconds; it is settled only afterwards, so it may be tried twice but is never lost.

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;
use tracing::Instrument as _;

use crate::app::context::Context;
use crate::app::lease::{hold, lease};
use crate::app::send::send;
use crate::app::settle::settle;

/// Tried side by side.
const AT_ONCE: usize = 16;

/// The reconciler.
pub(crate) struct Sender(pub(crate) Context);

#[async_trait]
impl Reconciler for Sender {
    async fn run(&self) -> Result<usize, BoxError> {
        let ctx = &self.0;
        let claimed = lease(ctx, AT_ONCE as i64).await?;
        let count = claimed.len();
        let leased: Vec<_> = claimed.iter().map(|message| message.message_id).collect();
        let trying = stream::iter(claimed)
            .map(|message| async move {
                let span = tracing::info_span!("send message", otel.kind = "producer", message.id = %message.message_id,
                    template = message.template.name(), attempts = message.attempts, trace.id = tracing::field::Empty);
                huiyin_telemetry::continue_from(&span, message.traceparent.as_deref());
                let (tried, text) = send(ctx, &message).instrument(span).await;
                (message, tried, text)
            })
            .buffered(AT_ONCE)
            .collect();
        let tried: Vec<_> = hold(ctx, &leased, trying).await;
        if !tried.is_empty() {
            settle(ctx, tried).await?;
        }
        Ok(count)
    }
}
