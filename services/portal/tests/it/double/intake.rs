//! Intake: petitions handed in, asked after, opened.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;
use serde_json::{Value, json};

use super::{Asked, CODE, LIKELY, NAME, NUMBER, PETITION, PHONE, SESSION, VISIT, World, ok, page};

pub(super) fn answer(world: &mut World, asked: &Asked, path: &str, words: &str) -> Response {
    match (asked.method.as_str(), path) {
        ("GET", "/topics") => ok(json!([
            { "code": "housing", "name_zh": "房地产建设", "name_en": "Housing", "active": true },
            { "code": "old", "name_zh": "旧类", "name_en": "Old", "active": false },
        ])),
        ("POST", "/petitions") => {
            if let Some(problem) = &world.refusal {
                return problem.clone().into_response();
            }
            let key = asked.key.clone().unwrap_or_default();
            let serial = world.receipts.len() + 17;
            let receipt = world.receipts.entry(key).or_insert_with(|| {
                json!({
                    "petition_id": PETITION, "number": format!("HY-2022-0000-{serial:04}-Q"), "query_code": CODE,
                    "registered_at": "2022-05-22T02:00:00Z", "told_zh": "已登记。", "told_en": "Registered.",
                })
            });
            (StatusCode::CREATED, axum::Json(receipt.clone())).into_response()
        }
        (
            "POST",
            "/petitions/query"
            | "/petitions/amend"
            | "/petitions/ask-review"
            | "/petitions/ask-appointment"
            | "/petitions/withdraw"
            | "/petitions/restore"
            | "/petitions/document",
        ) if asked.body["number"] != NUMBER || asked.body["code"] != CODE => Problem::not_found().into_response(),
        ("POST", "/petitions/query") => ok(overview(words)),
        ("POST", "/petitions/document") if asked.body["kind"] == "reply" => {
            ([("content-type", "application/pdf")], "%PDF-1.7").into_response()
        }
        ("POST", "/petitions/document") => Problem::not_found().into_response(),
        (
            "POST",
            "/petitions/amend"
            | "/petitions/ask-review"
            | "/petitions/ask-appointment"
            | "/petitions/evaluate"
            | "/petitions/withdraw"
            | "/petitions/restore",
        ) => ok(json!({ "number": NUMBER, "state": "registered", "may_restore_until": null })),
        ("POST", "/internal/petitions/resolve") => {
            ok(json!({ "petitions": [{ "petition_id": PETITION, "number": NUMBER, "title": words }] }))
        }
        ("POST", path) if path.ends_with("/evaluation") => match &world.refusal {
            Some(problem) => problem.clone().into_response(),
            None => ok(json!({ "number": NUMBER, "state": "registered", "may_restore_until": null })),
        },
        ("POST", path) if path.ends_with("/identity") => {
            if let Some(problem) = &world.refusal {
                return problem.clone().into_response();
            }
            ok(json!({
                "name": NAME, "gender": "male", "document_kind": "id_card", "document_number": "110105194912310 02X", "phone": PHONE,
                "email": null, "address": words, "representatives": [{ "name": words, "phone": null }], "companions": [words],
            }))
        }
        ("GET", "/petitions") => ok(petition(words)),
        ("GET", path) if path.ends_with("/likely-same") => {
            page(&json!([likely(NUMBER, PETITION, words), likely(LIKELY, SESSION, words),]))
        }
        ("GET", path) if path.starts_with("/petitions/") => ok(petition(words)),
        _ => Problem::not_found().into_response(),
    }
}

fn likely(number: &str, id: &str, words: &str) -> Value {
    json!({
        "petition_id": id, "case_id": VISIT, "number": number, "registered_at": "2022-03-01T17:00:00Z", "title": words, "state": "closed",
        "reason_zh": format!("同一街道，{words}，证件号码相同"), "reason_en": words, "proposed_reason": format!("同一街道，{words}"),
    })
}

fn overview(words: &str) -> Value {
    json!({
        "number": NUMBER, "class": "request", "topic": "housing", "topic_zh": "房地产建设", "title": words, "district": "990101001",
        "petition_state": "registered", "state": "investigating", "state_zh": "调查核实", "state_en": "investigating",
        "registered_at": "2022-05-06T02:00:00Z",
        "progress": [{ "at": "2022-05-06T02:00:00Z", "what_zh": words, "what_en": words }],
        "deadlines": [
            { "kind": "acceptance", "last_day": "2022-05-21", "state": "met", "explanation_zh": words, "explanation_en": "" },
            { "kind": "handling", "last_day": "2022-05-25", "state": "running", "explanation_zh": words, "explanation_en": "" },
        ],
        "reply": { "text": words, "issued_at": "2022-05-20T02:00:00Z", "unit": "990101-housing" },
        "documents": [{ "kind": "reply", "title_zh": words, "title_en": words, "number": words, "issued_on": "2022-05-20" }],
        "reviews": [{ "level_zh": "复查", "result_zh": "维持原处理意见", "text": words, "issued_at": "2022-05-21T02:00:00Z" }],
        "deferred": { "reason": words, "look_again_on": "2022-09-01", "settled_on": null, "note": null },
        "agreed": {
            "kind_zh": "调解", "agreed_on": "2022-05-15",
            "duties": [{ "due_on": "2022-05-20", "done_on": "2022-05-19" }, { "due_on": "2022-06-20", "done_on": null }],
        },
        "evaluation": {
            "until": "2022-06-19", "scale": ["satisfied", "basically_satisfied", "dissatisfied"], "may_change": true, "office": null,
            "unit": "dissatisfied", "dispute": "not_carried_out", "is_supervised": true,
        },
        "remedy": { "level": "reexamination", "level_zh": "复核", "until": "2022-06-20" }, "may_ask_review": true, "appointment": "may_be_asked",
        "supplements": [{ "at": "2022-05-07T02:00:00Z", "text": words }],
        "may_withdraw": true, "may_amend": true, "may_restore_until": "2022-06-05T16:00:00Z",
        "inbox": [{ "title": words, "body": words, "at": "2022-05-07T02:00:00Z" }], "missing_zh": [words], "missing_en": [],
    })
}

fn petition(words: &str) -> Value {
    json!({
        "petition_id": PETITION, "number": NUMBER, "state": "registered", "channel": "net", "class": "request", "topic": "housing",
        "district": "990101001", "kind": "group", "people_count": 12, "concerned_unit": null, "title": words, "request": words,
        "facts": words, "place": words, "assistance": words, "external_ref": null, "accused_unit": null, "representatives": 1,
        "companions": 1, "supplements": [
            { "at": "2022-05-07T02:00:00Z", "purpose": "review", "text": words },
            { "at": "2022-05-21T02:00:00Z", "purpose": "evaluation", "text": words },
            { "at": "2022-05-22T02:00:00Z", "purpose": "appointment", "text": words },
        ],
        "petitioner": { "name": "欧**", "document_kind": "id_card", "document_number": "110***", "phone": "*1234", "has_email": true, "address": words, "gender": "male", "age": 72 },
        "may_reveal": true,
    })
}
