//! A city of one district with three streets, its leaders, and the service on a manual clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use huiyin_authz::{Jwks, ServiceCredential, StaffClaims, StaffKeys, StaffSigner};
use huiyin_calendar::Calendar;
use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitKind, UnitSnapshot};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind, PetitionSnapshot, PetitionState};
use huiyin_contracts::scheduling::SessionKind;
use huiyin_forms::Press;
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{
    Actor, BusinessClock, DistrictCode, Ids, InfraClock, PetitionId, PetitionNumber, Redacted, Role, Service,
    SessionId, StaffId, UnitCode, VenueId,
};
use huiyin_policy::PackLibrary;
use huiyin_scheduling::MIGRATOR;
use huiyin_scheduling::app::keep_venue::{KeepVenue, keep_venue};
use huiyin_scheduling::app::{App, Request};
use huiyin_scheduling::domain::{Plan, VenueKind};
use huiyin_scheduling::store;
use huiyin_testkit::TestDb;
use huiyin_web::{Client, Health, IdempotencyKey, KitState, kit};
use uuid::Uuid;

pub(crate) struct City {
    pub(crate) db: TestDb,
    pub(crate) app: App,
    pub(crate) worker: Db,
    pub(crate) hall: VenueId,
    pub(crate) site: VenueId,
    keys: AtomicU32,
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(crate) fn district(code: &str) -> DistrictCode {
    DistrictCode::parse(code).expect("a code")
}

pub(crate) fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect("a code")
}

pub(crate) fn leader(n: u128) -> StaffId {
    Uuid::from_u128(0x1000 + n).into()
}

pub(crate) fn petition(n: u128) -> PetitionId {
    Uuid::from_u128(0x9000 + n).into()
}

pub(crate) const STREETS: [&str; 3] = ["990102001", "990102002", "990102003"];

impl City {
    /// Under the street office's pack, on Monday 2026-02-02 in the morning.
    pub(crate) async fn new() -> Result<Self> {
        let db = TestDb::create(&[("scheduling", &MIGRATOR)]).await?;
        // Who comes in a crowd waits for as long as it takes: how long is no matter of these tests.
        let options = || PoolOptions { max: 16, acquire_timeout: Duration::from_secs(60), ..PoolOptions::default() };
        let api = Db::connect(&db.url("scheduling_api"), Service::Scheduling, options()).await?;
        let worker = Db::connect(&db.url("scheduling_worker"), Service::Scheduling, options()).await?;
        let app = App {
            db: api,
            clock: BusinessClock::manual(at("2026-02-02T01:00:00Z")),
            ids: Ids::Seeded(7),
            calendar: Arc::new(Calendar::bundled()),
            packs: Arc::new(PackLibrary::bundled()),
        };
        let nil = Uuid::nil().into();
        let mut city = Self { db, app, worker, hall: nil, site: nil, keys: AtomicU32::default() };
        city.directory("street-office").await?;
        city.hall = city.venue("990102", VenueKind::Hall).await?;
        city.site = city.venue("990102", VenueKind::Site).await?;
        Ok(city)
    }

    /// Tells of the district and its streets, units and leaders.
    pub(crate) async fn directory(&self, pack: &str) -> Result<()> {
        let codes = ["990100", "990102"].into_iter().chain(STREETS);
        let districts: Vec<DistrictSnapshot> = codes
            .map(|code| DistrictSnapshot {
                code: district(code),
                name: format!("{code}街道"),
                policy_pack: pack.to_owned(),
                petition_unit: unit("d2-xfj"),
                active: true,
            })
            .collect();
        let units =
            [("d2-gov", UnitKind::Department), ("d2-jw", UnitKind::Discipline)].map(|(code, kind)| UnitSnapshot {
                code: unit(code),
                name: code.to_owned(),
                kind,
                district: district("990102"),
                topics: vec![],
                active: true,
                succession: None,
            });
        let staff: Vec<StaffSnapshot> = (0..20)
            .map(|n| StaffSnapshot {
                staff_id: leader(n),
                name: format!("领导{n:02}"),
                unit: unit(if n == 19 { "d2-jw" } else { "d2-gov" }),
                district: district("990102"),
                roles: vec![Role::Leader],
                post: Some("副区长".to_owned()),
                portfolio: vec!["labour_social_security".to_owned()],
                areas: Vec::new(),
                office_email: None,
                active: true,
            })
            .collect();
        let mut tx = self.worker.begin().await?;
        store::directory::put_districts(&mut tx, &districts).await?;
        store::directory::put_units(&mut tx, &units).await?;
        store::directory::put_staff(&mut tx, &staff).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn tell_staff(&self, staff: StaffSnapshot) -> Result<()> {
        let mut tx = self.worker.begin().await?;
        store::directory::put_staff(&mut tx, &[staff]).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn petitions(&self, range: std::ops::Range<u128>) -> Result<()> {
        let told: Vec<_> = range.map(|n| snapshot(n, PetitionClass::Request)).collect();
        let mut tx = self.worker.begin().await?;
        store::petitions::put(&mut tx, &told).await?;
        Ok(tx.commit().await?)
    }

    async fn venue(&self, code: &str, kind: VenueKind) -> Result<VenueId> {
        let command = KeepVenue {
            district: district(code),
            name: "云汀区接待厅".to_owned(),
            address: "钟楼大街30号".to_owned(),
            kind,
            phone: None,
            accessible: true,
            hours: None,
        };
        Ok(keep_venue(&self.app, &self.request(), command).await?.venue_id.into())
    }

    pub(crate) fn actor() -> Actor {
        Actor::Staff {
            staff_id: Uuid::from_u128(0x42).into(),
            unit: unit("d2-xfj"),
            district: district("990102"),
            roles: vec![Role::ScheduleEditor, Role::Officer],
        }
    }

    /// A request with a key never used before.
    pub(crate) fn request(&self) -> Request {
        let n = self.keys.fetch_add(1, Ordering::Relaxed);
        let key = IdempotencyKey::parse(&format!("key-{n}")).expect("a key");
        Request::keyed(Self::actor(), &key, "test", &n)
    }

    pub(crate) fn on(&self, act: &str, id: impl Into<Uuid>) -> Request {
        Request::on(Self::actor(), act, id)
    }

    pub(crate) fn plan(&self, who: StaffId, starts: &str) -> Plan {
        Plan {
            district: district("990102"),
            round_id: None,
            kind: Some(SessionKind::Regular),
            form: None,
            venue_id: Some(self.hall),
            leader: Some(who),
            starts_at: Some(at(starts)),
            ends_at: Some(at(starts) + chrono::TimeDelta::hours(3)),
            capacity: 6,
            slot_minutes: 30,
            reason: None,
            topics: vec![],
            matters: vec![],
        }
    }

    pub(crate) async fn drafted(&self, plan: Plan) -> Result<SessionId> {
        Ok(huiyin_scheduling::app::draft_session::draft_session(&self.app, &self.request(), plan).await?)
    }

    pub(crate) async fn published(&self, plan: Plan) -> Result<SessionId> {
        let id = self.drafted(plan).await?;
        let request = self.on("publish", id);
        huiyin_scheduling::app::publish_sessions::publish_sessions(&self.app, &request, &[id]).await?;
        Ok(id)
    }

    pub(crate) fn go_to(&self, instant: &str) {
        match &self.app.clock {
            BusinessClock::Manual(clock) => clock.advance_to(at(instant)),
            BusinessClock::System => unreachable!("the clock is manual"),
        }
    }

    /// The names of the events told, in order.
    pub(crate) async fn told(&self) -> Result<Vec<String>> {
        let pool = self.db.admin_pool().await?;
        let rows = sqlx::raw_sql("select event_type from scheduling.publication order by occurred_at, event_type");
        let rows = rows.fetch_all(&pool).await?;
        Ok(rows.iter().map(|row| sqlx::Row::get(row, 0)).collect())
    }

    /// The service over HTTP, and a token for it.
    pub(crate) async fn serve(&self) -> Result<Served> {
        self.serve_beside(huiyin_settings::ServiceUrls::default()).await
    }

    /// The same, with other services found there.
    pub(crate) async fn serve_beside(&self, urls: huiyin_settings::ServiceUrls) -> Result<Served> {
        let signer = StaffSigner::from_seed(&Redacted::new([3; 32]));
        let infra = InfraClock::manual(at("2026-02-02T01:00:00Z"));
        let keys = StaffKeys::default();
        keys.replace(&Jwks { keys: vec![signer.public().clone()] });
        let credential = ServiceCredential::new(&Redacted::new([4; 32]));
        let client = Client::new(Service::Scheduling, credential.clone(), infra.clone(), urls);
        let limits = huiyin_settings::Limits {
            requests_in_flight: 64,
            request_seconds: 10,
            header_seconds: 10,
            body_seconds: 10,
            connections: 64,
            body_bytes: 1 << 20,
            import_bytes: 1 << 20,
            sign_in_failures: 5,
            lookups_per_minute: 60,
        };
        let state = KitState::new(
            Service::Scheduling,
            limits,
            infra.clone(),
            keys,
            credential,
            Some(client.clone()),
            Health::default(),
        );
        let router = huiyin_scheduling::http::router(huiyin_scheduling::http::Api {
            app: self.app.clone(),
            client,
            press: Arc::new(Press::new(None)),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let router = kit(router, state);
        let server = tokio::task::JoinSet::new();
        let mut served = Served { base, http: http_client(), token: String::new(), signer, infra, server };
        served.server.spawn(async move { drop(axum::serve(listener, router).await) });
        let roles = [Role::ScheduleEditor, Role::Officer, Role::Leader];
        served.token = served.token_of(leader(1), "d2-gov", "990102", &roles);
        Ok(served)
    }
}

#[expect(clippy::disallowed_methods, reason = "plays the browser, which has no service credential")]
fn http_client() -> reqwest::Client {
    reqwest::Client::new()
}

pub(crate) struct Served {
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
    signer: StaffSigner,
    infra: InfraClock,
    server: tokio::task::JoinSet<()>,
}

impl Served {
    /// The token of somebody else.
    pub(crate) fn token_of(&self, who: StaffId, of: &str, place: &str, roles: &[Role]) -> String {
        let session = Uuid::from_u128(5);
        let claims = StaffClaims::new(who, unit(of), district(place), roles.to_vec(), session, self.infra.now());
        self.signer.sign(&claims)
    }

    pub(crate) fn call(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let key = Uuid::from_u128(rand_like(path)).to_string();
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
    }
}

/// Another number each time.
fn rand_like(path: &str) -> u128 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | path.len() as u128
}

pub(crate) fn snapshot(n: u128, class: PetitionClass) -> PetitionSnapshot {
    PetitionSnapshot {
        petition_id: petition(n),
        number: PetitionNumber::new(2026, u32::try_from(n).expect("small")),
        state: PetitionState::Registered,
        channel: Channel::Visit,
        received_at: at("2026-02-02T01:00:00Z"),
        registered_at: at("2026-02-02T01:00:00Z"),
        class,
        topic: "labour_social_security".to_owned(),
        district: district("990102001"),
        kind: PetitionKind::Individual,
        people_count: 1,
        concerned_unit: None,
        registered_by: None,
        session_id: None,
        can_be_told: true,
        restorable_until: None,
        evaluation: None,
    }
}
