//! The yearly report (Art. 41; REG-54), as figures and as a file.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::{Permission, Scope, Sight};
use huiyin_documents::{write_csv, write_xlsx};
use huiyin_kernel::{CITY_ZONE, DistrictCode};
use huiyin_web::{Path, Problem, Query, StaffActor};
use serde::Deserialize;
use utoipa::IntoParams;

use super::storage;
use crate::app::context::Context;
use crate::app::sight::sight;
use crate::domain::report::{Report, report as put_together};
use crate::store::names;
use crate::store::report::{Period, figures, reviews};

/// Of which district.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Place {
    /// District code; everything inside it. The reader's own when left out.
    district: Option<String>,
}

/// A year's report over the matters registered in it.
#[utoipa::path(get, path = "/reports/{year}", params(("year" = i32, Path), Place), security(("staff" = [])),
    responses((status = 200, body = Report), (status = 404, body = Problem)))]
pub(crate) async fn yearly(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(year): Path<i32>,
    Query(place): Query<Place>,
) -> Result<axum::Json<Report>, Problem> {
    staff.require(Permission::ReadReports)?;
    Ok(axum::Json(read(&ctx, &staff, year, &place).await?))
}

/// The same as a spreadsheet.
#[utoipa::path(get, path = "/reports/{year}/report.xlsx", params(("year" = i32, Path), Place), security(("staff" = [])),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (status = 404, body = Problem)))]
pub(crate) async fn xlsx(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(year): Path<i32>,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    staff.require(Permission::ExportLedger)?;
    let report = read(&ctx, &staff, year, &place).await?;
    let file = write_xlsx(&[report.sheet()]).map_err(|error| Problem::internal(&error))?;
    Ok(named(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &format!("report-{year}.xlsx")))
}

/// The same as comma-separated text.
#[utoipa::path(get, path = "/reports/{year}/report.csv", params(("year" = i32, Path), Place), security(("staff" = [])),
    responses((status = 200, content_type = "text/csv; charset=utf-8"), (status = 404, body = Problem)))]
pub(crate) async fn csv(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(year): Path<i32>,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    staff.require(Permission::ExportLedger)?;
    let report = read(&ctx, &staff, year, &place).await?;
    Ok(named(write_csv(&report.sheet()), "text/csv; charset=utf-8", &format!("report-{year}.csv")))
}

fn named(file: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, file).into_response()
}

/// Of a whole district alone: whoever sees only the matters they take part in has no report of a place.
async fn read(ctx: &Context, staff: &StaffActor, year: i32, place: &Place) -> Result<Report, Problem> {
    let Scope::District { district: own, .. } = Scope::of(&staff.0) else {
        return Err(Problem::refused(
            "report_of_a_district",
            Some("REG-54"),
            "年度报告按区划统计，由本区划的督查员或者主要领导查看。",
            "A yearly report is of a whole district; it is for its supervisors and main leaders.",
        )
        .next("请提请督查员或者主要领导导出。", "Please ask a supervisor or main leader for it."));
    };
    let district = match &place.district {
        None => own.clone(),
        Some(text) => {
            DistrictCode::parse(text).ok().filter(|district| own.contains(district)).ok_or_else(Problem::not_found)?
        }
    };
    let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
    let accusations = sight(&mut conn, &staff.0).await?.accusations;
    let (from, to) =
        bounds(year).ok_or_else(|| Problem::field("year", "年份应为1900至2999", "a year from 1900 to 2999", "2026"))?;
    let period = Period { inside: district.prefix().to_owned(), accusations, from, to };
    let found = figures(&mut conn, &period).await.map_err(storage)?;
    let reviewed = reviews(&mut conn, &period).await.map_err(storage)?;
    let names = names::load(&mut conn, &[district.to_string()], &Report::bodies(&found), &[]).await.map_err(storage)?;
    let name = names.districts.get(district.as_str()).cloned().unwrap_or_else(|| district.to_string());
    Ok(put_together(year, (district.to_string(), name), found, reviewed, &names))
}

/// The year in the city's own time.
fn bounds(year: i32) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = |year| {
        let day = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?;
        day.and_local_timezone(CITY_ZONE).earliest().map(|at| at.to_utc())
    };
    (1900..=2999).contains(&year).then_some(())?;
    Some((start(year)?, start(year + 1)?))
}
