//! What a case's timers do: warn, mark overdue with its consequence, end a withdrawal's rest.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_journal::Tx;
use huiyin_kernel::{Actor, CaseId, Service};
use huiyin_policy::Policy;
use huiyin_timers::{Due, FireError, Fired, TimerHandler};

use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use super::error::Failure;
use super::reckon::reckon;
use crate::domain::{Case, Command, LAPSE, Mark, Refusal, decide, read_kind};
use crate::store::{cases, directory};

/// The timers of cases.
#[derive(Clone, Debug)]
pub(crate) struct CaseTimers(pub(crate) Context);

#[async_trait]
impl TimerHandler for CaseTimers {
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError> {
        Ok(self.effect(tx, due, now).await?)
    }
}

impl CaseTimers {
    async fn effect(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, Failure> {
        let Some(case) = cases::lock(tx, CaseId::from(due.aggregate_id)).await? else { return Ok(Fired::Stale) };
        let policy = self.0.packs.of_case(tx, &case.facts.policy.hash).await?;
        if due.kind == LAPSE {
            let current = case.rests == due.generation;
            return if current {
                self.decided(tx, &case, &Command::Lapse, &policy, due, now).await
            } else {
                Ok(Fired::Stale)
            };
        }
        let Some((kind, mark)) = read_kind(&due.kind) else { return Ok(Fired::Stale) };
        let is_current =
            |case: &Case, generation| case.clock(kind).is_some_and(|c| c.is_open() && c.generation == generation);
        if !is_current(&case, due.generation) {
            return Ok(Fired::Stale);
        }
        // The date is derived again before it binds; with a new calendar it may lie elsewhere (T7).
        let generation_before = due.generation;
        let case = reckon(&self.0, tx, case, now).await?;
        let generation = case.clock(kind).map_or(generation_before, |clock| clock.generation);
        if generation != generation_before && !reached(&case, kind, mark, &policy, now) {
            return Ok(Fired::Stale);
        }
        if generation != generation_before && mark == Mark::Due {
            // Its own timer was armed again by the reckoning, and fires in its turn.
            return Ok(Fired::Stale);
        }
        let main_leader = directory::main_leader(tx, &case.responsible_unit, &case.facts.district).await?;
        let command = Command::Mark { kind, mark, generation, main_leader };
        self.decided(tx, &case, &command, &policy, due, now).await
    }

    async fn decided(
        &self,
        tx: &mut Tx,
        case: &Case,
        command: &Command,
        policy: &Policy,
        due: &Due,
        now: DateTime<Utc>,
    ) -> Result<Fired, Failure> {
        let actor = Actor::System { service: Service::Casework };
        let events = match decide(case, command, policy, &self.0.calendar, &actor, now) {
            Ok(events) => events,
            Err(Refusal::StaleMark | Refusal::WrongState { .. } | Refusal::LapseTooEarly) => return Ok(Fired::Stale),
            Err(refusal) => return Err(refusal.into()),
        };
        let occasion = Occasion { actor, cause: due.timer_id, at: now };
        carry_out(&self.0, tx, Some(case), &events, policy, &occasion).await?;
        Ok(Fired::Effect)
    }
}

/// Has the mark, as it stands after reckoning again, been reached?
fn reached(
    case: &Case,
    kind: huiyin_contracts::casework::DeadlineKind,
    mark: Mark,
    policy: &Policy,
    now: DateTime<Utc>,
) -> bool {
    let Some(clock) = case.clock(kind) else { return false };
    let instants = policy.clocks.warnings.instants(clock.started_at, clock.deadline.due_at);
    match mark {
        Mark::Due => now >= clock.deadline.due_at,
        Mark::Warning(nth) => instants.get(usize::from(nth)).is_some_and(|(at, _)| *at <= now),
    }
}
