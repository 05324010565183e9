//! A casework of one test's own: hears events, is asked over HTTP, and its time is moved by hand.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::{
    Json, Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::post,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{Jwks, ServiceCredential, StaffClaims, StaffKeys, StaffSigner};
use huiyin_calendar::start_of_day;
use huiyin_casework::domain::{Case, Event};
use huiyin_casework::{Casework, MIGRATOR};
use huiyin_contracts::directory::{
    DISTRICT_CHANGED, DistrictSnapshot, STAFF_CHANGED, StaffSnapshot, UNIT_CHANGED, UnitKind, UnitSnapshot,
};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind, PetitionSnapshot, PetitionState, REGISTERED};
use huiyin_contracts::{Envelope, EventType};
use huiyin_journal::{Db, HandleError, PoolOptions, Received, Wakes};
use huiyin_kernel::{
    BusinessClock, DistrictCode, Ids, InfraClock, ManualClock, PetitionNumber, Role, Service, StaffId, UnitCode,
};
use huiyin_runtime::{Definition, Parts, Runtime};
use huiyin_settings::{Secret, ServiceUrls, Settings};
use huiyin_testkit::TestDb;
use huiyin_timers::{Due, Fired, TimerRunner};
use huiyin_web::{Client, Health, KitState, SERVICE_HEADER, kit};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgPool, Row};
use tower::ServiceExt as _;
use uuid::Uuid;

/// The street office under the street-office pack.
pub(crate) const STREET: &str = "990102001";
pub(crate) const OFFICE: &str = "990102001-office";

/// The world.
pub(crate) struct World {
    pub(crate) admin: PgPool,
    pub(crate) time: Arc<ManualClock>,
    pub(crate) infra: DateTime<Utc>,
    runtime: Arc<Runtime>,
    parts: Parts,
    router: Router,
    signer: StaffSigner,
    // Dropped last: the database goes with it.
    _db: TestDb,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// A member of staff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) n: u128,
    pub(crate) unit: &'static str,
    pub(crate) district: &'static str,
    pub(crate) roles: &'static [Role],
}

pub(crate) const OFFICER: Person = Person { n: 1, unit: OFFICE, district: STREET, roles: &[Role::Officer] };
pub(crate) const COLLEAGUE: Person = Person { n: 2, unit: OFFICE, district: STREET, roles: &[Role::Officer] };
pub(crate) const BOSS: Person =
    Person { n: 3, unit: OFFICE, district: STREET, roles: &[Role::UnitHead, Role::MainLeader, Role::Leader] };
pub(crate) const DEPUTY: Person =
    Person { n: 4, unit: OFFICE, district: STREET, roles: &[Role::UnitHead, Role::Leader] };
pub(crate) const NEIGHBOUR: Person =
    Person { n: 5, unit: "990102002-office", district: "990102002", roles: &[Role::Officer, Role::UnitHead] };
pub(crate) const SUPERVISOR: Person =
    Person { n: 6, unit: "990102-xfj", district: "990102", roles: &[Role::Supervisor] };
pub(crate) const BUREAU: Person =
    Person { n: 7, unit: "990102-xfj", district: "990102", roles: &[Role::Officer, Role::UnitHead] };
pub(crate) const DISCIPLINE: Person =
    Person { n: 8, unit: "990102-discipline", district: "990102", roles: &[Role::Officer] };
pub(crate) const WUHAN: Person = Person { n: 9, unit: "990101-xfj", district: "990101", roles: &[Role::Officer] };
pub(crate) const WUHAN_HEAD: Person =
    Person { n: 10, unit: "990101-xfj", district: "990101", roles: &[Role::UnitHead, Role::MainLeader] };
pub(crate) const LEADER: Person = Person { n: 11, unit: "990101-gov", district: "990101", roles: &[Role::Leader] };
pub(crate) const FAR_SUPERVISOR: Person =
    Person { n: 12, unit: "990101-xfj", district: "990101", roles: &[Role::Supervisor] };

pub(crate) const CITY_SUPERVISOR: Person =
    Person { n: 13, unit: "city-xfj", district: "990100", roles: &[Role::Supervisor] };

const EVERYONE: [Person; 13] = [
    OFFICER,
    COLLEAGUE,
    BOSS,
    DEPUTY,
    NEIGHBOUR,
    SUPERVISOR,
    BUREAU,
    DISCIPLINE,
    WUHAN,
    WUHAN_HEAD,
    LEADER,
    FAR_SUPERVISOR,
    CITY_SUPERVISOR,
];

impl Person {
    pub(crate) fn id(self) -> StaffId {
        StaffId::from(Uuid::from_u128(self.n))
    }
}

pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit code")
}

pub(crate) fn district(code: &str) -> DistrictCode {
    DistrictCode::parse(code).expect("a district code")
}

/// Nine in the morning in the city.
pub(crate) fn morning(day: &str) -> DateTime<Utc> {
    start_of_day(day.parse::<NaiveDate>().expect("a date")).expect("in range") + TimeDelta::hours(9)
}

/// What stands in for intake: gives the text of any petition.
async fn intake() -> Result<String> {
    let resolve = post(|Json(body): Json<Value>| async move {
        let ids = body["petition_ids"].as_array().cloned().unwrap_or_default();
        let one = |id: Value| json!({ "petition_id": id, "number": "HY", "title": "楼上漏水", "request": "请求修复三楼渗漏" });
        Json(json!({ "petitions": ids.into_iter().map(one).collect::<Vec<_>>() }))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, Router::new().route("/internal/petitions/resolve", resolve));
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { server.await });
    Ok(format!("http://{address}"))
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
        Self::starting(morning("2026-03-02")).await
    }

    pub(crate) async fn starting(start: DateTime<Utc>) -> Result<Self> {
        let settings = Settings::from_toml("[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"")?;
        let db = TestDb::create(&[("casework", &MIGRATOR)]).await?;
        let connect = async |login: &str, max| {
            let options = PoolOptions { max, ..PoolOptions::default() };
            Db::connect(&db.url(login), Service::Casework, options).await
        };
        let (api, worker) = (connect("casework_api", 6).await?, connect("casework_worker", 3).await?);
        let time = Arc::new(ManualClock::new(start));
        let infra = InfraClock::manual(start);
        let signer = StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?);
        let staff_keys = StaffKeys::default();
        staff_keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let urls = ServiceUrls::default().with(Service::Intake, intake().await?.parse()?);
        let runtime = Arc::new(Runtime {
            service: Service::Casework,
            clock: BusinessClock::Manual(Arc::clone(&time)),
            infra: infra.clone(),
            ids: Ids::Seeded(7),
            api,
            worker,
            http: Client::new(Service::Casework, credential.clone(), infra.clone(), urls.clone()),
            urls,
            staff_keys: staff_keys.clone(),
            credential: credential.clone(),
            health: Health::default(),
            wakes: Wakes::default(),
            settings: Arc::new(settings),
        });
        let parts = Casework.build(Arc::clone(&runtime)).await?;
        let limits = runtime.settings.limits;
        let state = KitState::new(Service::Casework, limits, infra, staff_keys, credential, None, Health::default());
        let router = kit(parts.router.clone(), state);
        let admin = db.admin_pool().await?;
        let world = Self { admin, time, infra: start, runtime, parts, router, signer, _db: db };
        world.found_city().await?;
        Ok(world)
    }

    async fn found_city(&self) -> Result<()> {
        for (code, pack, petition_unit) in [
            ("990100", "wuhan", "city-xfj"),
            ("990101", "wuhan", "990101-xfj"),
            ("990102", "street-office", "990102-xfj"),
            (STREET, "street-office", OFFICE),
        ] {
            let known = DistrictSnapshot {
                code: district(code),
                name: format!("区划{code}"),
                policy_pack: pack.to_owned(),
                petition_unit: unit(petition_unit),
                active: true,
            };
            self.hear(DISTRICT_CHANGED, Uuid::from_u128(known.code.as_str().parse()?), &known).await?;
        }
        for (nth, (code, kind, place)) in [
            ("city-xfj", UnitKind::Bureau, "990100"),
            ("990101-xfj", UnitKind::Bureau, "990101"),
            ("990101-gov", UnitKind::Department, "990101"),
            ("990101-hr", UnitKind::Department, "990101"),
            ("990102-xfj", UnitKind::Bureau, "990102"),
            ("990102-discipline", UnitKind::Discipline, "990102"),
            (OFFICE, UnitKind::StreetOffice, STREET),
            ("990102002-office", UnitKind::StreetOffice, "990102002"),
        ]
        .into_iter()
        .enumerate()
        {
            let known = UnitSnapshot {
                code: unit(code),
                name: format!("单位{code}"),
                kind,
                district: district(place),
                topics: Vec::new(),
                active: true,
            };
            self.hear(UNIT_CHANGED, Uuid::from_u128(5_000 + u128::try_from(nth)?), &known).await?;
        }
        for person in EVERYONE {
            let known = StaffSnapshot {
                staff_id: person.id(),
                name: format!("职员{}", person.n),
                unit: unit(person.unit),
                district: district(person.district),
                roles: person.roles.to_vec(),
                post: None,
                portfolio: Vec::new(),
                office_email: None,
                active: true,
            };
            self.hear(STAFF_CHANGED, person.id().uuid(), &known).await?;
        }
        Ok(())
    }

    /// Hands an event to its consumer, as the loop does: in one transaction on the worker's login.
    pub(crate) async fn hear(&self, event: EventType, aggregate: Uuid, body: &impl Serialize) -> Result<()> {
        self.try_hear(event, aggregate, body).await.map_err(|error| anyhow::anyhow!("{error}"))
    }

    pub(crate) async fn try_hear(
        &self,
        event: EventType,
        aggregate: Uuid,
        body: &impl Serialize,
    ) -> Result<(), HandleError> {
        let body = serde_json::to_vec(body).map_err(|error| HandleError::Retry(error.into()))?;
        let at = self.time.now();
        let cause = self.digest(&body, &event.type_name());
        let envelope = Envelope {
            event_id: cause.into(),
            type_name: event.type_name(),
            owner: event.owner,
            audience: event.audience,
            aggregate_kind: event.aggregate,
            aggregate_id: aggregate,
            sequence: 1,
            incarnation: 1,
            district: district(STREET),
            occurred_at: at,
            cause: None,
            traceparent: None,
            body: body.into(),
        };
        let consumer = self.parts.consumers.iter().find(|consumer| consumer.owner == event.owner);
        let consumer = consumer.ok_or_else(|| HandleError::Park { reason: "no consumer".to_owned() })?;
        let mut tx = self.runtime.worker.begin().await?;
        consumer.handler.handle(&mut tx, &Received { envelope }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An event id of its own for every body, type and instant.
    fn digest(&self, body: &[u8], name: &str) -> Uuid {
        let mut ids =
            Ids::Seeded(body.iter().chain(name.as_bytes()).fold(14_695_981_039_346_656_037, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
            }))
            .for_cause(Uuid::nil());
        ids.next(self.time.now())
    }

    /// A petition as intake would tell of it, registered now.
    pub(crate) fn petition(&self, n: u32, class: PetitionClass, place: &str, by: Option<&str>) -> PetitionSnapshot {
        let at = self.time.now();
        PetitionSnapshot {
            petition_id: Ids::Seeded(u64::from(n)).for_cause(Uuid::from_u128(1)).next(at),
            number: PetitionNumber::new(2026, n),
            state: PetitionState::Registered,
            channel: Channel::Visit,
            received_at: at,
            registered_at: at,
            class,
            topic: "environment".to_owned(),
            district: district(place),
            kind: PetitionKind::Individual,
            people_count: 1,
            concerned_unit: None,
            registered_by: by.map(unit),
            session_id: None,
            can_be_told: true,
            restorable_until: None,
        }
    }

    /// Registers a petition and gives its case's id.
    pub(crate) async fn register(&self, petition: &PetitionSnapshot) -> Result<Uuid> {
        self.hear(REGISTERED, petition.petition_id.uuid(), petition).await?;
        let sql = format!("select case_id from casework.case where petition_id = '{}'", petition.petition_id);
        Ok(self.admin.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?)
    }

    /// A request to the street office, whose clerk registered it.
    pub(crate) async fn street_request(&self, n: u32) -> Result<Uuid> {
        self.register(&self.petition(n, PetitionClass::Request, STREET, Some(OFFICE))).await
    }

    pub(crate) fn token(&self, person: Person) -> String {
        let claims = StaffClaims::new(
            person.id(),
            unit(person.unit),
            district(person.district),
            person.roles.to_vec(),
            Uuid::nil(),
            self.infra,
        );
        self.signer.sign(&claims)
    }

    async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, body })
    }

    fn request(&self, method: &str, person: Person, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token(person)))
    }

    pub(crate) async fn get(&self, person: Person, path: &str) -> Result<Answer> {
        self.send(self.request("GET", person, path).body(Body::empty())?).await
    }

    pub(crate) async fn post(&self, person: Person, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.request("POST", person, path).body(Body::from(body.to_string()))?).await
    }

    pub(crate) async fn post_raw(&self, person: Person, path: &str, body: Vec<u8>) -> Result<Answer> {
        self.send(self.request("POST", person, path).body(Body::from(body))?).await
    }

    pub(crate) async fn post_with_key(&self, person: Person, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let request = self.request("POST", person, path).header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    /// As another service.
    pub(crate) async fn internal(&self, from: Service, path: &str) -> Result<Answer> {
        let credential = self.runtime.credential.sign(from, Service::Casework, self.infra);
        let request = Request::builder().uri(path).header(SERVICE_HEADER, credential);
        self.send(request.body(Body::empty())?).await
    }

    /// Gives a command that must be taken up.
    pub(crate) async fn must(&self, person: Person, case: Uuid, command: &str, body: &Value) -> Result<Value> {
        let answer = self.post(person, &format!("/cases/{case}/{command}"), body).await?;
        if answer.status != StatusCode::OK {
            bail!("{command} by {} was refused: {} {}", person.n, answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// A runner of the timers, as the service has.
    pub(crate) fn runner(&self) -> Result<TimerRunner> {
        let handler = self.parts.timers.clone().context("casework has timers")?;
        let clock = BusinessClock::Manual(Arc::clone(&self.time));
        Ok(TimerRunner::new(self.runtime.worker.clone(), handler, clock, self.runtime.infra.clone()))
    }

    /// Fires whatever is due now.
    pub(crate) async fn fire_due(&self) -> Result<()> {
        let mut runner = self.runner()?;
        while runner.step().await?.count() > 0 {}
        Ok(())
    }

    /// Lives on until `until`: time stops wherever a timer is due.
    pub(crate) async fn live_until(&self, until: DateTime<Utc>) -> Result<()> {
        while let Some(due) = self.next_timer().await?.filter(|due| due.due_at <= until) {
            self.time.advance_to(due.due_at);
            self.fire_due().await?;
        }
        self.time.advance_to(until);
        Ok(())
    }

    /// When the timers that had an effect since were due, in the order in which they fired.
    pub(crate) async fn fired_since(&self, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
        let sql = format!(
            "select t.due_at from casework.journal j join casework.timer t on t.timer_id = j.cause
             where j.occurred_at >= '{since}' order by j.recorded_at, j.aggregate_id, j.version"
        );
        let rows = self.admin.fetch_all(AssertSqlSafe(sql)).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    pub(crate) async fn next_timer(&self) -> Result<Option<Due>> {
        let sql = "select timer_id, aggregate_id, kind, generation, due_at from casework.timer
                   where state = 'armed' order by due_at, timer_id limit 1";
        let row = self.admin.fetch_optional(AssertSqlSafe(sql.to_owned())).await?;
        row.map(|row| {
            Ok(Due {
                timer_id: row.try_get(0)?,
                aggregate_id: row.try_get(1)?,
                kind: row.try_get(2)?,
                generation: row.try_get(3)?,
                due_at: row.try_get(4)?,
            })
        })
        .transpose()
    }

    /// Fires one timer by hand, whatever its state.
    pub(crate) async fn fire(&self, due: &Due) -> Result<Fired> {
        let handler = self.parts.timers.as_ref().context("casework has timers")?;
        let mut tx = self.runtime.worker.begin().await?;
        let fired = handler.fire(&mut tx, due, self.time.now()).await?;
        tx.commit().await?;
        Ok(fired)
    }

    /// Runs a reconciler once.
    pub(crate) async fn run_task(&self, name: &str) -> Result<usize> {
        let task = self.parts.tasks.iter().find(|task| task.name == name).context("no such task")?;
        task.run.run().await.map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// As the superuser.
    pub(crate) async fn execute(&self, sql: &str) -> Result<()> {
        self.admin.execute(AssertSqlSafe(sql.to_owned())).await?;
        Ok(())
    }

    /// As if the case had been reckoned with an older calendar of the same days. The journal says so too.
    pub(crate) async fn pretend_older_calendar(&self, case: Uuid) -> Result<()> {
        let clocks = self.case(case).await?.clocks;
        let version = clocks.last().context("a clock")?.deadline.calendar_version.clone();
        self.execute(&format!(
            "update casework.case set calendar_version = 'cn-older',
                 body = replace(body::text, '{version}', 'cn-older')::jsonb where case_id = '{case}';
             alter table casework.journal disable trigger append_only;
             update casework.journal set body = convert_to(replace(convert_from(body, 'utf8'), '{version}', 'cn-older'), 'utf8')
                 where aggregate_id = '{case}';
             alter table casework.journal enable trigger append_only"
        ))
        .await
    }

    /// A number the superuser reads.
    pub(crate) async fn count(&self, sql: &str) -> Result<i64> {
        Ok(self.admin.fetch_one(AssertSqlSafe(format!("select ({sql})::bigint"))).await?.try_get(0)?)
    }

    /// The types published for a case, in order.
    pub(crate) async fn told(&self, case: Uuid) -> Result<Vec<String>> {
        let sql =
            format!("select event_type from casework.publication where aggregate_id = '{case}' order by sequence");
        let rows = self.admin.fetch_all(AssertSqlSafe(sql)).await?;
        let short = |name: String| name.trim_start_matches("huiyin.casework.case.").trim_end_matches(".v1").to_owned();
        rows.iter().map(|row| Ok(short(row.try_get(0)?))).collect()
    }

    /// The case as stored.
    pub(crate) async fn case(&self, case: Uuid) -> Result<Case> {
        let sql = format!("select body from casework.case where case_id = '{case}'");
        let body: Value = self.admin.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?;
        Ok(serde_json::from_value(body)?)
    }

    /// D-1: every stored case is what its journal gives, and every open clock has its timer (T1).
    pub(crate) async fn check_invariants(&self) -> Result<()> {
        let cases = self.admin.fetch_all("select case_id, body from casework.case").await?;
        for row in cases {
            let (id, body): (Uuid, Value) = (row.try_get(0)?, row.try_get(1)?);
            let stored: Case = serde_json::from_value(body)?;
            let sql =
                format!("select body, occurred_at from casework.journal where aggregate_id = '{id}' order by version");
            let mut journal: Vec<(Event, DateTime<Utc>)> = Vec::new();
            for row in self.admin.fetch_all(AssertSqlSafe(sql)).await? {
                let body: Vec<u8> = row.try_get(0)?;
                journal.push((serde_json::from_slice(&body)?, row.try_get(1)?));
            }
            let again = Case::replay(journal.iter().map(|(event, at)| (event, *at)));
            assert_eq!(again, Some(stored), "the journal of {id} gives another case");
        }
        let without_timer = self
            .count(
                "select count(*) from casework.case c where state not in ('closed', 'withdrawn') and next_due_at > now() - interval '100 years'
                 and not is_overdue and not exists (select 1 from casework.timer t where t.aggregate_id = c.case_id
                 and t.state = 'armed' and t.due_at = c.next_due_at)",
            )
            .await?;
        assert_eq!(without_timer, 0, "an open clock has no timer");
        let orphans = self
            .count(
                "select count(*) from casework.case c where not exists (select 1 from casework.participation p
                 where p.case_id = c.case_id and p.unit = c.responsible_unit and p.role = 'responsible' and p.until is null)",
            )
            .await?;
        assert_eq!(orphans, 0, "a case has no owner (WH-11)");
        let armed_closed = self
            .count(
                "select count(*) from casework.timer t join casework.case c on c.case_id = t.aggregate_id
                 where c.state = 'closed' and t.state = 'armed'",
            )
            .await?;
        assert_eq!(armed_closed, 0, "a closed case has an armed timer");
        Ok(())
    }
}

/// The body of a proposal.
pub(crate) fn proposal(outcome: &str) -> Value {
    json!({
        "outcome": outcome, "opinion": "限期修复渗漏管道", "legal_basis": "《物业管理条例》第三十五条",
        "facts_found": "经现场查看，三楼管道老化", "cause_found": "管道老化", "opinion_summary": "限期修复",
        "result_summary": "已修复", "hardship": false
    })
}

impl World {
    /// Everything from acceptance to closing, as staff of the street office do it.
    pub(crate) async fn whole_road(&self, case: Uuid, grade: &str) -> Result<()> {
        self.must(OFFICER, case, "accept", &json!({ "grade": grade })).await?;
        self.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
        for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
            self.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已办" })).await?;
        }
        self.must(OFFICER, case, "propose", &proposal("supported")).await?;
        self.must(BOSS, case, "approve", &json!({})).await?;
        self.must(OFFICER, case, "reply", &json!({})).await?;
        let delivered = json!({ "means": "当面送达", "delivered_at": self.time.now(), "receipt": "SD-1" });
        self.must(OFFICER, case, "deliver", &delivered).await?;
        for step in ["carry_out", "report_closed"] {
            self.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已办" })).await?;
        }
        self.must(OFFICER, case, "close", &json!({})).await?;
        Ok(())
    }
}
