//! An intake of one test's own, reached through its router.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{Jwks, ServiceCredential, StaffClaims, StaffKeys, StaffSigner};
use huiyin_calendar::Calendar;
use huiyin_contracts::directory::{DistrictSnapshot, UnitKind, UnitSnapshot};
use huiyin_intake::{MIGRATOR, app::Context, config::Config, http, store, vault::Vault};
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{
    BusinessClock, DistrictCode, Ids, InfraClock, ManualClock, PetitionId, Role, Service, StaffId, UnitCode,
};
use huiyin_policy::PackLibrary;
use huiyin_settings::{Secret, ServiceUrls, Settings};
use huiyin_testkit::TestDb;
use huiyin_web::{Client, Health, KitState, kit};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, Row};
use tower::ServiceExt as _;
use uuid::Uuid;

/// Invented values that must never stand in the open.
pub(crate) const NAME: &str = "𠮷田绘里香";
pub(crate) const PHONE: &str = "13912345678";
pub(crate) const ID_NUMBER: &str = "11010519491231002X";
pub(crate) const ADDRESS: &str = "和安市澄浦区望桥街道槐荫里七号";

/// The world.
pub(crate) struct World {
    pub(crate) db: Arc<TestDb>,
    pub(crate) context: Arc<Context>,
    pub(crate) time: Arc<ManualClock>,
    credential: ServiceCredential,
    signer: StaffSigner,
    router: Router,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) media: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn text(&self, field: &str) -> String {
        self.body[field].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a unit code")
}

pub(crate) fn district(code: &str) -> DistrictCode {
    DistrictCode::parse(code).expect("a district code")
}

/// A petition as a citizen hands it in.
pub(crate) fn petition() -> Value {
    json!({
        "channel": "net", "class": "request", "topic": "house_demolition", "district": "990101001", "kind": "individual",
        "title": "拆迁补偿款一直未付", "request": "请求核实并支付拆迁补偿款", "facts": "2024年签订协议，至今未付。", "place": "望桥街道",
        "petitioner": {
            "name": NAME, "gender": "female", "document_kind": "id_card", "document_number": ID_NUMBER,
            "phone": PHONE, "email": "elika@example.org", "address": ADDRESS
        },
        "concerned_unit": "d1-housing"
    })
}

/// The petition with some fields replaced.
pub(crate) fn petition_with(changes: &Value) -> Value {
    let mut body = petition();
    for (field, value) in changes.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    body
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
        let world = Self::with_secrets(Arc::new(TestDb::create(&[("intake", &MIGRATOR)]).await?), "").await?;
        world.found_city().await?;
        Ok(world)
    }

    /// An intake that finds other services under these addresses.
    pub(crate) async fn beside(urls: ServiceUrls) -> Result<Self> {
        let db = Arc::new(TestDb::create(&[("intake", &MIGRATOR)]).await?);
        let world = Self::started(db, "", urls).await?;
        world.found_city().await?;
        Ok(world)
    }

    /// Another process of the same intake, started with other keys.
    pub(crate) async fn with_secrets(db: Arc<TestDb>, secrets: &str) -> Result<Self> {
        Self::started(db, secrets, ServiceUrls::default()).await
    }

    async fn started(db: Arc<TestDb>, secrets: &str, urls: ServiceUrls) -> Result<Self> {
        let master = "[secrets]\nmaster = \"for-tests-only-0123456789abcdef-0123\"\n";
        let settings = Settings::from_toml(&format!("{master}{secrets}"))?;
        let connect = |login: &str, max| {
            let url = db.url(login);
            async move { Db::connect(&url, Service::Intake, PoolOptions { max, ..PoolOptions::default() }).await }
        };
        let (api, worker) = (connect("intake_api", 6).await?, connect("intake_worker", 2).await?);
        let inserter = connect("intake_writer", 4).await?;
        let start: DateTime<Utc> = "2026-03-02T01:00:00Z".parse()?;
        let time = Arc::new(ManualClock::new(start));
        let infra = InfraClock::manual(start);
        let signer = StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?);
        let keys = StaffKeys::default();
        keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&settings.secrets.key(Secret::InternalToken)?);
        let client = Client::new(Service::Intake, credential.clone(), infra.clone(), urls);
        let context = Arc::new(Context::new(
            api,
            worker,
            inserter,
            BusinessClock::Manual(Arc::clone(&time)),
            Ids::Random,
            Vault::from_secrets(&settings.secrets)?,
            PackLibrary::bundled(),
            Calendar::bundled(),
            client,
        ));
        let state =
            KitState::new(Service::Intake, settings.limits, infra, keys, credential.clone(), None, Health::default());
        let http = http::HttpState::new(Arc::clone(&context), Config::new(&settings.limits));
        Ok(Self { db, context, time, credential, signer, router: kit(http::router(http), state) })
    }

    async fn found_city(&self) -> Result<()> {
        let mut tx = self.context.worker.begin().await?;
        for (code, policy) in [("990100", "national-2022"), ("990101", "national-2022"), ("990101001", "street-office")]
        {
            let known = DistrictSnapshot {
                code: district(code),
                name: format!("区划{code}"),
                policy_pack: policy.to_owned(),
                petition_unit: unit(if code == "990100" { "city-xfj" } else { "d1-xfj" }),
                active: true,
            };
            store::known::save_district(&mut tx, &known).await?;
        }
        let units = [
            ("city-xfj", "990100", UnitKind::Bureau),
            ("d1-xfj", "990101", UnitKind::Bureau),
            ("d1-hall", "990101", UnitKind::Bureau),
            ("d1-housing", "990101", UnitKind::Department),
            ("d1-other", "990101", UnitKind::Department),
            ("d1-discipline", "990101", UnitKind::Discipline),
        ];
        for (code, place, kind) in units {
            let known = UnitSnapshot {
                code: unit(code),
                name: format!("单位{code}"),
                kind,
                district: district(place),
                topics: Vec::new(),
                active: true,
                succession: None,
            };
            store::known::save_unit(&mut tx, &known).await?;
        }
        Ok(tx.commit().await?)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let media = response.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().map(str::to_owned)).transpose()?;
        let bytes = response.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, media: media.unwrap_or_default(), body })
    }

    fn request(method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json")
    }

    /// As anybody on the net.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Self::request("POST", path).body(Body::from(body.to_string()))?).await
    }

    /// Hands a petition in over the net.
    pub(crate) async fn hand_in(&self, key: &str, body: &Value) -> Result<Answer> {
        let request = Self::request("POST", "/petitions").header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    /// A member of staff's token.
    pub(crate) fn token(&self, of: &str, place: &str, roles: &[Role]) -> String {
        self.token_of(7, of, place, roles)
    }

    /// The token of a certain member of staff.
    pub(crate) fn token_of(&self, who: u128, of: &str, place: &str, roles: &[Role]) -> String {
        let staff = StaffId::from(Uuid::from_u128(who));
        let now = "2026-03-02T01:00:00Z".parse().expect("a time");
        self.signer.sign(&StaffClaims::new(staff, unit(of), district(place), roles.to_vec(), Uuid::nil(), now))
    }

    /// A clerk of the district's hall.
    pub(crate) fn clerk(&self) -> String {
        self.token("d1-hall", "990101", &[Role::IntakeClerk])
    }

    /// As a member of staff.
    pub(crate) async fn staff(&self, method: &str, path: &str, token: &str, body: &Value) -> Result<Answer> {
        let request = Self::request(method, path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body)?).await
    }

    /// Registers as a member of staff.
    pub(crate) async fn staff_registers(&self, token: &str, key: &str, body: &Value) -> Result<Answer> {
        let request = Self::request("POST", "/petitions")
            .header("idempotency-key", key)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    /// Sends a file.
    pub(crate) async fn upload(&self, path: &str, token: &str, bytes: Vec<u8>) -> Result<Answer> {
        let request =
            Request::builder().method("POST").uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from(bytes))?).await
    }

    /// Another service's credential.
    pub(crate) fn credential_of(&self, from: Service) -> Result<String> {
        Ok(self.credential.sign(from, Service::Intake, "2026-03-02T01:00:00Z".parse()?))
    }

    /// As another service.
    pub(crate) async fn service(&self, from: Service, path: &str, body: &Value) -> Result<Answer> {
        let request = Self::request("POST", path).header(huiyin_web::SERVICE_HEADER, self.credential_of(from)?);
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    /// A session that may read everything.
    pub(crate) async fn admin(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>> {
        Ok(self.db.admin_pool().await?.acquire().await?)
    }

    /// A number the superuser reads.
    pub(crate) async fn count(&self, sql: &str) -> Result<i64> {
        let pool = self.db.admin_pool().await?;
        let row = pool.fetch_one(AssertSqlSafe(format!("select ({sql})::bigint"))).await?;
        pool.close().await;
        Ok(row.try_get(0)?)
    }

    /// A text the superuser reads.
    pub(crate) async fn text(&self, sql: &str) -> Result<String> {
        let pool = self.db.admin_pool().await?;
        let row = pool.fetch_one(AssertSqlSafe(sql.to_owned())).await?;
        pool.close().await;
        Ok(row.try_get(0)?)
    }

    /// How many rows each table of a registration holds.
    pub(crate) async fn rows(&self) -> Result<Vec<(&'static str, i64)>> {
        let tables = [
            "petition",
            "petitioner",
            "data_key",
            "idempotency",
            "journal",
            "journal_unsealed",
            "publication",
            "pending",
            "timer",
        ];
        let counts = tables.map(|table| format!("(select count(*) from intake.{table})")).join(", ");
        let pool = self.db.admin_pool().await?;
        let row = pool.fetch_one(AssertSqlSafe(format!("select array[{counts}]"))).await?;
        pool.close().await;
        let counts: Vec<i64> = row.try_get(0)?;
        Ok(tables.into_iter().zip(counts).collect())
    }

    /// Everything the database holds, as text; bytes as hexadecimal.
    pub(crate) async fn dump(&self) -> Result<String> {
        let pool = self.db.admin_pool().await?;
        let tables = pool
            .fetch_all(AssertSqlSafe(
                "select relname::text from pg_class where relnamespace = 'intake'::regnamespace and relkind in ('r', 'p')".to_owned(),
            ))
            .await?;
        let mut all = String::new();
        for table in tables {
            let name: String = table.try_get(0)?;
            let sql = format!("select coalesce(string_agg(t::text, E'\\n'), '') from intake.{name} t");
            let text: String = pool.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?;
            all.push_str(&text);
        }
        pool.close().await;
        Ok(all)
    }
}

/// The id in a receipt.
pub(crate) fn id_of(receipt: &Answer) -> Result<PetitionId> {
    receipt.text("petition_id").parse().context("an id")
}

/// Number and code of a receipt.
pub(crate) fn access(receipt: &Answer) -> Value {
    json!({ "number": receipt.text("number"), "code": receipt.text("query_code") })
}
