//! The ledger emptied and built again from the owners, while it goes on answering.

use async_trait::async_trait;
use huiyin_journal::{BoxError, DbError, Operator, Rebuild, RebuildProgress, begin_rebuild, rebuild_progress};
use huiyin_kernel::Actor;
use huiyin_runtime::Reconciler;
use serde_json::json;

use super::context::Context;
use crate::events::incoming::OWNERS;
use crate::store::emptied::empty;

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
