//! The yearly report, as the ledger gives it (REG-54).

use axum::http::{HeaderMap, Method};
use huiyin_kernel::Service;
use huiyin_web::{CallError, Client};
use serde::Deserialize;

/// Figures of matters that share a value.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Figures {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) matters: i64,
    #[serde(default)]
    pub(crate) closed: i64,
    #[serde(default)]
    pub(crate) in_time: i64,
    #[serde(default)]
    pub(crate) late: i64,
    #[serde(default)]
    pub(crate) transferred: i64,
    #[serde(default)]
    pub(crate) handed_down: i64,
    #[serde(default)]
    pub(crate) orders: i64,
    #[serde(default)]
    pub(crate) advice_given: i64,
    #[serde(default)]
    pub(crate) advice_adopted: i64,
    #[serde(default)]
    pub(crate) measures: i64,
}

/// Reviews with one result.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reviewed {
    pub(crate) level_zh: String,
    pub(crate) result_zh: String,
    pub(crate) reviews: i64,
}

/// A district's year.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) year: i32,
    #[serde(default)]
    pub(crate) district_name: String,
    #[serde(default)]
    pub(crate) total: Figures,
    #[serde(default)]
    pub(crate) by_class: Vec<Figures>,
    #[serde(default)]
    pub(crate) by_channel: Vec<Figures>,
    #[serde(default)]
    pub(crate) by_topic: Vec<Figures>,
    #[serde(default)]
    pub(crate) by_body: Vec<Figures>,
    #[serde(default)]
    pub(crate) reviews: Vec<Reviewed>,
}

/// The report of a year.
pub(crate) async fn report(
    http: &Client,
    year: i32,
    filters: &[(String, String)],
    staff: &str,
) -> Result<Report, CallError> {
    http.call(Method::GET, Service::Ledger, &format!("/reports/{year}")).query(filters).staff(staff).read().await
}

/// The same as a file: `xlsx` or `csv`.
pub(crate) async fn file(
    http: &Client,
    year: i32,
    kind: &str,
    filters: &[(String, String)],
    staff: &str,
) -> Result<(HeaderMap, Vec<u8>), CallError> {
    let path = format!("/reports/{year}/report.{kind}");
    http.call(Method::GET, Service::Ledger, &path).query(filters).staff(staff).bytes().await
}
