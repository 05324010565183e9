//! Reckoning the open clocks of a case again with the present calendar (T7).

use chrono::{DateTime, Utc};
use huiyin_journal::Tx;
use huiyin_kernel::{Actor, CaseId, Service};

use super::carry_out::{Occasion, carry_out, derived};
use super::context::Context;
use super::error::Failure;
use crate::domain::{Case, Command, Refusal, decide};
use crate::store::cases;

const ACTOR: Actor = Actor::System { service: Service::Casework };

/// Reckons a case that is locked; gives it back as it was when its clocks are up to date.
pub(crate) async fn reckon(ctx: &Context, tx: &mut Tx, case: Case, at: DateTime<Utc>) -> Result<Case, Failure> {
    let policy = ctx.packs.of_case(tx, &case.facts.policy.hash).await?;
    match decide(&case, &Command::Reckon, &policy, &ctx.calendar, &ACTOR, at) {
        Ok(events) => {
            let cause = derived(case.facts.case_id, "reckon", case.version);
            carry_out(ctx, tx, Some(&case), &events, &policy, &Occasion { actor: ACTOR, cause, at }).await
        }
        Err(Refusal::NothingChanges | Refusal::WrongState { .. }) => Ok(case),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Reckons one case in a transaction of its own.
pub(crate) async fn reckon_one(ctx: &Context, case_id: CaseId) -> Result<(), Failure> {
    let mut tx = ctx.worker.begin().await?;
    if let Some(case) = cases::lock(&mut tx, case_id).await? {
        reckon(ctx, &mut tx, case, ctx.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Cases that still carry another calendar.
pub(crate) async fn outdated(ctx: &Context, limit: i64) -> Result<Vec<CaseId>, Failure> {
    let mut tx = ctx.worker.read().await?;
    Ok(cases::reckoned_otherwise(&mut tx, ctx.calendar.version(), limit).await?)
}
