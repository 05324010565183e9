//! The yearly report of the petition office (REG-54): a page, and the same as a file.

use askama::Template;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use chrono::Datelike as _;
use huiyin_authz::Permission;

use super::query_of;
use crate::desk::Desk;
use crate::domain::when;
use crate::failure::Failure;
use crate::http::citizen::sheet;
use crate::http::form::{Choice, Field, Posted};
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::report::{self, Figures, Report};

/// So many years back are offered.
const YEARS: i32 = 10;

#[derive(Template)]
#[template(path = "staff/report.html")]
struct ReportPage {
    frame: Frame,
    filters: Vec<Field>,
    report: Report,
    /// The same as a spreadsheet and as text; none when not allowed.
    files: Option<(String, String)>,
}

impl ReportPage {
    /// The parts with their headings.
    fn parts(&self) -> [(&'static str, &[Figures]); 5] {
        [
            ("合计", std::slice::from_ref(&self.report.total)),
            ("类别", &self.report.by_class),
            ("信访形式", &self.report.by_channel),
            ("涉及领域", &self.report.by_topic),
            ("反映较多的机关、单位", &self.report.by_body),
        ]
    }
}

fn asked(query: &Posted, this_year: i32) -> (i32, Vec<(String, String)>) {
    let year = query.some("year").and_then(|year| year.parse().ok()).unwrap_or(this_year);
    let district = query.some("district").map(|district| ("district".to_owned(), district.to_owned()));
    (year, district.into_iter().collect())
}

fn address(kind: &str, year: i32, filters: &[(String, String)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("year", &year.to_string()).extend_pairs(filters);
    format!("/staff/report.{kind}?{}", query.finish())
}

/// The report of a year.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let this_year = when::city_date(desk.clock.now()).year();
    let (year, filters) = asked(&query, this_year);
    let report = report::report(&desk.http, year, &filters, seat.token()).await?;
    let known = desk.reference.or_empty(&desk.http).await;
    let mut district = sheet::district(&known);
    district.required = false;
    "区划".clone_into(&mut district.label);
    "District".clone_into(&mut district.label_en);
    let years = (0..YEARS).map(|back| (this_year - back).to_string());
    let years = years.map(|year| Choice::new(year.clone(), format!("{year}年"))).collect();
    let filters_shown = vec![
        Field::select(years, "year", "年度", "Year").value(&year.to_string()),
        district.value(query.get("district")),
    ];
    let files =
        seat.may(Permission::ExportLedger).then(|| (address("xlsx", year, &filters), address("csv", year, &filters)));
    Ok(ok(&ReportPage { frame: Frame::of(&seat, "ledger"), filters: filters_shown, report, files }))
}

/// As a spreadsheet.
pub(in crate::http) async fn xlsx(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    file(&desk, &seat, &uri, "xlsx").await
}

/// As comma-separated text.
pub(in crate::http) async fn csv(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    file(&desk, &seat, &uri, "csv").await
}

async fn file(desk: &Desk, seat: &Seat, uri: &Uri, kind: &str) -> Answer {
    let (year, filters) = asked(&query_of(uri), when::city_date(desk.clock.now()).year());
    let (told, file) = report::file(&desk.http, year, kind, &filters, seat.token()).await?;
    let known = |name| told.get(name).cloned().ok_or_else(Failure::not_found);
    let headers = [
        (header::CONTENT_TYPE, known(header::CONTENT_TYPE)?),
        (header::CONTENT_DISPOSITION, known(header::CONTENT_DISPOSITION)?),
    ];
    Ok((headers, file).into_response())
}
