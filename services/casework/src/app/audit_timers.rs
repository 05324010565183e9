//! The independent check that every open clock has its timer (T8): derived again from the cases, not from the timers.

use huiyin_kernel::CaseId;
use huiyin_timers::Arm;

use super::carry_out::derived;
use super::context::Context;
use super::error::Failure;
use crate::domain::armed_at;
use crate::store::cases;

/// Cases that lack a timer they should have.
pub(crate) async fn without_timer(ctx: &Context, limit: i64) -> Result<Vec<CaseId>, Failure> {
    let mut tx = ctx.worker.read().await?;
    Ok(cases::without_timer(&mut tx, limit).await?)
}

/// Arms what a case lacks; timers it has stay as they are.
pub(crate) async fn arm_again(ctx: &Context, case_id: CaseId) -> Result<(), Failure> {
    let mut tx = ctx.worker.begin().await?;
    let Some(case) = cases::lock(&mut tx, case_id).await? else { return Ok(()) };
    let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
    let now = ctx.clock.now();
    let mut ids = ctx.ids.for_cause(derived(case_id, "audit", case.version));
    let arm: Vec<Arm> = armed_at(&case, &policy, now)
        .into_iter()
        .map(|(kind, generation, due_at)| Arm {
            timer_id: ids.next(now),
            aggregate_id: case_id.uuid(),
            kind,
            generation,
            due_at,
            calendar_version: Some(ctx.calendar.version().to_owned()),
        })
        .collect();
    huiyin_timers::arm(&mut tx, &arm).await?;
    tx.commit().await?;
    Ok(())
}
