//! Takes messages that are due.

use chrono::TimeDelta;
use huiyin_journal::DbError;

use super::context::Context;
use crate::store::messages::{self, Claimed};

/// How long a sender may take before another tries the same messages: longer than the slowest try (20 s for the mail server, 5 s
/// each for the contact's key and the words of the case), short enough that a sender killed in the middle holds nothing up for a minute.
const LEASE: TimeDelta = TimeDelta::seconds(45);

/// At most `limit` messages that are due, leased to this sender.
pub(crate) async fn lease(ctx: &Context, limit: i64) -> Result<Vec<Claimed>, DbError> {
    let mut tx = ctx.worker.begin().await?;
    let claimed = messages::claim(&mut tx, ctx.infra.now(), LEASE, limit).await?;
    tx.commit().await?;
    Ok(claimed)
}
