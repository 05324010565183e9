//! What timers do: a case's warn, mark overdue with its consequence, end a withdrawal's rest; a call's tells who has not replied.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_journal::{Tx, traceparent};
use huiyin_kernel::{Actor, DistrictCode, Service, StaffId, UnitCode};
use huiyin_policy::Policy;
use huiyin_timers::{Due, FireError, Fired, TimerHandler};
use uuid::Uuid;

use super::calls::remind;
use super::carry_out::{Happened, Occasion, carry_out_all};
use super::context::Context;
use super::error::Failure;
use super::reckon::reckon;
use crate::domain::{CALL_REMINDER, Candidates, Case, Command, Event, LAPSE, Mark, Refusal, decide, read_kind};
use crate::store::{cases, directory};

/// The timers of cases.
#[derive(Clone, Debug)]
pub(crate) struct CaseTimers(pub(crate) Context);

#[async_trait]
impl TimerHandler for CaseTimers {
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError> {
        let fired = self.fire_all(tx, std::slice::from_ref(due), now).await?;
        Ok(fired.first().copied().unwrap_or(Fired::Stale))
    }

    async fn fire_all(&self, tx: &mut Tx, due: &[Due], now: DateTime<Utc>) -> Result<Vec<Fired>, FireError> {
        if due.iter().all(|due| due.kind != CALL_REMINDER) {
            return Ok(self.effects(tx, due, now).await?);
        }
        let of_cases: Vec<Due> = due.iter().filter(|due| due.kind != CALL_REMINDER).cloned().collect();
        let mut of_cases = self.effects(tx, &of_cases, now).await?.into_iter();
        let mut fired = Vec::with_capacity(due.len());
        for due in due {
            if due.kind == CALL_REMINDER {
                fired.push(remind(&self.0, tx, due, now).await?);
            } else {
                fired.extend(of_cases.next());
            }
        }
        Ok(fired)
    }
}

/// What a timer that is not stale comes to.
struct Effect {
    events: Vec<Event>,
    policy: Arc<Policy>,
    occasion: Occasion,
}

/// Who could lead a matter of that unit, place and topic with that leader, asked once for a batch.
type Leaders = BTreeMap<(UnitCode, DistrictCode, String, Option<StaffId>), Candidates>;

impl CaseTimers {
    /// Each of another case.
    async fn effects(&self, tx: &mut Tx, due: &[Due], now: DateTime<Utc>) -> Result<Vec<Fired>, Failure> {
        let ids: Vec<Uuid> = due.iter().map(|due| due.aggregate_id).collect();
        let mut cases = cases::lock_all(tx, &ids).await?;
        let mut leaders = Leaders::new();
        let mut come = Vec::with_capacity(due.len());
        for due in due {
            let effect = match cases.get_mut(&due.aggregate_id) {
                None => None,
                Some(case) => self.effect(tx, case, due, now, &mut leaders).await?,
            };
            come.push(effect);
        }
        let trace = traceparent();
        let all = due.iter().zip(&come).filter_map(|(due, effect)| {
            let Effect { events, policy, occasion } = effect.as_ref()?;
            Some(Happened { before: cases.get(&due.aggregate_id), events, policy, occasion, trace: trace.clone() })
        });
        carry_out_all(&self.0, tx, all.collect()).await?;
        Ok(come.iter().map(|effect| if effect.is_some() { Fired::Effect } else { Fired::Stale }).collect())
    }

    async fn effect(
        &self,
        tx: &mut Tx,
        case: &mut Case,
        due: &Due,
        now: DateTime<Utc>,
        leaders: &mut Leaders,
    ) -> Result<Option<Effect>, Failure> {
        let policy = self.0.packs.of_case(tx, &case.facts.policy.hash).await?;
        if due.kind == LAPSE {
            let is_current = case.rests == due.generation;
            return if is_current { self.decided(case, &Command::Lapse, policy, due, now) } else { Ok(None) };
        }
        let Some((kind, mark)) = read_kind(&due.kind) else { return Ok(None) };
        let generation_before = due.generation;
        if !case.clock(kind).is_some_and(|clock| clock.is_open() && clock.generation == generation_before) {
            return Ok(None);
        }
        // The date is derived again before it binds; with a new calendar it may lie elsewhere (T7).
        if case.is_reckoned_otherwise(self.0.calendar.version()) {
            *case = reckon(&self.0, tx, case.clone(), now).await?;
        }
        let generation = case.clock(kind).map_or(generation_before, |clock| clock.generation);
        if generation != generation_before && !reached(case, kind, mark, &policy, now) {
            return Ok(None);
        }
        if generation != generation_before && mark == Mark::Due {
            // Its own timer was armed again by the reckoning, and fires in its turn.
            return Ok(None);
        }
        let leaders = match mark {
            // Only what is overdue goes to a leader.
            Mark::Warning(_) => Candidates::default(),
            Mark::Due => {
                let facts = &case.facts;
                let asked = (case.responsible_unit.clone(), facts.district.clone(), facts.topic.clone(), case.leader);
                if let Some(known) = leaders.get(&asked) {
                    *known
                } else {
                    let found = directory::candidates(tx, case).await?;
                    *leaders.entry(asked).or_insert(found)
                }
            }
        };
        let command = Command::Mark { kind, mark, generation, leaders };
        self.decided(case, &command, policy, due, now)
    }

    fn decided(
        &self,
        case: &Case,
        command: &Command,
        policy: Arc<Policy>,
        due: &Due,
        now: DateTime<Utc>,
    ) -> Result<Option<Effect>, Failure> {
        let actor = Actor::System { service: Service::Casework };
        match decide(case, command, &policy, &self.0.calendar, &actor, now) {
            Ok(events) => {
                let occasion = Occasion { actor, cause: due.timer_id, at: now };
                Ok(Some(Effect { events, policy, occasion }))
            }
            Err(Refusal::StaleMark | Refusal::WrongState { .. } | Refusal::LapseTooEarly) => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
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
