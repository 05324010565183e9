//! Reckoning the open clocks of a case again with the present calendar (T7).

use chrono::{DateTime, Utc};
use huiyin_journal::Tx;
use huiyin_kernel::{Actor, CaseId, Service};
use uuid::Uuid;

use super::carry_out::{Happened, Occasion, carry_out, carry_out_all, derived};
use super::context::Context;
use super::error::Failure;
use crate::domain::{Case, Command, Refusal, decide};
use crate::store::cases::{self, Outdated};

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

/// Reckons cases together in one transaction; when one of them cannot be, each by itself, and the others are done. Gives how many could not.
///
/// # Errors
/// The store is away: nothing is said of the cases, and they are to be tried again.
pub(crate) async fn reckon_batch(ctx: &Context, cases: &[CaseId]) -> Result<usize, Failure> {
    let Err(error) = reckon_together(ctx, cases).await else { return Ok(0) };
    if error.is_outage() {
        return Err(error);
    }
    let mut failed = 0;
    for case in cases {
        match reckon_together(ctx, std::slice::from_ref(case)).await {
            Ok(()) => {}
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => {
                tracing::error!(alarm = true, case.id = %case, %error, "a case's deadlines cannot be reckoned with the new calendar");
                failed += 1;
            }
        }
    }
    Ok(failed)
}

async fn reckon_together(ctx: &Context, ids: &[CaseId]) -> Result<(), Failure> {
    let at = ctx.clock.now();
    let mut tx = ctx.worker.begin().await?;
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let cases = cases::lock_all(&mut tx, &ids).await?;
    let mut come = Vec::with_capacity(cases.len());
    for case in cases.values() {
        let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
        match decide(case, &Command::Reckon, &policy, &ctx.calendar, &ACTOR, at) {
            Ok(events) => {
                let cause = derived(case.facts.case_id, "reckon", case.version);
                come.push((case, events, policy, Occasion { actor: ACTOR, cause, at }));
            }
            Err(Refusal::NothingChanges | Refusal::WrongState { .. }) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let happened = come.iter().map(|(case, events, policy, occasion)| Happened {
        before: Some(case),
        events,
        policy,
        occasion,
        trace: None,
    });
    carry_out_all(ctx, &mut tx, happened.collect()).await?;
    tx.commit().await?;
    Ok(())
}

/// Cases past `after` that still carry another calendar.
pub(crate) async fn outdated(ctx: &Context, after: Option<&Outdated>, limit: i64) -> Result<Vec<Outdated>, Failure> {
    let mut tx = ctx.worker.read().await?;
    Ok(cases::reckoned_otherwise(&mut tx, ctx.calendar.version(), after, limit).await?)
}
