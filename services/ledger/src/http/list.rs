//! The list (工作台账).

use axum::extract::State;
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{CITY_ZONE, DistrictCode};
use huiyin_web::{FieldProblem, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::IntoParams;
use uuid::Uuid;

use super::storage;
use super::token::Token;
use crate::app::context::Context;
use crate::app::page::page;
use crate::app::sight::sight;
use crate::domain::row::LedgerRow;
use crate::store::list::{Cursor, Filter, matters as list_matters};

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    /// District code; everything inside it.
    pub(crate) district: Option<String>,
    /// `suggestion`, `accusation` or `request`.
    pub(crate) class: Option<String>,
    /// Topic code.
    pub(crate) topic: Option<String>,
    /// State of the case.
    pub(crate) state: Option<String>,
    /// Outcome of the case.
    pub(crate) outcome: Option<String>,
    /// Responsible unit.
    pub(crate) unit: Option<String>,
    /// Leader who received or took the case.
    pub(crate) leader: Option<Uuid>,
    /// Only matters with a deadline passed and not met, or only others.
    pub(crate) overdue: Option<bool>,
    /// Registered on or after this day.
    pub(crate) from: Option<NaiveDate>,
    /// Registered on or before this day.
    pub(crate) to: Option<NaiveDate>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<PageLimit>,
}

impl Asked {
    /// The reader's own sight, narrowed by what is asked.
    pub(crate) async fn filter(&self, conn: &mut PgConnection, staff: &StaffActor) -> Result<Filter, Problem> {
        let mut filter = sight(conn, &staff.0).await?;
        if let Some(text) = &self.district {
            let district = DistrictCode::parse(text).map_err(|_| {
                Problem::field(
                    "district",
                    "区划代码为6、9或12位数字",
                    "a district code has 6, 9 or 12 digits",
                    "420102001",
                )
            })?;
            if !district.prefix().starts_with(&filter.inside) {
                return Err(Problem::not_found());
            }
            district.prefix().clone_into(&mut filter.inside);
        }
        Ok(Filter {
            class: self.class.clone(),
            topic: self.topic.clone(),
            state: self.state.clone(),
            outcome: self.outcome.clone(),
            unit: self.unit.clone(),
            leader: self.leader,
            overdue: self.overdue,
            from: self.from.map(|day| start_of("from", day)).transpose()?,
            to: self.to.map(|day| start_of("to", day).map(|start| start + TimeDelta::days(1))).transpose()?,
            ..filter
        })
    }
}

fn bad_day(field: &'static str) -> Problem {
    Problem::field(field, "日期应为 年-月-日，1900年至2999年", "a day as year-month-day, 1900 to 2999", "2026-05-06")
}

/// Days that a ledger can hold; others are slips of the pen, and some of them no date of the database's.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

/// 00:00 of a day in the city's own time, which has no summer time.
fn start_of(field: &'static str, day: NaiveDate) -> Result<DateTime<Utc>, Problem> {
    let midnight = day.and_hms_opt(0, 0, 0).filter(|_| YEARS.contains(&day.year()));
    let midnight = midnight.and_then(|t| t.and_local_timezone(CITY_ZONE).earliest());
    midnight.map(|at| at.to_utc()).ok_or_else(|| bad_day(field))
}

fn read_cursor(text: &str) -> Result<Cursor, Problem> {
    let parsed = text.split_once('_').and_then(|(at, id)| {
        let at = DateTime::from_timestamp_micros(at.parse().ok()?).filter(|at| YEARS.contains(&at.year()))?;
        Some(Cursor { registered_at: at, petition_id: id.parse().ok()? })
    });
    parsed.ok_or_else(|| {
        Problem::bad_request(vec![FieldProblem::new("after", "用上一页的 next", "the next of the page before", "…")])
    })
}

fn cursor(row: &LedgerRow) -> String {
    format!("{}_{}", row.registered_at.map_or(0, |at| at.timestamp_micros()), row.petition_id)
}

/// Matters one may see, newest first.
#[utoipa::path(get, path = "/matters", params(Asked), security(("staff" = [])),
    responses((status = 200, body = Page<LedgerRow>), (status = 404, body = Problem)))]
pub(crate) async fn matters(
    State(ctx): State<Context>,
    staff: StaffActor,
    token: Token,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Page<LedgerRow>>, Problem> {
    staff.require(Permission::ReadLedger)?;
    let pages = Pages { after: None, limit: asked.limit };
    let after = asked.after.as_deref().map(read_cursor).transpose()?;
    let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
    let filter = asked.filter(&mut conn, &staff).await?;
    let found = list_matters(&mut conn, &filter, after, pages.limit() + 1).await.map_err(storage)?;
    drop(conn);
    let rows = page(&ctx, &token.0, found).await?;
    Ok(axum::Json(Page::of(rows, &pages, cursor)))
}
