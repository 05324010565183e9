//! The work list, nearest deadline first.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Scope, Sight};
use huiyin_journal::DbError;
use huiyin_kernel::Actor;
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::view::{CaseLine, line};
use crate::app::context::Context;
use crate::domain::StateKind;
use crate::store::worklist::{Wanted, list as load};

/// Whose list.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Whose {
    /// Where the actor is officer or leader.
    #[default]
    Mine,
    /// The actor's unit.
    Unit,
    /// The actor's district, for supervisors.
    District,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// `mine`, `unit` or `district`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "mine")]
    scope: Whose,
    /// Only this state, such as `investigating`.
    #[serde(default)]
    state: Option<String>,
    /// Only overdue ones.
    #[serde(default)]
    overdue: bool,
    /// Only those whose open supervision order stands so: `awaiting_answer`, `overdue` or `answered`.
    #[serde(default)]
    supervision: Option<String>,
    /// Only those whose return visit is due and was not made yet (待回访; XT-10).
    #[serde(default)]
    awaits_return_visit: bool,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

pub(super) fn scope(whose: Whose, actor: &Actor) -> Result<String, Problem> {
    let sight = Scope::of(actor);
    let scope = match (whose, &sight) {
        (Whose::Mine, _) => sight.staff().map(|staff| format!("staff:{staff}")),
        (Whose::Unit, _) => sight.unit().map(|unit| format!("unit:{unit}")),
        (Whose::District, Scope::District { district, .. }) => Some(format!("area:{}", district.prefix())),
        (Whose::District, _) => None,
    };
    scope.ok_or_else(|| {
        Problem::refused(
            "scope_not_yours",
            Some("D-6"),
            "全区列表只供督查员查看。",
            "The list of a whole district is for its supervisors.",
        )
        .next("请改用 scope=mine 或 scope=unit。", "Please use scope=mine or scope=unit.")
    })
}

fn state_named(name: &str) -> Result<&'static str, Problem> {
    let known = StateKind::ALL.iter().find(|state| state.name() == name).map(|state| state.name());
    known.ok_or_else(|| {
        let names: Vec<_> = StateKind::ALL.iter().map(|state| state.name()).collect();
        Problem::field("state", "不是可选的值", "is not one of the values that may be chosen", names.join(", "))
    })
}

fn supervision_named(name: &str) -> Result<&'static str, Problem> {
    let known = crate::store::worklist::SUPERVISION.into_iter().find(|known| *known == name);
    known.ok_or_else(|| {
        let names = crate::store::worklist::SUPERVISION.join(", ");
        Problem::field("supervision", "不是可选的值", "is not one of the values that may be chosen", names)
    })
}

pub(super) fn place(after: Option<&str>) -> Result<(DateTime<Utc>, Uuid), Problem> {
    let Some(after) = after else { return Ok((DateTime::<Utc>::UNIX_EPOCH, Uuid::nil())) };
    let read = || {
        let (micros, id) = after.split_once('.')?;
        let due = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        // What the database can hold.
        (DateTime::<Utc>::UNIX_EPOCH <= due && due <= crate::store::worklist::end_of_list())
            .then_some((due, id.parse().ok()?))
    };
    read().ok_or_else(|| {
        Problem::field(
            "after",
            "应为上一页给出的 next",
            "must be the next of the page before",
            "1767225600000000.0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        )
    })
}

/// Cases by their nearest deadline.
#[utoipa::path(get, path = "/cases", params(Filter), security(("staff" = [])),
    responses((status = 200, body = Page<CaseLine>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<CaseLine>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let pages = Pages { after: filter.after, limit: filter.limit };
    let wanted = Wanted {
        scope: scope(filter.scope, &staff.0)?,
        state: filter.state.as_deref().map(state_named).transpose()?,
        overdue: filter.overdue,
        supervision: filter.supervision.as_deref().map(supervision_named).transpose()?,
        awaits_visit: filter.awaits_return_visit,
        after: place(pages.after.as_deref())?,
        limit: pages.limit() + 1,
    };
    let rows = load(&mut *ctx.api.read_as(&Sight::of(&staff.0)).await?, &wanted)
        .await
        .map_err(|error: DbError| Problem::from(error))?;
    let lines = rows
        .iter()
        .map(|(due, case)| line(case, format!("{}.{}", due.timestamp_micros(), case.facts.case_id)))
        .collect();
    Ok(Json(Page::of(lines, &pages, |line: &CaseLine| line.cursor.clone())))
}
