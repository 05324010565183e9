//! Carrying a decision out: state, lists, participation, journal, publications and timers, in the open transaction.

use chrono::{DateTime, Utc};
use huiyin_journal::{Aggregate, Change, Entry, RecordError, Tx, record_traced, traceparent};
use huiyin_kernel::{Actor, CaseId};
use huiyin_policy::Policy;
use huiyin_timers::Arm;
use huiyin_web::IdempotencyKey;
use uuid::Uuid;

use super::context::Context;
use super::error::Failure;
use crate::domain::{Case, Event, plan};
use crate::events::outgoing;
use crate::store;

/// Who led to a change, through what, and when.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    /// Who.
    pub(crate) actor: Actor,
    /// The command, event or timer.
    pub(crate) cause: Uuid,
    /// Business time.
    pub(crate) at: DateTime<Utc>,
}

/// What happened to one case.
#[derive(Debug)]
pub(crate) struct Happened<'a> {
    /// The case as it stands, locked; none when it is new.
    pub(crate) before: Option<&'a Case>,
    /// In order.
    pub(crate) events: &'a [Event],
    /// The case's pack.
    pub(crate) policy: &'a Policy,
    /// By whom, through what, when.
    pub(crate) occasion: &'a Occasion,
    /// The trace that its publications continue.
    pub(crate) trace: Option<String>,
}

/// Stores what happened to a case that is locked, or is new.
///
/// # Errors
/// [`RecordError::Conflict`] when the case has moved on; then the transaction must be rolled back.
pub(crate) async fn carry_out(
    ctx: &Context,
    tx: &mut Tx,
    before: Option<&Case>,
    events: &[Event],
    policy: &Policy,
    occasion: &Occasion,
) -> Result<Case, Failure> {
    let one = Happened { before, events, policy, occasion, trace: traceparent() };
    carry_out_all(ctx, tx, vec![one]).await?.pop().ok_or(Failure::NotFound)
}

/// As [`carry_out`] for many cases, each once: the same few statements however many. Gives them as they stand now, in that order.
pub(crate) async fn carry_out_all(ctx: &Context, tx: &mut Tx, all: Vec<Happened<'_>>) -> Result<Vec<Case>, Failure> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut done = Vec::with_capacity(all.len());
    for one in &all {
        done.push(Done::of(ctx, one)?);
    }
    let pairs: Vec<(Option<&Case>, &Case)> =
        all.iter().zip(&done).map(|(one, done)| (one.before, &done.after)).collect();
    store::cases::save(tx, &pairs).await?;
    // Changed under row-level security: their lists may now be written for others too.
    tx.admit(&done.iter().map(|done| done.after.facts.case_id.uuid()).collect::<Vec<_>>()).await?;
    store::worklist::keep(tx, &pairs).await?;
    let parts: Vec<_> = all.iter().zip(&done).map(|(one, done)| (one.before, &done.after, one.occasion.at)).collect();
    store::participation::keep(tx, &parts).await?;
    store::library::keep(tx, &pairs).await?;
    let cancelled =
        done.iter().flat_map(|done| done.cancel.iter().map(|kind| (done.after.facts.case_id.uuid(), *kind)));
    huiyin_timers::cancel_all(tx, &cancelled.collect::<Vec<_>>()).await?;
    let (mut cases, mut changes, mut arm) = (Vec::new(), Vec::new(), Vec::new());
    for (one, done) in all.into_iter().zip(done) {
        cases.push(done.after);
        changes.push((done.change, one.trace));
        arm.extend(done.arm);
    }
    record_traced(tx, changes).await?;
    store::destruction::carry_out(tx, &cases).await?;
    huiyin_timers::arm(tx, &arm).await?;
    Ok(cases)
}

/// What is to be stored of one case.
struct Done {
    after: Case,
    change: Change,
    cancel: Vec<&'static str>,
    arm: Vec<Arm>,
}

impl Done {
    fn of(ctx: &Context, one: &Happened<'_>) -> Result<Self, Failure> {
        let Happened { before, events, policy, occasion, .. } = one;
        let mut ids = ctx.ids.for_cause(occasion.cause);
        let mut after = before.cloned();
        let (mut entries, mut told) = (Vec::new(), Vec::new());
        for event in *events {
            let case = match (after, event) {
                (None, Event::Opened(opened)) => Case::opened(opened),
                (None, _) => return Err(Failure::NotFound),
                (Some(case), event) => case.apply(event, occasion.at),
            };
            let unwritable =
                |_| RecordError::Malformed { aggregate_id: case.facts.case_id.uuid(), what: "unwritable event" };
            entries.push(Entry {
                event_id: ids.next(occasion.at),
                event_type: event.name(),
                body: serde_json::to_vec(event).map_err(unwritable)?,
            });
            told.extend(outgoing::publication(&case, event, policy, entries.len() - 1));
            after = Some(case);
        }
        let after = after.ok_or(Failure::NotFound)?;
        let case_id = after.facts.case_id.uuid();
        let aggregate = Aggregate {
            kind: huiyin_contracts::AggregateKind::Case,
            id: case_id,
            district: after.facts.district.clone(),
            version: before.map_or(0, |case| case.version),
        };
        let change = Change {
            aggregate,
            actor: occasion.actor.clone(),
            cause: occasion.cause,
            at: occasion.at,
            entries,
            outgoing: told,
        };
        let timers = plan(*before, &after, policy, occasion.at);
        let arm = timers
            .arm
            .into_iter()
            .map(|(kind, generation, due_at)| Arm {
                timer_id: ids.next(occasion.at),
                aggregate_id: case_id,
                kind,
                generation,
                due_at,
                calendar_version: Some(ctx.calendar.version().to_owned()),
            })
            .collect();
        Ok(Self { after, change, cancel: timers.cancel, arm })
    }
}

/// The id of a cause that has none of its own: what the state it arose in makes of it, so that ids can be derived again (D-9).
pub(crate) fn derived(case_id: CaseId, word: &str, version: i64) -> Uuid {
    let key = IdempotencyKey::parse(&format!("{word}@{version}"));
    key.map_or_else(|| case_id.uuid(), |key| key.command_id(&format!("case/{case_id}")).uuid())
}
