//! Calls for matters fit for leaders (SZ-13): raised, replied to, read; and the reminder before the day.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::Sight;
use huiyin_contracts::AggregateKind;
use huiyin_contracts::casework::Quarter;
use huiyin_journal::{Aggregate, Change, Entry, Idempotency, Outgoing, RecordError, Tx, record};
use huiyin_kernel::{Actor, CallId, CaseId, DistrictCode, EventId, Service, UnitCode};
use huiyin_policy::Policy;
use huiyin_timers::{Arm, Due, Fired};
use huiyin_web::IdempotencyKey;
use sqlx::PgConnection;
use uuid::Uuid;

use super::act::answered_before;
use super::carry_out::{Occasion, carry_out};
use super::context::Context;
use super::error::Failure;
use crate::domain::{CALL_REMINDER, Call, CallEvent, CallRefusal, Case, Command, Office, ReplyAnswer, decide};
use crate::store::{calls, cases, directory};

/// A request to raise a call or to reply to one, with what came along.
#[derive(Clone, Debug)]
pub(crate) struct CallRequest {
    /// Who.
    pub(crate) actor: Actor,
    /// So that a double click does it once.
    pub(crate) key: IdempotencyKey,
    /// The request's data as sent.
    pub(crate) body: Vec<u8>,
}

/// A matter that a unit names.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) case_id: CaseId,
    pub(crate) field: String,
    pub(crate) reason: String,
}

/// The petition office around a district, and its pack.
pub(crate) struct Home {
    home: directory::Home,
    policy: Option<Arc<Policy>>,
}

impl Home {
    /// The nearest known district around `place`; none while directory has told of none.
    pub(crate) async fn around(
        ctx: &Context,
        conn: &mut PgConnection,
        place: &DistrictCode,
    ) -> Result<Option<Self>, Failure> {
        let home = directory::homes(conn, place).await?.into_iter().next();
        Ok(home.map(|home| Self { policy: ctx.packs.for_new_case(&home.policy_pack), home }))
    }

    /// As the domain asks for it.
    pub(crate) fn office(&self) -> Office<'_> {
        let rule = self.policy.as_ref().and_then(|policy| policy.ownership.case_calls.as_deref());
        Office { district: &self.home.district, unit: &self.home.petition_unit, rule }
    }
}

/// Raises the call of a platform for the present quarter; the answer is its id.
pub(crate) async fn raise(
    ctx: &Context,
    request: &CallRequest,
    platform: &str,
    units: BTreeSet<UnitCode>,
) -> Result<Vec<u8>, Failure> {
    let Actor::Staff { district, .. } = &request.actor else { return Err(Failure::NotFound) };
    let (mut tx, kept) = match begin(ctx, request, "call/raise").await? {
        Begun::Before(answer) => return Ok(answer),
        Begun::Now(tx, kept) => (tx, kept),
    };
    let home = Home::around(ctx, &mut tx, district).await?.ok_or(CallRefusal::NoRule)?;
    let now = ctx.clock.now();
    let event = home.office().raise(platform, units, &request.actor, today(now)?)?;
    let cause = request.key.command_id("call/raise").uuid();
    let mut ids = ctx.ids.for_cause(cause);
    let call_id: CallId = ids.next(now);
    let call = Call::begun(call_id, &event, now).ok_or(Failure::NotFound)?;
    for unit in &call.raised.units {
        let known = directory::unit(&mut tx, unit).await?;
        if !known.is_some_and(|known| {
            DistrictCode::parse(&known.district).is_ok_and(|at| call.raised.district.contains(&at))
        }) {
            return Err(Failure::Unknown { field: "units" });
        }
    }
    if !calls::insert(&mut tx, &call).await? {
        return Err(CallRefusal::RaisedAlready.into());
    }
    let reminder = Arm {
        timer_id: ids.next(now),
        aggregate_id: call_id.uuid(),
        kind: CALL_REMINDER,
        generation: 1,
        due_at: call.raised.remind_at,
        calendar_version: None,
    };
    write(&mut tx, &call, &event, (&request.actor, cause, now), ids.next(now)).await?;
    huiyin_timers::arm(&mut tx, &[reminder]).await?;
    finish(tx, &kept, &call).await
}

/// Takes the reply of the actor's unit; its matters go into the library, all of them or none.
pub(crate) async fn reply(
    ctx: &Context,
    request: &CallRequest,
    call_id: CallId,
    mut named: Vec<Named>,
    reason: Option<String>,
) -> Result<Vec<u8>, Failure> {
    let scope = format!("call/{call_id}/reply");
    let (mut tx, kept) = match begin(ctx, request, &scope).await? {
        Begun::Before(answer) => return Ok(answer),
        Begun::Now(tx, kept) => (tx, kept),
    };
    let call = calls::lock(&mut tx, call_id.uuid()).await?.ok_or(Failure::NotFound)?;
    // In the order of their ids, so that two replies never wait for each other crosswise.
    named.sort_by_key(|one| one.case_id);
    named.dedup_by_key(|one| one.case_id);
    let answer = match (named.is_empty(), reason) {
        (false, None) => ReplyAnswer::Matters { cases: named.iter().map(|one| one.case_id).collect() },
        (true, Some(reason)) => ReplyAnswer::Nothing { reason },
        (true, None) | (false, Some(_)) => return Err(CallRefusal::MattersOrReason.into()),
    };
    let now = ctx.clock.now();
    let event = call.reply(answer, &request.actor)?;
    for one in &named {
        let cause = request.key.command_id(&format!("{scope}/{}", one.case_id)).uuid();
        let occasion = Occasion { actor: request.actor.clone(), cause, at: now };
        Box::pin(list(ctx, &mut tx, one, &occasion)).await?;
    }
    let call = call.apply(&event, now);
    calls::save(&mut tx, &call).await?;
    let cause = request.key.command_id(&scope).uuid();
    let event_id = ctx.ids.for_cause(cause).next(now);
    write(&mut tx, &call, &event, (&request.actor, cause, now), event_id).await?;
    finish(tx, &kept, &call).await
}

/// Takes a named matter into the library; one that stands there stays as it is.
async fn list(ctx: &Context, tx: &mut Tx, one: &Named, occasion: &Occasion) -> Result<(), Failure> {
    let case: Option<Case> = cases::lock_as(tx, one.case_id, &occasion.actor).await?;
    let case = Box::new(case.ok_or(Failure::Unknown { field: "matters" })?);
    if case.listed().is_some() && occasion.actor.unit() == Some(&case.responsible_unit) {
        return Ok(());
    }
    let policy = ctx.packs.of_case(tx, &case.facts.policy.hash).await?;
    let command = Command::AddToLibrary { field: one.field.clone(), reason: one.reason.clone() };
    let events = decide(&case, &command, &policy, &ctx.calendar, &occasion.actor, occasion.at)?;
    carry_out(ctx, tx, Some(&case), &events, &policy, occasion).await.map(drop)
}

/// The calls of a quarter, as a reader finds them.
pub(crate) struct Found {
    pub(crate) quarter: Quarter,
    pub(crate) today: NaiveDate,
    pub(crate) calls: Vec<Call>,
    /// Code and name of the platforms from which the reader's office owes one now.
    pub(crate) due: Vec<(String, String)>,
}

/// The calls in sight for a quarter that the reader's unit raised or was asked by; the present one when none is given.
pub(crate) async fn list_calls(ctx: &Context, actor: &Actor, quarter: Option<Quarter>) -> Result<Found, Failure> {
    let Actor::Staff { district, unit, .. } = actor else { return Err(Failure::NotFound) };
    let today = today(ctx.clock.now())?;
    let now = Quarter::of(today).ok_or(Failure::NotFound)?;
    let quarter = quarter.unwrap_or(now);
    let mut tx = ctx.api.read_as(&Sight::of(actor)).await?;
    let mut found = calls::of_quarter(&mut tx, district, quarter).await?;
    found.retain(|call| call.raised.asked_by == *unit || call.raised.units.contains(unit));
    let home = Home::around(ctx, &mut tx, district).await?;
    let office = home.as_ref().map(Home::office).filter(|office| office.unit == unit && quarter == now);
    let raised = found.iter().filter(|call| call.raised.asked_by == *unit).map(|call| call.raised.platform.clone());
    let raised: BTreeSet<String> = raised.collect();
    let due = office.iter().flat_map(|office| office.due(today, &raised));
    let due = due.map(|platform| (platform.code.clone(), platform.zh.clone())).collect();
    Ok(Found { quarter, today, calls: found, due })
}

/// Code and name of the units that the reader's office may ask.
pub(crate) async fn askable(ctx: &Context, actor: &Actor) -> Result<Vec<(String, String)>, Failure> {
    let Actor::Staff { district, unit, .. } = actor else { return Err(Failure::NotFound) };
    let mut tx = ctx.api.read_as(&Sight::of(actor)).await?;
    Ok(directory::units_within(&mut tx, district, unit).await?)
}

/// A call in sight.
pub(crate) async fn read(ctx: &Context, actor: &Actor, call_id: CallId) -> Result<Call, Failure> {
    let mut tx = ctx.api.read_as(&Sight::of(actor)).await?;
    calls::find(&mut tx, call_id).await?.ok_or(Failure::NotFound)
}

/// The reminder's time has come: whoever has not replied is told, once.
pub(super) async fn remind(ctx: &Context, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, Failure> {
    let Some(call) = calls::lock(tx, due.aggregate_id).await? else { return Ok(Fired::Stale) };
    let Some(event) = call.remind() else { return Ok(Fired::Stale) };
    let call = call.apply(&event, now);
    calls::save(tx, &call).await?;
    let actor = Actor::System { service: Service::Casework };
    let event_id = ctx.ids.for_cause(due.timer_id).next(now);
    write(tx, &call, &event, (&actor, due.timer_id, now), event_id).await?;
    Ok(Fired::Effect)
}

/// The day it is in the city.
pub(crate) fn today(now: DateTime<Utc>) -> Result<NaiveDate, Failure> {
    huiyin_calendar::local_date(now).ok_or(Failure::NotFound)
}

enum Begun {
    Before(Vec<u8>),
    Now(Tx, Idempotency),
}

async fn begin(ctx: &Context, request: &CallRequest, scope: &str) -> Result<Begun, Failure> {
    // The same key of another person is another request.
    let who = request.actor.staff_id().map(|id| id.to_string()).unwrap_or_default();
    let command = request.key.command_id(&format!("{scope}/{who}"));
    let kept = Idempotency::new(scope.to_owned(), &command.to_string(), &request.body);
    let mut tx = ctx.api.begin_as(&Sight::of(&request.actor)).await?;
    Ok(match answered_before(&mut tx, Some(&kept)).await? {
        Some(answer) => Begun::Before(answer),
        None => Begun::Now(tx, kept),
    })
}

async fn finish(mut tx: Tx, kept: &Idempotency, call: &Call) -> Result<Vec<u8>, Failure> {
    let answer = CallDone { call_id: call.call_id, version: call.version };
    let answer = serde_json::to_vec(&answer).expect("an id and a number always serialise");
    kept.store(&mut tx, 200, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The answer to a call raised or replied to.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct CallDone {
    #[schema(value_type = Uuid)]
    call_id: CallId,
    /// How often it was changed.
    version: i64,
}

/// Journal and publication of one event; `call` is as it stands after it.
async fn write(
    tx: &mut Tx,
    call: &Call,
    event: &CallEvent,
    (actor, cause, at): (&Actor, Uuid, DateTime<Utc>),
    event_id: EventId,
) -> Result<(), Failure> {
    let unwritable = |_| RecordError::Malformed { aggregate_id: call.call_id.uuid(), what: "unwritable call" };
    let entry = Entry { event_id, event_type: event.name(), body: serde_json::to_vec(event).map_err(unwritable)? };
    let body = serde_json::to_vec(&call.told(event)).map_err(unwritable)?;
    let aggregate = Aggregate {
        kind: AggregateKind::Call,
        id: call.call_id.uuid(),
        district: call.raised.district.clone(),
        version: call.version - 1,
    };
    let change = Change {
        aggregate,
        actor: actor.clone(),
        cause,
        at,
        entries: vec![entry],
        outgoing: vec![Outgoing { entry: 0, event: event.public_type(), body }],
    };
    tx.admit(&[call.call_id.uuid()]).await?;
    Ok(record(tx, vec![change]).await?)
}
