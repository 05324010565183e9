//! What leaders owe in a period and how far they are (SZ-02, HB-04, HB-05): a duty of leaders, of nobody who petitions.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;

use super::query_of;
use crate::desk::Desk;
use crate::domain::when;
use crate::http::seat::Seat;
use crate::http::{Answer, Frame, ok};
use crate::upstream::quotas::{self, Quota, Standing};

#[derive(Template)]
#[template(path = "staff/quotas.html")]
struct QuotasPage {
    frame: Frame,
    quotas: Vec<Quota>,
    day: String,
}

impl QuotasPage {
    /// What is owed, in words.
    fn duty(quota: &Quota) -> String {
        let per = match quota.per.as_str() {
            "month" => "每月",
            "quarter" => "每季度",
            "half_year" => "每半年",
            "year" => "每年",
            other => other,
        };
        let least = quota.least;
        match quota.measure.as_str() {
            "sessions" => format!("{per}至少接访、下访{least}次"),
            "days" => format!("{per}至少接访{least}天"),
            "resolved" => format!("{per}至少化解{least}件包案事项"),
            other => format!("{per}{least} {other}"),
        }
    }

    fn unit(quota: &Quota) -> &'static str {
        match quota.measure.as_str() {
            "sessions" => "次",
            "days" => "天",
            _ => "件",
        }
    }

    fn period(quota: &Quota) -> String {
        format!("{}至{}", when::date(quota.first_day), when::date(quota.last_day))
    }

    /// Those who still owe, and the others.
    fn told(quota: &Quota) -> (Vec<&Standing>, Vec<&Standing>) {
        quota.leaders.iter().partition(|standing| standing.owes > 0)
    }
}

/// The quotas of the reader's district.
pub(in crate::http) async fn show(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let day = query.some("day");
    let quotas = quotas::list(&desk.http, day, seat.token()).await?;
    let day = day.unwrap_or_default().to_owned();
    Ok(ok(&QuotasPage { frame: Frame::of(&seat, "library"), quotas, day }))
}
