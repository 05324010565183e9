//! The other services, as far as a page asks them: answers in the shapes of their own APIs, remembers what it was asked, and can
//! be away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_kernel::Service;
use huiyin_settings::ServiceUrls;
use huiyin_web::Problem;
use serde_json::{Value, json};
use url::Url;

pub(crate) const NUMBER: &str = "HY-2022-0000-0017-Q";
pub(crate) const CODE: &str = "7KQM-2XHB-RW9T-C4DN-8";
pub(crate) const CASE: &str = "0180d2a0-0000-7000-8000-000000000001";
pub(crate) const PETITION: &str = "0180d2a0-0000-7000-8000-000000000002";
pub(crate) const SESSION: &str = "0180d2a0-0000-7000-8000-000000000003";
pub(crate) const VISIT: &str = "0180d2a0-0000-7000-8000-000000000004";
pub(crate) const MESSAGE: &str = "0180d2a0-0000-7000-8000-000000000005";
pub(crate) const STAFF: &str = "0180d2a0-0000-7000-8000-000000000006";
pub(crate) const NAME: &str = "欧阳𠮷安";
pub(crate) const PHONE: &str = "13800001234";

/// One request as a service got it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) key: Option<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) address: Option<String>,
}

#[derive(Debug, Default)]
struct World {
    asked: Vec<Asked>,
    away: BTreeSet<String>,
    ended: bool,
    refusal: Option<Problem>,
    receipts: BTreeMap<String, Value>,
    words: Option<String>,
    refreshed: u32,
}

/// All other services.
#[derive(Clone, Debug, Default)]
pub(crate) struct Double(Arc<Mutex<World>>);

impl Double {
    /// Starts to answer; each service under its own address.
    pub(crate) async fn start(&self) -> Result<ServiceUrls> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(answer).with_state(self.clone());
        #[expect(clippy::disallowed_methods, reason = "it answers as long as the test runs")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut urls = ServiceUrls::default();
        for service in Service::ALL {
            urls = urls.with(service, Url::parse(&format!("http://{address}/{service}"))?);
        }
        Ok(urls)
    }

    fn world<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.0.lock().expect("no test panics while holding it"))
    }

    /// This service does not answer any more.
    pub(crate) fn take_away(&self, service: Service) {
        self.world(|world| world.away.insert(service.name().to_owned()));
    }

    /// The account was disabled.
    pub(crate) fn end_sessions(&self) {
        self.world(|world| world.ended = true);
    }

    /// Every command is refused with this.
    pub(crate) fn refuse(&self, problem: Problem) {
        self.world(|world| world.refusal = Some(problem));
    }

    /// Every text an outsider can write is this.
    pub(crate) fn say(&self, words: &str) {
        self.world(|world| world.words = Some(words.to_owned()));
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.world(|world| world.asked.clone())
    }

    /// How often tokens were renewed.
    pub(crate) fn refreshed(&self) -> u32 {
        self.world(|world| world.refreshed)
    }
}

async fn answer(State(double): State<Double>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let path = parts.uri.path().trim_start_matches('/').to_owned();
    let (service, path) =
        path.split_once('/').map_or((path.clone(), String::new()), |(s, p)| (s.to_owned(), format!("/{p}")));
    let asked = Asked {
        method: parts.method.to_string(),
        path: format!("/{service}{path}"),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        key: header("idempotency-key"),
        bearer: header("authorization"),
        address: header("huiyin-client-address"),
    };
    double.world(|world| {
        world.asked.push(asked.clone());
        if world.away.contains(&service) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let words = world.words.clone().unwrap_or_else(|| "小区外墙渗水三年未修".to_owned());
        match service.as_str() {
            "directory" => directory(world, &asked, &path),
            "intake" => intake(world, &asked, &path, &words),
            "casework" => casework(world, &asked, &path, &words),
            "scheduling" => scheduling(world, &asked, &path, &words),
            "notification" => notification(&asked, &words),
            "ledger" => ledger(&path, &words),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    })
}

fn ok(body: Value) -> Response {
    axum::Json(body).into_response()
}

fn page(items: &Value) -> Response {
    ok(json!({ "items": items, "next": null }))
}

fn staff() -> Value {
    json!({
        "staff_id": STAFF, "version": 1, "login": "bureau.all", "name": "卫临川", "unit": "city-bureau", "district": "990100",
        "roles": ["intake_clerk", "officer", "unit_head", "leader", "supervisor", "schedule_editor"], "post": "副局长",
        "portfolio": [], "office_email": null, "active": true, "can_sign_in": true,
    })
}

fn directory(world: &mut World, asked: &Asked, path: &str) -> Response {
    match (asked.method.as_str(), path) {
        ("POST", "/sessions") if asked.body["password"] == "right-password" => {
            world.ended = false;
            (StatusCode::CREATED, axum::Json(granted(asked.body["login"] == "short", Some("handle")))).into_response()
        }
        ("POST", "/sessions" | "/sessions/refresh") if path == "/sessions" || world.ended => {
            Problem::new(StatusCode::UNAUTHORIZED, "sign_in_refused", "登录名或密码不正确，或登录已失效。", "wrong")
                .into_response()
        }
        ("POST", "/sessions/refresh") => {
            world.refreshed += 1;
            ok(granted(false, None))
        }
        ("GET", path) if path.starts_with("/sessions/") && world.ended => Problem::not_found().into_response(),
        (_, path) if path.starts_with("/sessions/") => StatusCode::NO_CONTENT.into_response(),
        (_, "/districts") => page(&json!([
            { "code": "990100", "name": "和安市", "policy_pack": "wuhan", "petition_unit": "city-bureau", "active": true },
            { "code": "990101", "name": "澄浦区", "policy_pack": "wuhan", "petition_unit": "990101-bureau", "active": true },
            { "code": "990101001", "name": "望桥街道", "policy_pack": "wuhan", "petition_unit": "990101-bureau", "active": true },
        ])),
        (_, "/units") => page(&json!([
            { "code": "city-bureau", "name": "和安市信访局", "short_name": "信访局", "kind": "bureau", "district": "990100", "topics": [], "active": true },
            { "code": "990101-housing", "name": "澄浦区住建局", "short_name": "住建局", "kind": "department", "district": "990101", "topics": [], "active": true },
            { "code": "city-discipline", "name": "和安市纪委监委", "short_name": "纪委", "kind": "discipline", "district": "990100", "topics": [], "active": true },
        ])),
        (_, "/staff") => page(&json!([staff()])),
        _ => Problem::not_found().into_response(),
    }
}

fn granted(short: bool, refresh: Option<&str>) -> Value {
    // Sessions of `short` run out at once, so that the next click renews.
    let expires_at = if short { "2022-05-22T00:00:01Z" } else { "2122-05-22T00:05:00Z" };
    let mut granted = json!({
        "session_id": "0180d2a0-0000-7000-8000-0000000000aa", "token": "staff-token", "expires_at": expires_at, "staff": staff(),
    });
    if let Some(refresh) = refresh {
        granted["refresh"] = json!(refresh);
    }
    granted
}

fn intake(world: &mut World, asked: &Asked, path: &str, words: &str) -> Response {
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
        ("POST", "/petitions/query" | "/petitions/amend" | "/petitions/withdraw" | "/petitions/restore")
            if asked.body["number"] != NUMBER || asked.body["code"] != CODE =>
        {
            Problem::not_found().into_response()
        }
        ("POST", "/petitions/query") => ok(overview(words)),
        ("POST", "/petitions/amend" | "/petitions/withdraw" | "/petitions/restore") => {
            ok(json!({ "number": NUMBER, "state": "registered", "may_restore_until": null }))
        }
        ("POST", "/internal/petitions/resolve") => {
            ok(json!({ "petitions": [{ "petition_id": PETITION, "number": NUMBER, "title": words }] }))
        }
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
        ("GET", path) if path.starts_with("/petitions/") => ok(petition(words)),
        _ => Problem::not_found().into_response(),
    }
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
        "companions": 1, "supplements": [["2022-05-07T02:00:00Z", words]],
        "petitioner": { "name": "欧**", "document_kind": "id_card", "document_number": "110***", "phone": "*1234", "has_email": true, "address": words, "gender": "male", "age": 72 },
        "may_reveal": true,
    })
}

fn line() -> Value {
    json!({
        "case_id": CASE, "petition_id": PETITION, "number": NUMBER, "state": "investigating", "stage": "investigating", "stage_zh": "调查核实",
        "channel": "net", "class": "request", "topic": "housing", "district": "990101001", "grade": "ordinary",
        "registered_at": "2022-05-06T02:00:00Z", "responsible_unit": "990101-housing", "officer": STAFF, "leader": null, "taken_by_leader": true,
        "deadlines": [{ "kind": "handling", "due_at": "2022-05-20T16:00:00Z", "last_day": "2022-05-20", "provisional": false, "state": "overdue" }],
        "outcome": null, "relief_referral": true, "promise_number": "诺-1", "is_overdue": true, "next_due_at": "2022-05-20T16:00:00Z", "version": 7,
    })
}

fn casework(world: &World, asked: &Asked, path: &str, words: &str) -> Response {
    match (asked.method.as_str(), path) {
        ("GET", "/cases") => page(&json!([line()])),
        ("GET", path) if path.ends_with("/history") => ok(json!([{
            "version": 1, "event_id": CASE, "at": "2022-05-06T02:00:00Z", "event": "opened", "what_zh": words, "what_en": words,
            "who": { "kind": "staff", "staff_id": STAFF, "name": words, "unit": "city-bureau", "unit_name": words, "roles_zh": [], "service": null },
            "detail": {},
        }])),
        ("GET", _) => ok(case(words)),
        ("POST", _) => match &world.refusal {
            Some(problem) => problem.clone().into_response(),
            None => ok(json!({ "case_id": CASE, "version": 8 })),
        },
        _ => Problem::not_found().into_response(),
    }
}

fn case(words: &str) -> Value {
    let commands = [
        "accept",
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
    ];
    let mut actions: Vec<Value> = commands
        .iter()
        .map(|command| json!({ "command": command, "zh": format!("做{command}"), "en": command, "allowed": true, "reason_zh": null, "reason_en": null }))
        .collect();
    actions.push(json!({ "command": "archive", "zh": "归档", "en": "archive", "allowed": false, "reason_zh": words, "reason_en": words }));
    let mut case = line();
    let more = json!({
        "responsible_unit_name": words, "officer_name": words, "leader_name": words,
        "deadlines_explained": [{
            "kind": "handling", "due_at": "2022-05-20T16:00:00Z", "last_day": "2022-05-20", "provisional": true, "state": "overdue",
            "explanation_zh": words, "explanation_en": words, "counted": [],
        }],
        "steps": [
            { "code": "hear_petitioner", "zh": "听取信访人陈述", "en": "hear", "done": true },
            { "code": "investigate", "zh": "调查核实", "en": "investigate", "done": false },
        ],
        "proposal": { "outcome": "supported", "opinion": words, "legal_basis": words, "facts_found": words },
        "reply_text": words, "review_until": "2022-06-30", "answer": null, "promise": null, "actions": actions,
    });
    for (name, value) in more.as_object().expect("an object") {
        case[name] = value.clone();
    }
    case
}

fn session(words: &str) -> Value {
    json!({
        "session_id": SESSION, "state": "published", "round_id": null, "district": "990101001", "kind": "regular", "form": "定期接访",
        "venue_id": SESSION, "venue_name": words, "venue_address": words, "leader": STAFF, "leader_name": words, "leader_post": words,
        "leader_portfolio": ["housing"], "starts_at": "2022-05-22T01:00:00Z", "ends_at": "2022-05-22T04:00:00Z", "topics": [words],
        "capacity": 6, "free": 3,
    })
}

fn scheduling(world: &World, asked: &Asked, path: &str, words: &str) -> Response {
    if asked.method == "POST"
        && let Some(problem) = &world.refusal
    {
        return problem.clone().into_response();
    }
    match (asked.method.as_str(), path) {
        ("GET", "/sessions") => page(&json!([session(words)])),
        ("GET", "/venues") => page(&json!([{
            "venue_id": SESSION, "version": 1, "district": "990101001", "name": words, "address": words, "kind": "hall", "phone": "010-00000000",
            "accessible": true, "hours": words,
        }])),
        ("GET", "/drafts") => page(&json!([{
            "session_id": SESSION, "plan": { "district": "990101001", "kind": "regular", "starts_at": null, "ends_at": null, "leader": null },
            "missing": ["姓名", "地点"],
        }])),
        ("GET", path) if path.ends_with("/visits") => {
            let visit = |state: &str, ticket: Value| {
                json!({
                    "visit_id": VISIT, "petition_id": PETITION, "number": NUMBER, "state": state, "ticket": ticket,
                    "expected_at": "2022-05-22T01:30:00Z", "arrived_at": null, "concluded_at": null, "case_state": "accepted",
                })
            };
            page(&json!([visit("booked", Value::Null), visit("registered", json!(2)), visit("concluded", json!(1))]))
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
        ("POST", _) => StatusCode::NO_CONTENT.into_response(),
        _ => Problem::not_found().into_response(),
    }
}

fn notification(asked: &Asked, words: &str) -> Response {
    if asked.method == "POST" {
        return StatusCode::NO_CONTENT.into_response();
    }
    page(&json!([{
        "message_id": MESSAGE, "template": "staff_case_overdue", "title": words, "body": words, "at": "2022-05-21T02:00:00Z", "read_at": null,
        "case_id": CASE,
    }]))
}

fn ledger(path: &str, words: &str) -> Response {
    if path == "/matters/export.xlsx" {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return ([("content-type", kind), ("content-disposition", "attachment; filename=\"ledger.xlsx\"")], "PK")
            .into_response();
    }
    page(&json!([{
        "petition_id": PETITION, "case_id": CASE, "number": NUMBER, "channel": "net", "class": "request", "topic": "housing", "state": "investigating",
        "grade": "ordinary", "outcome": null, "registered_at": "2022-05-06T02:00:00Z", "petitioner": words, "request": words, "place": words,
        "responsible_unit": words, "cause": words, "leader": words, "opinion": words, "result": words, "answer": words, "last_day": "2022-05-20",
        "overdue": true, "missed": true, "taken_by_leader": false, "extended_days": 0, "relief_referral": false, "promise_number": null, "closed_at": null,
    }]))
}
