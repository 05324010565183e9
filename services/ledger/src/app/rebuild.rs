//! The ledger emptied and built again from the owners, while it goes on answering.

use async_trait::async_trait;
use huiyin_journal::{BoxError, DbError, Operator, Rebuild, RebuildProgress, begin_rebuild, rebuild_progress};
use huiyin_kernel::Actor;
use huiyin_runtime::Reconciler;
use serde_json::json;

use super::context::Context;
use crate::events::incoming::{DISTRICTS, OWNERS};
use crate::store::emptied::empty;
use crate::store::names;

/// Whether the actor's district holds the whole ledger: what is done to it is done to every district in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of it.
    Whole,
    /// There are districts beyond.
    Part,
    /// Not known while the districts themselves are being brought back.
    Unknown,
}

/// How much of the ledger lies within the actor's district.
pub(crate) async fn reach(ctx: &Context, actor: &Actor) -> Result<Reach, DbError> {
    let Actor::Staff { district, .. } = actor else { return Ok(Reach::Part) };
    if progress(ctx).await?.iter().any(|part| part.consumer == DISTRICTS && part.finished_at.is_none()) {
        return Ok(Reach::Unknown);
    }
    let inside = names::lie_within(&mut *ctx.api.read().await?, district.prefix()).await?;
    Ok(if inside { Reach::Whole } else { Reach::Part })
}

/// Empties the ledger and begins to build it again, in one transaction; the reason is written down with who asked for it.
pub(crate) async fn begin(ctx: &Context, actor: &Actor, reason: &str) -> Result<(), DbError> {
    let consumers = OWNERS.map(|(consumer, _)| consumer);
    let name = match actor {
        Actor::Staff { staff_id, .. } => staff_id.to_string(),
        Actor::Petitioner | Actor::System { .. } => "system".to_owned(),
    };
    let mut tx = ctx.worker.begin().await?;
    begin_rebuild(&mut tx, &consumers).await?;
    empty(&mut tx).await?;
    Operator::new(&ctx.worker, &name, reason)
        .note(&mut tx, "ledger.rebuild", json!({ "consumers": consumers }))
        .await?;
    tx.commit().await?;
    ctx.rebuild.notify_one();
    Ok(())
}

/// How far each owner's part has come.
pub(crate) async fn progress(ctx: &Context) -> Result<Vec<RebuildProgress>, DbError> {
    rebuild_progress(&mut ctx.worker.read().await?, ctx.worker.schema()).await
}

/// Goes on with a rebuild, a page of one owner at a time.
#[derive(Debug)]
pub(crate) struct GoOn(pub(crate) Vec<Rebuild>);

#[async_trait]
impl Reconciler for GoOn {
    async fn run(&self) -> Result<usize, BoxError> {
        let mut brought = 0;
        let mut failed = None;
        for rebuild in &self.0 {
            match rebuild.step().await {
                Ok(more) => brought += more,
                // The other owners' parts go on.
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if brought == 0 => Err(error.into()),
            Some(_) | None => Ok(brought),
        }
    }
}
