//! Which matters leaders took, as published (包案公示; SZ-05, SZ-08, SZ-14).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;

use super::sheet;
use crate::desk::Desk;
use crate::domain::words;
use crate::http::form::Posted;
use crate::http::{Answer, Frame, ok};
use crate::upstream::leading::{self, LedCase};

#[derive(Template)]
#[template(path = "citizen/led_cases.html")]
struct LedCasesPage {
    frame: Frame,
    quarter: String,
    /// Leader with post, and the matters.
    leaders: Vec<(String, Vec<LedCase>)>,
}

/// By leader; only what was published with the leader's agreement comes from casework at all.
pub(in crate::http) async fn show(State(desk): State<Desk>, uri: axum::http::Uri) -> Answer {
    let query = Posted::read(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let district = sheet::district_of(query.get("district"));
    let published = leading::published(&desk.http, district.as_ref(), query.some("quarter")).await?;
    let mut leaders: BTreeMap<String, Vec<LedCase>> = BTreeMap::new();
    for case in published.cases {
        let names = [case.leader_name.as_deref(), case.leader_post.as_deref()];
        leaders.entry(names.into_iter().flatten().collect::<Vec<_>>().join(" ")).or_default().push(case);
    }
    let quarter = words::quarter(&published.quarter);
    Ok(ok(&LedCasesPage { frame: Frame::plain("receptions"), quarter, leaders: leaders.into_iter().collect() }))
}
