//! Casework: the work list, a case, its commands.

use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;
use serde_json::{Value, json};

use super::{Asked, CALL, CASE, NUMBER, PETITION, STAFF, World, ok, page};

fn line() -> Value {
    json!({
        "case_id": CASE, "petition_id": PETITION, "number": NUMBER, "state": "investigating", "stage": "investigating", "stage_zh": "调查核实",
        "channel": "net", "class": "request", "topic": "housing", "district": "990101001", "grade": "ordinary", "procedure": "simple",
        "registered_at": "2022-05-06T02:00:00Z", "responsible_unit": "990101-housing", "officer": STAFF, "leader": null, "taken_by_leader": true,
        "deadlines": [{ "kind": "handling", "due_at": "2022-05-20T16:00:00Z", "last_day": "2022-05-20", "provisional": false, "state": "overdue" },
            { "kind": "return_visit", "due_at": "2022-06-19T16:00:00Z", "last_day": "2022-06-19", "provisional": false, "state": "running" }],
        "outcome": null, "relief_referral": true, "promise_number": "诺-1", "is_overdue": true, "next_due_at": "2022-05-20T16:00:00Z", "version": 7,
        "library": { "listed": true, "field": "住建", "has_plan": false, "selection": { "leader": STAFF, "quarter": "2022Q2", "state": "asked", "summary": null } },
        "supervision": { "number": "DB-1", "ground": "evasion", "target_unit": "990101-housing", "state": "overdue", "due_at": null, "advised_unit": null },
    })
}

pub(super) fn answer(world: &World, asked: &Asked, path: &str, words: &str) -> Response {
    match (asked.method.as_str(), path) {
        ("GET", "/cases" | "/library") => page(&json!([line()])),
        ("GET", "/cases/by-number") => ok(json!({ "case_id": CASE })),
        ("GET", "/library/leaders") => ok(leaders(words)),
        ("GET", "/library/published") => ok(json!({
            "quarter": "2022Q2",
            "cases": [{ "leader_name": words, "leader_post": words, "unit_name": words, "field": words, "summary": words }],
        })),
        ("GET", "/calls") => ok(json!({
            "quarter": "2022Q2", "due": [{ "code": "letters", "name": words }, { "code": "phone", "name": words }],
            "askable": [{ "code": "990101-housing", "name": words }, { "code": "990101-water", "name": words }], "calls": [call(words)],
        })),
        ("GET", path) if path.starts_with("/calls/") => ok(call(words)),
        ("GET", "/successions") => ok(json!([{
            "unit": "990101-housing", "name": words, "successor": words, "matters": 3, "accusations": 1, "needs_decision": true,
            "next_zh": words, "next_en": words,
        }])),
        ("GET", path) if path.ends_with("/history") => ok(json!([{
            "version": 1, "event_id": CASE, "at": "2022-05-06T02:00:00Z", "event": "opened", "what_zh": words, "what_en": words,
            "who": { "kind": "staff", "staff_id": STAFF, "name": words, "unit": "city-bureau", "unit_name": words, "roles_zh": [], "service": null },
            "detail": {},
        }])),
        ("GET", path) if path.ends_with("/documents") => ok(json!([{
            "kind": "extension_notice-1", "title_zh": words, "title_en": words, "number": words, "issued_on": "2022-05-10",
        }])),
        ("GET", path) if path.ends_with("/documents/extension_notice-1") => {
            ([("content-type", "application/pdf"), ("content-disposition", "inline; filename=\"YQ1.pdf\"")], "%PDF-1.7")
                .into_response()
        }
        ("GET", path) if path.contains("/documents/") => Problem::not_found().into_response(),
        ("GET", _) => ok(case(words)),
        ("POST", _) => match &world.refusal {
            Some(problem) => problem.clone().into_response(),
            None => ok(json!({ "case_id": CASE, "version": 8 })),
        },
        _ => Problem::not_found().into_response(),
    }
}

fn call(words: &str) -> Value {
    json!({
        "call_id": CALL, "quarter": "2022Q2", "district": "990101", "platform": "letters", "platform_name": words, "asked_by_name": words,
        "raised_at": "2022-05-06T02:00:00Z", "reply_by": "2022-05-26", "is_over": false, "reminded_at": "2022-05-21T01:00:00Z", "owes_reply": true,
        "units": [
            { "unit": "990101-housing", "name": words, "reply": null, "replied_at": null, "is_late": true, "reason": null, "matters": [] },
            { "unit": "990101-roads", "name": words, "reply": "nothing", "replied_at": "2022-05-27T02:00:00Z", "is_late": true, "reason": words, "matters": [] },
            { "unit": "990101-water", "name": words, "reply": "matters", "replied_at": "2022-05-10T02:00:00Z", "is_late": false, "reason": null, "matters": [CASE] },
        ],
    })
}

fn leaders(words: &str) -> Value {
    json!({
        "quarter": "2022Q2", "asked_for": ["2022Q2", "2022Q3"], "per_quarter": 1, "source": words,
        "leaders": [{
            "staff_id": STAFF, "name": words, "post": words, "asked": 1, "taken": 0, "owes_in_quarter": 1,
        }],
    })
}

fn case(words: &str) -> Value {
    let commands = [
        "accept",
        "convert-to-ordinary",
        "paper",
        "point",
        "decline",
        "forward",
        "assign",
        "hand-over",
        "steps",
        "propose",
        "approve",
        "return",
        "reply",
        "deliver",
        "close",
        "extend",
        "grade",
        "settle-on-spot",
        "supervise",
        "answer-supervision",
        "return-supervision",
        "conclude-supervision",
        "advise",
        "answer-advice",
        "site-visit",
        "measure",
        "report-rectification",
        "settlement",
        "duty-done",
        "link",
        "unlink",
        "close-linked",
        "transfer",
        "refer-competence",
        "decide-competence",
        "report-result",
        "report-up",
        "give-part",
        "part-done",
        "take-part-back",
        "defer",
        "settle-deferred",
        "add-to-library",
        "remove-from-library",
        "plan",
        "instruct",
        "recuse",
        "ask-appointment",
        "material",
        "consultation",
        "select-leader",
        "answer-selection",
        "publish-selection",
        "return-visit",
        "archive",
    ];
    let mut actions: Vec<Value> = commands
        .iter()
        .map(|command| json!({ "command": command, "zh": format!("做{command}"), "en": command, "allowed": true, "reason_zh": null, "reason_en": null }))
        .collect();
    actions.push(json!({ "command": "waive", "zh": "免除步骤", "en": "waive", "allowed": false, "reason_zh": words, "reason_en": words }));
    let mut case = line();
    let more = json!({
        "responsible_unit_name": words, "officer_name": words, "leader_name": words,
        "deadlines_explained": [{
            "kind": "handling", "due_at": "2022-05-20T16:00:00Z", "last_day": "2022-05-20", "provisional": true, "state": "overdue",
            "explanation_zh": words, "explanation_en": words, "counted": [],
        }],
        "steps": [
            { "code": "hear_petitioner", "zh": "听取信访人陈述", "en": "hear", "stands": "done" },
            { "code": "investigate", "zh": "调查核实", "en": "investigate", "stands": "open" },
        ],
        "proposal": { "outcome": "supported", "opinion": words, "legal_basis": words, "facts_found": words },
        "reply_text": words, "review_until": "2022-06-30", "answer": null, "promise": null, "actions": actions,
        "supervision_grounds": [{ "code": "evasion", "zh": "办理推诿、敷衍、拖延", "en": "evasion" }],
        "supervision_orders": [{
            "number": "DB-1", "ground": "evasion", "ground_zh": words, "ground_en": words, "article": words, "demand": words, "target_unit": "990101-housing",
            "target_unit_name": words, "passed_on_by": [words], "issued_at": "2022-05-12T02:00:00Z", "issued_by_name": words, "by_rule": false,
            "state": "overdue", "last_day": "2022-05-20", "concluded_at": "2022-05-21T02:00:00Z", "conclusion_note": words,
            "answers": [{ "done": words, "will_be_done_on": "2022-06-01", "answered_at": "2022-05-13T02:00:00Z", "by_name": words, "returned_reason": words }],
            "advice": [{ "text": words, "given_at": "2022-05-14T02:00:00Z", "last_day": "2022-06-14", "is_adopted": false, "answer": words, "answered_at": null }],
            "measures": [{ "kind": "rectification", "kind_zh": "限期整改", "reason": words, "taken_at": "2022-05-15T02:00:00Z", "rectify_by": "2022-06-01", "rectified": words }],
            "visits": [{ "visited_on": "2022-05-15", "head_name": words, "finding": words }],
        }],
    });
    let procedures = json!({
        "agreement": {
            "kind_zh": "调解", "agreed_on": "2022-05-15", "signed_by_name": words,
            "duties": [
                { "nth": 1, "text": words, "due_on": "2022-05-20", "done_on": "2022-05-19", "note": words },
                { "nth": 2, "text": words, "due_on": "2022-06-20", "done_on": null, "note": null },
            ],
        },
        "work_parts": [
            { "nth": 1, "unit": "990101-water", "unit_name": words, "text": words, "due_on": "2022-05-20", "open": true, "done_on": null, "note": null },
            { "nth": 2, "unit": "990101-roads", "unit_name": words, "text": words, "due_on": "2022-05-18", "open": false, "done_on": "2022-05-17", "note": words },
            { "nth": 3, "unit": "990101-roads", "unit_name": null, "text": words, "due_on": "2022-05-18", "open": false, "done_on": null, "note": words },
        ],
        "deferred": { "reason": words, "look_again_on": "2022-09-01", "settled_on": "2022-08-30", "note": words },
        "leader_why_zh": words,
        "leader_by_rule": { "staff_id": PETITION, "name": words, "why_zh": words },
        "library_entry": {
            "listed": true, "field": words, "reason": words, "added_at": "2022-05-12T02:00:00Z",
            "selections": [
                { "leader_name": words, "quarter": "2022Q1", "state": "declined", "reason": words, "summary": null },
                { "leader_name": words, "quarter": "2022Q2", "state": "published", "reason": null, "summary": words },
            ],
        },
        "instructions": [{ "leader_name": words, "text": words, "at": "2022-05-12T02:00:00Z" }],
        "appointment_asked": {
            "asked_at": "2022-05-12T02:00:00Z", "wish": words, "open": true, "material": words, "material_by_name": words,
            "fixed_for": "2022-05-16T02:00:00Z", "place": words,
            "steps": [{ "zh": "属地单位材料准备", "done": true }, { "zh": "协商会办", "done": false }],
        },
        "consulted": { "held_on": "2022-05-17", "present": words, "agreed": words, "by_name": words },
        "plan": { "text": words, "until": "2022-06-30", "set_at": "2022-05-12T02:00:00Z" },
        "evaluated": {
            "until": "2022-06-19", "scale": ["satisfied", "basically_satisfied", "dissatisfied"], "may_change": true, "office": "satisfied",
            "unit": "dissatisfied", "dispute": "not_carried_out", "is_supervised": true,
        },
        "file": { "number": "DA-1", "term_zh": "30年", "keep_until": "2052-12-31", "archived_at": "2022-05-19T02:00:00Z", "by_name": words },
        "return_visits": [{ "visited_on": "2022-05-18", "means_zh": "电话回访", "finding_zh": "处理意见部分落实", "by_name": words }],
        "links": [{ "case_id": PETITION, "number": NUMBER, "kind_zh": "关联事项", "reason": words }],
        "routing": {
            "demand": words, "demanded_by": words, "report_by": "2022-06-20",
            "report": { "found": words, "done": words, "reported_at": "2022-05-19T02:00:00Z", "by_name": words },
            "competence": {
                "decider": words, "parties": [words], "reason": words, "referred_at": "2022-05-12T02:00:00Z", "unit": words,
                "assisting": [words], "decision": words, "decided_at": "2022-05-13T02:00:00Z",
            },
            "reported_up": [{ "level": "next", "reported_on": "2022-05-16", "text": words, "by_name": words }],
        },
        "simple": {
            "ground_zh": words, "converted_at": null, "manner_zh": words, "decide_by": "2022-05-11",
            "grounds": [{ "code": "clear_and_easy", "zh": "事实清楚、易于解决" }],
        },
    });
    for (name, value) in [more, procedures].iter().filter_map(Value::as_object).flatten() {
        case[name] = value.clone();
    }
    case
}
