//! Calls as they stand: for the office that asks all replies, for a unit its own.

use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_contracts::casework::{CallReply, Quarter};
use huiyin_kernel::{Actor, CallId, CaseId, DistrictCode, UnitCode};
use huiyin_web::{Json, Path, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::calls;
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::domain::{Call, ReplyAnswer, UnitReply};
use crate::store::directory;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallsQuery {
    /// Such as `2026Q4`; the present one when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "2026Q4")]
    quarter: Option<Quarter>,
}

/// The calls of a quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallsView {
    #[schema(value_type = String)]
    quarter: Quarter,
    /// Platforms from which a call is due now, for the petition office.
    due: Vec<PlatformView>,
    /// Whom the office can ask: active units of its district and inside it, where a call is due.
    askable: Vec<UnitView>,
    calls: Vec<CallView>,
}

/// A business platform.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlatformView {
    #[schema(example = "letters")]
    code: String,
    name: String,
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitView {
    code: String,
    name: String,
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallView {
    #[schema(value_type = Uuid)]
    call_id: CallId,
    #[schema(value_type = String)]
    quarter: Quarter,
    #[schema(value_type = String)]
    district: DistrictCode,
    platform: String,
    platform_name: String,
    asked_by_name: String,
    raised_at: DateTime<Utc>,
    /// The last day for a reply.
    reply_by: NaiveDate,
    /// That day is over.
    is_over: bool,
    /// When those who had not replied were told.
    reminded_at: Option<DateTime<Utc>>,
    /// The units asked, in order of their codes; for a unit itself alone.
    units: Vec<CalledUnitView>,
    /// The asker's unit owes a reply.
    owes_reply: bool,
}

/// A unit asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalledUnitView {
    #[schema(value_type = String)]
    unit: UnitCode,
    name: String,
    /// `matters` or `nothing`; absent while there is no reply.
    #[schema(value_type = Option<String>)]
    reply: Option<CallReply>,
    replied_at: Option<DateTime<Utc>>,
    /// It came after the day, or is still awaited after it.
    is_late: bool,
    /// Why there are none.
    reason: Option<String>,
    /// The matters it named, as far as the reader sees them elsewhere.
    #[schema(value_type = Vec<Uuid>)]
    matters: Vec<CaseId>,
}

/// Who works in the office that asks, or in one above it, reads every reply; a unit its own.
fn reads_all(call: &Call, reader: &Actor) -> bool {
    let Actor::Staff { unit, district, .. } = reader else { return false };
    *unit == call.raised.asked_by || (*district != call.raised.district && district.contains(&call.raised.district))
}

fn view(call: &Call, reader: &Actor, today: NaiveDate, names: &HashMap<String, String>) -> CallView {
    let name = |unit: &UnitCode| names.get(unit.as_str()).cloned().unwrap_or_else(|| unit.to_string());
    let raised = &call.raised;
    let own = reader.unit();
    let reads_all = reads_all(call, reader);
    let units = raised.units.iter().filter(|unit| reads_all || own == Some(*unit));
    let is_late = |reply: Option<&UnitReply>| {
        let day = reply.and_then(|reply| huiyin_calendar::local_date(reply.at)).unwrap_or(today);
        day > raised.reply_by
    };
    CallView {
        call_id: call.call_id,
        quarter: raised.quarter,
        district: raised.district.clone(),
        platform: raised.platform.clone(),
        platform_name: raised.platform_name.clone(),
        asked_by_name: name(&raised.asked_by),
        raised_at: call.raised_at,
        reply_by: raised.reply_by,
        is_over: today > raised.reply_by,
        reminded_at: call.reminded_at,
        units: units
            .map(|unit| {
                let reply = call.reply_of(unit);
                let (reason, matters) = match reply.map(|reply| &reply.answer) {
                    Some(ReplyAnswer::Nothing { reason }) => (Some(reason.clone()), Vec::new()),
                    Some(ReplyAnswer::Matters { cases }) => (None, cases.clone()),
                    None => (None, Vec::new()),
                };
                CalledUnitView {
                    unit: unit.clone(),
                    name: name(unit),
                    reply: reply.map(|reply| reply.answer.told()),
                    replied_at: reply.map(|reply| reply.at),
                    is_late: is_late(reply),
                    reason,
                    matters,
                }
            })
            .collect(),
        owes_reply: own.is_some_and(|own| raised.units.contains(own) && call.reply_of(own).is_none()),
    }
}

/// The calls of a quarter that the asker's unit raised or was asked by, and what is due.
#[utoipa::path(get, path = "/calls", params(CallsQuery), security(("staff" = [])), responses((status = 200, body = CallsView)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(query): Query<CallsQuery>,
) -> Result<Json<CallsView>, Problem> {
    staff.require(Permission::ReadCase)?;
    let actor: Actor = staff.into();
    let found = calls::list_calls(&ctx, &actor, query.quarter).await?;
    let may_raise = huiyin_authz::allowed(&actor, Permission::OrderSupervision);
    let due: Vec<_> = found.due.into_iter().filter(|_| may_raise).collect();
    let names = names(&ctx, &actor, &found.calls).await?;
    let askable = if due.is_empty() { Vec::new() } else { calls::askable(&ctx, &actor).await? };
    Ok(Json(CallsView {
        quarter: found.quarter,
        due: due.into_iter().map(|(code, name)| PlatformView { code, name }).collect(),
        askable: askable.into_iter().map(|(code, name)| UnitView { code, name }).collect(),
        calls: found.calls.iter().map(|call| view(call, &actor, found.today, &names)).collect(),
    }))
}

/// A call.
#[utoipa::path(get, path = "/calls/{call_id}", params(("call_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = CallView), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(call_id): Path<CallId>,
) -> Result<Json<CallView>, Problem> {
    staff.require(Permission::ReadCase)?;
    let actor: Actor = staff.into();
    let call = calls::read(&ctx, &actor, call_id).await?;
    let names = names(&ctx, &actor, std::slice::from_ref(&call)).await?;
    Ok(Json(view(&call, &actor, calls::today(ctx.clock.now())?, &names)))
}

async fn names(ctx: &Context, actor: &Actor, calls: &[Call]) -> Result<HashMap<String, String>, Failure> {
    let units = calls.iter().flat_map(|call| call.raised.units.iter().chain([&call.raised.asked_by]));
    let units: Vec<String> = units.map(ToString::to_string).collect();
    let mut tx = ctx.api.read_as(&Sight::of(actor)).await?;
    Ok(directory::names(&mut tx, &units, &[]).await?.into_iter().collect())
}
