//! Carrying a decision out: state, lists, participation, journal, publications and timers, in the open transaction.

use chrono::{DateTime, Utc};
use huiyin_journal::{Aggregate, Change, Entry, RecordError, Tx, record};
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
    let mut ids = ctx.ids.for_cause(occasion.cause);
    let mut after = before.cloned();
    let (mut entries, mut told) = (Vec::new(), Vec::new());
    for event in events {
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
        told.extend(outgoing::publication(&case, event, entries.len() - 1));
        after = Some(case);
    }
    let after = after.ok_or(Failure::NotFound)?;
    let case_id = after.facts.case_id.uuid();
    let version = before.map_or(0, |case| case.version);
    if before.is_some() {
        store::cases::update(tx, &after, version).await?;
    } else if !store::cases::insert(tx, &after).await? {
        return Err(RecordError::Conflict { aggregate_id: case_id }.into());
    }
    store::worklist::keep(tx, before, &after).await?;
    store::participation::keep(tx, before, &after, occasion.at).await?;
    let aggregate = Aggregate {
        kind: huiyin_contracts::AggregateKind::Case,
        id: case_id,
        district: after.facts.district.clone(),
        version,
    };
    let change = Change {
        aggregate,
        actor: occasion.actor.clone(),
        cause: occasion.cause,
        at: occasion.at,
        entries,
        outgoing: told,
    };
    record(tx, vec![change]).await?;
    let timers = plan(before, &after, policy, occasion.at);
    if !timers.cancel.is_empty() {
        huiyin_timers::cancel(tx, case_id, &timers.cancel).await?;
    }
    let arm: Vec<Arm> = timers
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
    huiyin_timers::arm(tx, &arm).await?;
    Ok(after)
}

/// The id of a cause that has none of its own: what the state it arose in makes of it, so that ids can be derived again (D-9).
pub(crate) fn derived(case_id: CaseId, word: &str, version: i64) -> Uuid {
    let key = IdempotencyKey::parse(&format!("{word}@{version}"));
    key.map_or_else(|| case_id.uuid(), |key| key.command_id(&format!("case/{case_id}")).uuid())
}
