//! S1: every endpoint of every service, asked by those who have no part in the matter. The list is what the services themselves
//! describe at `/openapi.json`: a new endpoint is asked too, whoever forgets it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use huiyin_authz::{StaffClaims, StaffSigner};
use huiyin_kernel::{DistrictCode, InfraClock, Role, Service, StaffId, UnitCode};
use huiyin_settings::Secret;
use huiyin_testkit::{eventually_within, not_yet};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Oracle, TestCity, TestCityOptions, browser};

const TITLE: &str = "雨棚漏水无人修缮";
const NAME: &str = "欧阳照野";
const SERVICES: [Service; 6] = [
    Service::Intake,
    Service::Casework,
    Service::Scheduling,
    Service::Notification,
    Service::Directory,
    Service::Ledger,
];

/// Who asks, and in which roles.
const STRANGERS: [(&str, &str, &str, &[Role]); 4] = [
    ("another district", "other-office", "990102", EVERY_ROLE),
    ("another district, supervisor alone", "other-office", "990102", &[Role::Supervisor]),
    ("another unit of the district", "other-office", "990101001", HANDLING),
    ("the right unit in the wrong role", "bridge-office", "990101001", &[Role::Administrator]),
];
const EVERY_ROLE: &[Role] = &[
    Role::IntakeClerk,
    Role::Officer,
    Role::UnitHead,
    Role::MainLeader,
    Role::Leader,
    Role::Supervisor,
    Role::ScheduleEditor,
];
const HANDLING: &[Role] = &[Role::IntakeClerk, Role::Officer, Role::UnitHead, Role::MainLeader, Role::Leader];

/// Answered with success to strangers, and why. Their answers are searched for the matter all the same.
const ANSWERED: &[(&str, &str)] = &[
    ("GET /topics", "the public taxonomy"),
    ("GET /.well-known/jwks.json", "public keys"),
    ("GET /sessions", "the public schedule"),
    ("GET /rounds", "the public schedule"),
    ("GET /venues", "reception places"),
    ("GET /library", "the asker's own lists"),
    ("GET /library/leaders", "the leaders of the asker's own district"),
    ("GET /library/published", "the public notice"),
    ("GET /archive/due", "the asker's own lists"),
    ("GET /archive/destroyed", "the asker's own lists"),
    ("GET /calls", "the calls that the asker's own unit raised or was asked by"),
    ("GET /quotas", "the leaders of the asker's own district"),
    ("GET /document-batches", "the asker's own"),
    ("GET /successions", "what the asker supervises"),
    ("GET /drafts", "the asker's own district"),
    ("GET /districts", "who is who"),
    ("GET /units", "who is who"),
    ("GET /staff", "who is who"),
    ("GET /cases", "the asker's own list"),
    ("GET /inbox", "the asker's own messages"),
    ("GET /alarms", "the asker's own district, whose offices look after deliveries together"),
    ("GET /messages", "the asker's own district; of the ledger, refused"),
    ("GET /matters", "the asker's own matters"),
    ("GET /matters/export.xlsx", "the asker's own matters"),
    ("GET /rebuild", "how far the ledger of the whole city is built again: numbers of what is told"),
    ("GET /summary", "counts of the asker's own matters"),
    ("POST /internal/petitions/resolve", "of the petitions asked for, those the asker may see"),
    ("POST /petitions/own", "of the petitions found, those the asker may see"),
];

/// Open to the administrators of the district beside: accounts, and nothing of a matter. What they do is written down in
/// directory's journal under their name.
const ADMINISTERED: &[(&str, &str)] = &[
    ("POST /staff", "an account of the administrator's own district"),
    ("PATCH /staff/{staff_id}", "an account of the administrator's own district"),
    ("POST /staff/{staff_id}/disable", "an account of the administrator's own district"),
    ("POST /staff/{staff_id}/enable", "an account of the administrator's own district"),
    ("POST /staff/{staff_id}/password", "an account of the administrator's own district"),
];

struct Matter {
    petition: Uuid,
    case: Uuid,
    number: String,
}

async fn matter(city: &TestCity, oracle: &Oracle) -> Result<Matter> {
    let body = json!({
        "channel": "net", "class": "request", "topic": "real_estate", "district": "990101001", "kind": "individual",
        "title": TITLE, "request": "请修缮。", "petitioner": { "name": NAME, "document_kind": "none", "phone": "19900001111" },
    });
    let request =
        browser()?.post(city.url(Service::Intake, "/petitions")).header("idempotency-key", "matrix").json(&body);
    let receipt = TestCity::answer(request.send().await?).await?;
    let petition: Uuid = receipt["petition_id"].as_str().context("an id")?.parse()?;
    let question = format!(
        "select case_id from casework.case c join ledger.matter m using (case_id) where c.petition_id = '{petition}'"
    );
    let case = eventually_within(std::time::Duration::from_secs(60), || async {
        let rows = oracle.rows(&question).await?;
        rows.first()
            .and_then(|row| row["case_id"].as_str()?.parse().ok())
            .ok_or_else(|| not_yet("no case in the ledger"))
    })
    .await
    .with_context(|| city.last_words())?;
    Ok(Matter { petition, case, number: receipt["number"].as_str().unwrap_or_default().to_owned() })
}

/// A plan, a turn, a message and an alarm of the same district, beside the matter.
const BESIDE: &str = "
    insert into scheduling.round (round_id, version, district, title, first_day, last_day, state)
    values ('00000000-0000-7000-8000-000000000001', 1, '990101001', 't', '2026-01-01', '2026-01-02', 'draft');
    insert into scheduling.session (session_id, version, district, state, capacity, slot_minutes)
    values ('00000000-0000-7000-8000-000000000001', 1, '990101001', 'draft', 1, 15);
    insert into scheduling.visit (visit_id, version, session_id, petition_id, state, expected_at)
    select '00000000-0000-7000-8000-000000000001', 1, '00000000-0000-7000-8000-000000000001', petition_id, 'booked', now()
    from intake.petition;
    insert into notification.alarm (kind, district, petition_id, detail, raised_at)
    select 'no_route', '990101001', petition_id, '', now() from intake.petition;
";

/// A value for a path or query parameter: the one of the matter where the name says so.
fn value(name: &str, matter: &Matter, staff: Uuid, message: Uuid) -> String {
    match name {
        "petition_id" | "id" => matter.petition.to_string(),
        "case_id" => matter.case.to_string(),
        "session_id" | "visit_id" | "round_id" => "00000000-0000-7000-8000-000000000001".to_owned(),
        "staff_id" => staff.to_string(),
        "message_id" => message.to_string(),
        "alarm_id" => "1".to_owned(),
        "code" => "bridge-office".to_owned(),
        "number" => matter.number.clone(),
        _ => Uuid::nil().to_string(),
    }
}

/// The least a body of this schema can be. What it means is not asked here: a refusal for its words says nothing of the matter.
fn body(schema: &Value, api: &Value, matter: &Matter, depth: u8) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return body(&api["components"]["schemas"][name], api, matter, depth);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|list| list.iter().find(|one| one["type"] != "null")) {
            return body(first, api, matter, depth);
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match kind {
        "object" if depth < 6 => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required.iter().filter_map(Value::as_str);
            fields.map(|name| (name.to_owned(), body(&schema["properties"][name], api, matter, depth + 1))).collect()
        }
        "array" => json!([body(&schema["items"], api, matter, depth + 1)]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        _ if schema["format"] == "uuid" => json!(matter.petition),
        _ if schema["format"] == "date-time" => json!("2026-03-02T01:00:00Z"),
        _ if schema["format"] == "date" => json!("2026-03-02"),
        _ => json!("所述如下"),
    }
}

struct Endpoint {
    service: Service,
    method: Method,
    template: String,
    operation: Value,
    api: Value,
}

async fn endpoints(city: &TestCity) -> Result<Vec<Endpoint>> {
    let mut all = Vec::new();
    for service in SERVICES {
        let api = TestCity::answer(browser()?.get(city.url(service, "/openapi.json")).send().await?).await?;
        for (template, operations) in api["paths"].as_object().context("paths")? {
            for (method, operation) in operations.as_object().context("operations")? {
                let method = method.to_uppercase().parse()?;
                let (template, operation, api) = (template.clone(), operation.clone(), api.clone());
                all.push(Endpoint { service, method, template, operation, api });
            }
        }
    }
    Ok(all)
}

impl Endpoint {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    fn request(
        &self,
        city: &TestCity,
        http: &reqwest::Client,
        matter: &Matter,
        staff: Uuid,
        message: Uuid,
    ) -> reqwest::RequestBuilder {
        let mut path = self.template.clone();
        let mut query = Vec::new();
        for parameter in self.operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let value = value(name, matter, staff, message);
            if parameter["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &value);
            } else if parameter["in"] == "query" && parameter["required"] == true {
                query.push((name.to_owned(), value));
            }
        }
        let mut request = http.request(self.method.clone(), city.url(self.service, &path)).query(&query);
        if let Some(content) = self.operation["requestBody"]["content"].as_object() {
            if let Some(schema) = content.get("application/json") {
                request = request.json(&body(&schema["schema"], &self.api, matter, 0));
            } else {
                request = request.header("content-type", content.keys().next().cloned().unwrap_or_default()).body("x");
            }
        }
        request.header("idempotency-key", key_of(&self.name()))
    }

    fn documents(&self, status: u16) -> bool {
        let code = status.to_string();
        let written = self.operation["responses"].as_object();
        written.is_some_and(|all| {
            all.keys().any(|key| *key == code || key == "default" || *key == format!("{}XX", status / 100))
        })
    }
}

/// Who a stranger is: one id for each, in the order of the strangers.
fn stranger(nth: usize) -> StaffId {
    StaffId::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00f0 + nth as u128))
}

/// A key that differs from endpoint to endpoint.
fn key_of(text: &str) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_keeps_a_matter_from_whoever_has_no_part_in_it() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let matter = matter(&city, &oracle).await?;
    oracle.execute(BESIDE).await?;
    let one = |rows: Vec<Value>, field: &str| rows.first().and_then(|row| row[field].as_str()?.parse::<Uuid>().ok());
    let staff = one(
        oracle.rows("select staff_id from directory.staff where unit = 'bridge-office' order by 1").await?,
        "staff_id",
    )
    .context("staff of the office")?;
    let message = one(oracle.rows("select message_id from notification.message order by 1").await?, "message_id")
        .unwrap_or_default();
    // What another unit of the district (f3) and an administrator (f4) may do by right is written down elsewhere too, and not counted.
    let told = "select (select count(*) from intake.journal) + (select count(*) from casework.journal)
        + (select count(*) from scheduling.journal) + (select count(*) from ledger.operator_act)
        + (select count(*) from directory.journal where event_type <> 'signed_in'
            and actor ->> 'staff_id' is distinct from '01900000-0000-7000-8000-0000000000f4')
        + (select count(*) from notification.alarm where resolved_at is not null
            and resolved_by is distinct from '01900000-0000-7000-8000-0000000000f3')";
    let before = oracle.count(told).await?;
    let signer = StaffSigner::from_seed(&city.servers.settings.secrets.key(Secret::StaffSigning)?);
    let http = browser()?;
    let (mut asked, mut wrong) = (0, Vec::new());
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let endpoints = endpoints(&city).await?;
    ensure!(endpoints.len() > 70, "only {} endpoints are described", endpoints.len());
    let secret = [TITLE, NAME, &matter.number, &matter.case.to_string()].map(str::to_owned);
    let askers = [("nobody", "", "", &[][..])].into_iter().chain(STRANGERS);
    for (nth, (who, unit, district, roles)) in askers.enumerate() {
        let token = if roles.is_empty() {
            None
        } else {
            let (unit, district) = (UnitCode::parse(unit)?, DistrictCode::parse(district)?);
            Some(signer.sign(&StaffClaims::new(
                stranger(nth),
                unit,
                district,
                roles.to_vec(),
                Uuid::nil(),
                InfraClock::System.now(),
            )))
        };
        for endpoint in &endpoints {
            let mut request = endpoint.request(&city, &http, &matter, staff, message);
            if let Some(token) = &token {
                request = request.bearer_auth(token);
            }
            let response = request.send().await.with_context(|| endpoint.name())?;
            let status = response.status().as_u16();
            let text = String::from_utf8_lossy(&response.bytes().await?).into_owned();
            asked += 1;
            *statuses.entry(status).or_default() += 1;
            let name = endpoint.name();
            let about = format!("{who}: {} {name} answers {status}", endpoint.service);
            // What the asker wrote may come back; nothing else of the matter may.
            if let Some(told) = secret.iter().find(|told| text.contains(*told)) {
                wrong.push(format!("{about} and tells {told:?}: {text}"));
            }
            // Offices of a district plan and look after deliveries together, whichever unit they are.
            let shared = who.starts_with("another unit")
                && matches!(endpoint.service, Service::Scheduling | Service::Notification);
            let administered = roles.contains(&Role::Administrator) && ADMINISTERED.iter().any(|(own, _)| *own == name);
            if status < 300 && !shared && !administered && !ANSWERED.iter().any(|(open, _)| *open == name) {
                wrong.push(format!("{about}, and is not among those that answer strangers"));
            }
            if status >= 500 || !endpoint.documents(status) {
                wrong.push(format!("{about}, which it does not document"));
            }
            if token.is_none() && endpoint.operation["security"].is_array() && status != 401 && status != 400 {
                wrong.push(format!("{about} without a token"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{} of {asked} answers:\n{}", wrong.len(), wrong.join("\n"));
    let after = oracle.count(told).await?;
    ensure!(before == after, "{} journal entries were written for strangers", after - before);
    println!("{asked} requests of strangers to {} endpoints: {statuses:?}", endpoints.len());
    Ok(())
}
