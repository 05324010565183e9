//! Notification and ledger: what others have told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Asked, CASE, MESSAGE, NUMBER, PETITION, page};

pub(super) fn notification(asked: &Asked, words: &str) -> Response {
    if asked.method == "POST" {
        return StatusCode::NO_CONTENT.into_response();
    }
    page(&json!([{
        "message_id": MESSAGE, "template": "staff_case_overdue", "title": words, "body": words, "at": "2022-05-21T02:00:00Z", "read_at": null,
        "case_id": CASE,
    }]))
}

pub(super) fn ledger(path: &str, words: &str) -> Response {
    if path == "/matters/export.xlsx" {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return ([("content-type", kind), ("content-disposition", "attachment; filename=\"ledger.xlsx\"")], "PK")
            .into_response();
    }
    if path.contains("/report.") {
        return ([("content-type", "text/csv"), ("content-disposition", "attachment; filename=\"report.csv\"")], "a")
            .into_response();
    }
    if path.starts_with("/reports/") {
        let row = json!({ "code": "housing", "name": words, "matters": 3, "closed": 2, "in_time": 1, "late": 1, "transferred": 1,
            "handed_down": 1, "orders": 1, "advice_given": 1, "advice_adopted": 1, "measures": 1 });
        return super::ok(json!({
            "year": 2022, "district": "990101", "district_name": words, "total": row, "by_class": [row], "by_channel": [row],
            "by_topic": [row], "by_body": [row],
            "reviews": [{ "level": "review", "level_zh": "复查", "result": "upheld", "result_zh": words, "reviews": 1 }],
        }));
    }
    page(&json!([{
        "petition_id": PETITION, "case_id": CASE, "number": NUMBER, "channel": "net", "class": "request", "topic": "housing", "state": "investigating",
        "grade": "ordinary", "outcome": null, "registered_at": "2022-05-06T02:00:00Z", "petitioner": words, "request": words, "place": words,
        "responsible_unit": words, "cause": words, "leader": words, "opinion": words, "result": words, "answer": words, "last_day": "2022-05-20",
        "overdue": true, "missed": true, "taken_by_leader": false, "extended_days": 0, "relief_referral": false, "promise_number": null, "closed_at": null,
    }]))
}
