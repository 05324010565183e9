//! Scheduling: sessions, visits, the reception form.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;
use serde_json::{Value, json};

use super::{Asked, CASE, LIKELY, NUMBER, PETITION, SESSION, STAFF, VISIT, World, ok, page};

fn session(words: &str) -> Value {
    json!({
        "session_id": SESSION, "state": "published", "round_id": null, "district": "990101001", "kind": "regular", "form": "定期接访",
        "venue_id": SESSION, "venue_name": words, "venue_address": words, "leader": STAFF, "leader_name": words, "leader_post": words,
        "leader_portfolio": ["housing"], "starts_at": "2022-05-22T01:00:00Z", "ends_at": "2022-05-22T04:00:00Z", "topics": [words],
        "capacity": 6, "free": 3,
    })
}

pub(super) fn answer(world: &World, asked: &Asked, path: &str, words: &str) -> Response {
    if asked.method != "GET"
        && let Some(problem) = &world.refusal
    {
        return problem.clone().into_response();
    }
    match (asked.method.as_str(), path) {
        ("GET", "/sessions") => page(&json!([session(words)])),
        ("GET", "/quotas") => ok(json!([{
            "code": "provincial_resolved", "group": words, "measure": "resolved", "per": "year", "least": 1, "source": words,
            "first_day": "2022-01-01", "last_day": "2022-12-31", "leaders": [
                { "staff_id": STAFF, "name": words, "post": words, "done": 0, "owes": 1 },
                { "staff_id": STAFF, "name": words, "post": null, "done": 2, "owes": 0 },
            ],
        }])),
        ("GET", "/venues") => page(&json!([{
            "venue_id": SESSION, "version": 1, "district": "990101001", "name": words, "address": words, "kind": "hall", "phone": "010-00000000",
            "accessible": true, "hours": words,
        }])),
        ("GET", "/drafts") => page(&json!([{
            "session_id": SESSION, "plan": { "district": "990101001", "kind": "case_visit", "starts_at": null, "ends_at": null, "leader": null },
            "missing": ["姓名", "地点"],
        }])),
        ("GET", path) if path.starts_with("/sessions/") && path.ends_with("/matters") => {
            let matter = |id: &str, number: &str| {
                json!({
                    "petition_id": id, "case_id": CASE, "number": number, "topic": "housing", "district": "990101001",
                    "case_state": "investigating",
                })
            };
            ok(json!({
                "state": "draft", "kind": "case_visit", "starts_at": "2022-05-22T01:00:00Z", "ends_at": "2022-05-22T04:00:00Z",
                "may_name": true, "named": [matter(PETITION, NUMBER)], "offered": [matter(VISIT, LIKELY)],
            }))
        }
        ("GET", path) if path.starts_with("/petitions/") => page(&json!([{
            "session_id": SESSION, "state": "published", "kind": "case_visit", "form": words, "leader_name": words, "leader_post": words,
            "starts_at": "2022-05-23T01:00:00Z", "ends_at": "2022-05-23T04:00:00Z", "venue_name": words, "venue_address": words,
        }])),
        ("GET", path) if path.ends_with("/visits") => {
            let visit = |state: &str, ticket: Value| {
                json!({
                    "visit_id": VISIT, "petition_id": PETITION, "number": NUMBER, "state": state, "ticket": ticket,
                    "expected_at": "2022-05-22T01:30:00Z", "arrived_at": null, "concluded_at": null, "case_state": "accepted",
                    "waived": words, "competent_unit": words, "competent_places": [words],
                })
            };
            page(&json!([visit("booked", Value::Null), visit("registered", json!(2)), visit("concluded", json!(1))]))
        }
        ("GET", path) if path.ends_with("/documents") => ok(json!([
            { "kind": "reception_record", "title_zh": "领导接访登记表", "title_en": "x", "available": true, "reason_zh": null, "reason_en": null, "case_id": null },
            { "kind": "talk_record", "title_zh": "接谈记录", "title_en": "x", "available": false, "reason_zh": words, "reason_en": "x", "case_id": null },
            { "kind": "promise_letter", "title_zh": "承诺书", "title_en": "x", "available": false, "reason_zh": words, "reason_en": "x", "case_id": CASE },
        ])),
        ("GET", path) if path.ends_with("/documents/reception_record") => {
            ([("content-type", "application/pdf")], b"%PDF-1.7 scheduling".to_vec()).into_response()
        }
        ("GET", path) if path.ends_with("/form") => ok(json!({
            "visit_id": VISIT, "leader": words, "date": "2022-05-22T01:30:00Z", "place": words, "petitioner_name": words, "gender": "male", "age": 72,
            "contact": words, "companions": [words], "address": words, "attended_by": [], "main_problem": null, "leader_opinion": null, "result": null,
            "petitioner_opinion": null, "identity_resolved": true,
        })),
        ("GET", path) if path.starts_with("/sessions/") => ok(session(words)),
        ("POST", path) if path.ends_with("/walk-ins") || path.ends_with("/arrival") => (
            StatusCode::CREATED,
            axum::Json(json!({ "visit_id": VISIT, "ticket": 3, "arrived_at": "2022-05-22T01:30:00Z" })),
        )
            .into_response(),
        ("POST" | "PUT" | "DELETE", _) => StatusCode::NO_CONTENT.into_response(),
        _ => Problem::not_found().into_response(),
    }
}
