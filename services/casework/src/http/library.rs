//! The library of matters fit for leaders, what leaders owe, and what was published (SZ-07, SZ-08, SZ-14).

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_contracts::casework::Quarter;
use huiyin_journal::DbError;
use huiyin_kernel::{Actor, DistrictCode};
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::cases::{Whose, place, scope};
use super::view::{CaseLine, line};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::store::directory;
use crate::store::library::{self, Lacking};

/// The most that is published at once.
const MOST_PUBLISHED: i64 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LibraryFilter {
    /// `mine`, `unit` or `district`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "district")]
    scope: Whose,
    /// Only those without a leader.
    #[serde(default)]
    without_leader: bool,
    /// Only those without a plan (JX-06).
    #[serde(default)]
    without_plan: bool,
    /// The `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// The matters in the library that the actor may see, oldest first.
#[utoipa::path(get, path = "/library", params(LibraryFilter), security(("staff" = [])),
    responses((status = 200, body = Page<CaseLine>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<LibraryFilter>,
) -> Result<Json<Page<CaseLine>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let scope = scope(filter.scope, &staff.0)?;
    let pages = Pages { after: filter.after, limit: filter.limit };
    let after = place(pages.after.as_deref())?;
    let lacking = Lacking { leader: filter.without_leader, plan: filter.without_plan };
    let mut tx = ctx.api.read_as(&Sight::of(&staff.0)).await?;
    let rows = library::list(&mut tx, &scope, lacking, after, pages.limit() + 1)
        .await
        .map_err(|error: DbError| Problem::from(error))?;
    let cursor = |at: &DateTime<Utc>, id| format!("{}.{id}", at.timestamp_micros());
    let lines = rows.iter().map(|(at, case)| line(case, cursor(at, case.facts.case_id))).collect();
    Ok(Json(Page::of(lines, &pages, |line: &CaseLine| line.cursor.clone())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeadersQuery {
    /// Such as `2026Q4`; the present one when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "2026Q4")]
    quarter: Option<Quarter>,
}

/// What a leader took in a quarter, beside what the place asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaderView {
    #[schema(value_type = Uuid)]
    staff_id: Uuid,
    name: String,
    post: Option<String>,
    /// Asked, not answered yet.
    asked: i64,
    /// Taken for that quarter.
    taken: i64,
    /// Still owed for the quarter.
    owes_in_quarter: i64,
}

/// The leaders of the actor's district for a quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadersView {
    #[schema(value_type = String)]
    quarter: Quarter,
    /// For which quarters leaders are asked now.
    #[schema(value_type = Vec<String>)]
    asked_for: Vec<Quarter>,
    /// What each owes in a quarter; 0 where the place has no such rule.
    per_quarter: u32,
    /// Where that is laid down.
    source: Option<String>,
    leaders: Vec<LeaderView>,
}

/// Which leader of the district still owes a case (SZ-08, SZ-14): a duty of leaders, of nobody who petitions. What they owe besides stands in
/// scheduling's quotas.
#[utoipa::path(get, path = "/library/leaders", params(LeadersQuery), security(("staff" = [])),
    responses((status = 200, body = LeadersView)))]
pub(crate) async fn leaders(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(query): Query<LeadersQuery>,
) -> Result<Json<LeadersView>, Problem> {
    staff.require(Permission::OrderSupervision)?;
    let Actor::Staff { district, .. } = &staff.0 else { return Err(Problem::not_found()) };
    let quarter = query.quarter.or_else(|| today(&ctx)).ok_or_else(no_quarter)?;
    let mut tx = ctx.api.read_as(&Sight::of(&staff.0)).await?;
    let homes = directory::homes(&mut tx, district).await.map_err(Failure::from)?;
    let pack = homes.first().and_then(|home| ctx.packs.for_new_case(&home.policy_pack));
    let rule = pack.as_ref().and_then(|pack| pack.ownership.led_cases.as_ref());
    let per_quarter = rule.map_or(0, |rule| rule.per_quarter);
    let rows = library::leaders(&mut tx, district, quarter).await.map_err(Failure::from)?;
    let leaders = rows.into_iter().map(|row| LeaderView {
        staff_id: row.staff_id,
        name: row.name,
        post: row.post,
        asked: row.asked,
        taken: row.taken,
        owes_in_quarter: (i64::from(per_quarter) - row.taken).max(0),
    });
    let asked_for = today(&ctx).into_iter().flat_map(|now| [Some(now), now.next()]).flatten().collect();
    Ok(Json(LeadersView {
        quarter,
        asked_for,
        per_quarter,
        source: rule.map(|rule| rule.source().to_owned()),
        leaders: leaders.collect(),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedQuery {
    /// This district and what lies inside it; the whole city when absent.
    #[serde(default)]
    district: Option<String>,
    /// Such as `2026Q4`; the present one when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "2026Q4")]
    quarter: Option<Quarter>,
}

/// A case that a leader took, as everybody reads it: the matter in de-identified words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedCase {
    leader_name: Option<String>,
    leader_post: Option<String>,
    /// Who handles it.
    unit_name: Option<String>,
    field: String,
    summary: String,
}

/// What was published for a quarter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedView {
    #[schema(value_type = String)]
    quarter: Quarter,
    cases: Vec<LedCase>,
}

/// The public notice of cases that leaders took (公示; SZ-08, SZ-14), open to everyone.
#[utoipa::path(get, path = "/library/published", params(PublishedQuery), responses((status = 200, body = PublishedView)))]
pub(crate) async fn published(
    State(ctx): State<Context>,
    Query(query): Query<PublishedQuery>,
) -> Result<Json<PublishedView>, Problem> {
    let district = query.district.as_deref().map(DistrictCode::parse).transpose();
    let district = district.map_err(|_| Problem::field("district", "不是区划代码", "is no district code", "420102"))?;
    let quarter = query.quarter.or_else(|| today(&ctx)).ok_or_else(no_quarter)?;
    let mut tx = ctx.api.read().await?;
    let rows = library::published(&mut tx, district.as_ref(), quarter, MOST_PUBLISHED).await.map_err(Failure::from)?;
    let cases = rows.into_iter().map(|row| LedCase {
        leader_name: row.leader_name,
        leader_post: row.leader_post,
        unit_name: row.unit_name,
        field: row.field,
        summary: row.summary,
    });
    Ok(Json(PublishedView { quarter, cases: cases.collect() }))
}

fn today(ctx: &Context) -> Option<Quarter> {
    huiyin_calendar::local_date(ctx.clock.now()).and_then(Quarter::of)
}

fn no_quarter() -> Problem {
    Problem::field("quarter", "不是可以查询的季度", "is no quarter that can be asked for", "2026Q4")
}
