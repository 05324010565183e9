//! Takes messages that are due, and keeps them while they are being tried.

use std::time::Duration;

use chrono::TimeDelta;
use huiyin_journal::DbError;
use huiyin_kernel::MessageId;
use tokio::time::{Instant, interval_at};

use super::context::Context;
use crate::domain::attempt::LONGEST_PAUSE;
use crate::store::messages::{self, Claimed};

/// How long another sender leaves a message alone after the last sign of life of the one that has it: what a sender killed in the
/// middle costs. A living one renews it, however long the mail server takes.
const LEASE: TimeDelta = TimeDelta::seconds(6);
/// Three signs of life may be lost before another takes over.
const RENEWAL: Duration = Duration::from_millis(1500);

/// At most `limit` messages that are due, leased to this sender.
pub(crate) async fn lease(ctx: &Context, limit: i64) -> Result<Vec<Claimed>, DbError> {
    let mut tx = ctx.worker.begin().await?;
    let claimed = messages::claim(&mut tx, ctx.infra.now(), LEASE, LONGEST_PAUSE, limit).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Does `work` on leased messages; no other sender takes them meanwhile.
pub(crate) async fn hold<T>(ctx: &Context, leased: &[MessageId], work: impl Future<Output = T>) -> T {
    let renewing = async {
        let mut ticks = interval_at(Instant::now() + RENEWAL, RENEWAL);
        loop {
            ticks.tick().await;
            if let Err(error) = renew(ctx, leased).await {
                // Another sender may take them too: a letter sent twice bears the same id, and a message is settled once.
                tracing::warn!(error = &error as &dyn std::error::Error, "a lease cannot be renewed");
            }
        }
    };
    tokio::select! {
        done = work => done,
        never = renewing => never,
    }
}

async fn renew(ctx: &Context, leased: &[MessageId]) -> Result<(), DbError> {
    let mut tx = ctx.worker.begin().await?;
    messages::renew(&mut tx, leased, ctx.infra.now() + LEASE).await?;
    tx.commit().await
}
