//! A notification service without its loops: handlers and sender are called by the test.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_authz::ServiceCredential;
use huiyin_calendar::Calendar;
use huiyin_contracts::directory;
use huiyin_contracts::intake::{self, Contact};
use huiyin_contracts::{AggregateKind, Audience, Envelope, EventType};
use huiyin_journal::{Consumer, Db, Mode, PoolOptions, Received};
use huiyin_kernel::{BusinessClock, DistrictCode, Ids, InfraClock, PetitionId, Redacted, Service};
use huiyin_policy::PackLibrary;
use huiyin_runtime::Reconciler as _;
use huiyin_sealing::{DataKey, Place};
use huiyin_settings::{ServiceUrls, Settings};
use huiyin_testkit::TestDb;
use huiyin_web::Client;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::mailbox::Mailbox;
use crate::app::context::Context;
use crate::events::incoming::consumers;
use crate::mail::Mail;
use crate::tasks::sender::Sender;

pub(super) const CASE: &str = include_str!("../../../../shared/contracts/tests/golden/CaseSnapshot.v1.json");
pub(super) const PETITION: &str = include_str!("../../../../shared/contracts/tests/golden/PetitionSnapshot.v1.json");
pub(super) const STAFF: &str = include_str!("../../../../shared/contracts/tests/golden/StaffSnapshot.v1.json");

pub(super) fn golden(text: &str) -> Value {
    serde_json::from_str(text).expect("a golden body")
}

pub(super) struct Desk {
    pub(super) ctx: Context,
    pub(super) mailbox: Mailbox,
    pub(super) infra: InfraClock,
    pub(super) key: DataKey,
    pub(super) confirmations: Confirmations,
    sequence: AtomicI64,
    _db: TestDb,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let db = TestDb::create(&[("notification", &crate::MIGRATOR)]).await.expect("a database");
        let connect = async |login: &str| {
            Db::connect(&db.url(login), Service::Notification, PoolOptions::default()).await.expect("connects")
        };
        let (mailbox, port) = Mailbox::open().await;
        let settings = format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"huiyin@example.cn\"\n[secrets]\nmaster = \"{}\"\n",
            "m".repeat(40)
        );
        let settings = Settings::from_toml(&settings).expect("settings");
        let key = DataKey::generate().expect("a key");
        let confirmations = Confirmations::default();
        let infra = InfraClock::manual("2026-05-06T02:00:00Z".parse().expect("an instant"));
        let ctx = Context {
            api: connect("notification_api").await,
            worker: connect("notification_worker").await,
            clock: BusinessClock::manual("2026-05-06T02:00:00Z".parse().expect("an instant")),
            infra: infra.clone(),
            ids: Ids::Seeded(1),
            http: neighbours(&key, confirmations.clone()).await,
            calendar: Arc::new(Calendar::bundled()),
            notice: PackLibrary::bundled().resolve("national-2022").expect("the law").clocks.notice.to_calendar(),
            mail: Mail::from_settings(&settings).expect("a mail road"),
            due: Arc::default(),
            erased: Arc::default(),
        };
        Self { ctx, mailbox, infra, key, confirmations, sequence: 0.into(), _db: db }
    }

    /// An event as it would come from its owner. The same `id` is the same event.
    pub(super) fn event(&self, event: EventType, aggregate: Uuid, id: u128, body: &impl Serialize) -> Received {
        let sequence = self.sequence.fetch_add(1, Ordering::SeqCst) + 1;
        Received {
            envelope: Envelope {
                event_id: Uuid::from_u128(id).into(),
                type_name: event.type_name(),
                owner: event.owner,
                audience: event.audience,
                aggregate_kind: event.aggregate,
                aggregate_id: aggregate,
                sequence,
                incarnation: 1,
                district: DistrictCode::parse("990101001").expect("a code"),
                occurred_at: self.ctx.clock.now(),
                cause: None,
                traceparent: None,
                body: Bytes::from(serde_json::to_vec(body).expect("serialises")),
            },
        }
    }

    /// Hands an event to the consumer that listens to it, in a transaction as the inbox would.
    pub(super) async fn hear(&self, event: &Received) {
        let fits = |c: &&Consumer| c.owner == event.envelope.owner && c.audience == event.envelope.audience;
        let all = consumers(&self.ctx);
        let consumer = all.iter().find(fits).expect("a consumer");
        assert!(consumer.audience == Audience::Public || consumer.mode == Mode::Snapshot);
        let mut tx = self.ctx.worker.begin().await.expect("begins");
        consumer.handler.handle(&mut tx, event).await.expect("takes effect");
        tx.commit().await.expect("commits");
    }

    /// Staff and a petition whose petitioner has an e-mail address, as the other services would tell.
    pub(super) async fn populated(email: Option<&str>) -> Self {
        let desk = Self::registered().await;
        desk.contact(email).await;
        desk
    }

    /// The same, before it is known how to reach the petitioner.
    pub(super) async fn registered() -> Self {
        let desk = Self::open().await;
        let staff = golden(STAFF);
        let id = |body: &Value, field: &str| body[field].as_str().expect("an id").parse::<Uuid>().expect("an id");
        desk.hear(&desk.event(directory::STAFF_CHANGED, id(&staff, "staff_id"), 1, &staff)).await;
        let mut clerk = staff.clone();
        clerk["staff_id"] = json!("01963df0-0000-7000-8000-0000000000c1");
        clerk["roles"] = json!(["intake_clerk"]);
        desk.hear(&desk.event(directory::STAFF_CHANGED, id(&clerk, "staff_id"), 2, &clerk)).await;
        let petition = golden(PETITION);
        let petition_id = id(&petition, "petition_id");
        desk.hear(&desk.event(intake::REGISTERED, petition_id, 3, &petition)).await;
        desk
    }

    /// How to reach the petitioner.
    pub(super) async fn contact(&self, email: Option<&str>) {
        let (petition, petition_id) = (golden(PETITION), Self::petition_id());
        let contact = Contact {
            name: "林秀".into(),
            phone: Some("13800001234".into()),
            email: email.map(Into::into),
            address: None,
        };
        let district = DistrictCode::parse("990101001").expect("a code");
        let place = Place::contact(petition_id, &district);
        let sealed = self.key.seal_base64(place, &serde_json::to_vec(&contact).expect("serialises")).expect("seals");
        let body = json!({ "petition_id": petition_id, "number": petition["number"], "key_id": Uuid::from_u128(7), "sealed": sealed });
        self.hear(&self.event(intake::CONTACT, petition_id.uuid(), 4, &body)).await;
        assert_eq!(AggregateKind::Petition, intake::CONTACT.aggregate);
    }

    /// Lets the sender run until nothing is due now.
    pub(super) async fn send(&self) {
        let sender = Sender(self.ctx.clone());
        while sender.run().await.expect("runs") > 0 {}
    }

    pub(super) fn later(&self, by: TimeDelta) {
        let InfraClock::Manual(clock) = &self.infra else { unreachable!("made by hand above") };
        clock.advance(by);
    }

    pub(super) fn petition_id() -> PetitionId {
        golden(PETITION)["petition_id"].as_str().expect("an id").parse().expect("an id")
    }

    /// (template, recipient, channel, state) of every message about the petition.
    pub(super) async fn fared(&self) -> Vec<(String, String, String, String)> {
        let inside = DistrictCode::parse("990101").expect("a code");
        let mut conn = self.ctx.api.read_as(&huiyin_authz::Sight::everything()).await.expect("reads");
        let rows = crate::store::messages::about_petition(&mut conn, Self::petition_id(), &inside).await.expect("rows");
        rows.into_iter().map(|m| (m.template, m.recipient_kind, m.channel, m.state)).collect()
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.ctx.clock.now()
    }
}

/// Which petitions intake was told of: that their copies are gone.
#[derive(Clone, Default)]
pub(super) struct Confirmations {
    heard: Arc<Mutex<Vec<String>>>,
    away: Arc<AtomicBool>,
}

impl Confirmations {
    pub(super) fn refuse(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("not poisoned").clone()
    }

    fn hear(&self, body: &Value) -> Result<axum::Json<Value>, StatusCode> {
        if self.away.load(Ordering::SeqCst) {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        let ids = body["petition_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        self.heard.lock().expect("not poisoned").extend(ids);
        Ok(axum::Json(json!({})))
    }
}

/// Intake's key endpoint and casework's notices, as far as a message needs them.
#[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
async fn neighbours(key: &DataKey, confirmations: Confirmations) -> Client {
    let key = key.to_base64().to_string();
    let notice = json!({
        "reason": "需要委托第三方鉴定", "where_to_go": "南湖区人民法院", "basis": "信访工作条例第二十三条", "result": "已修复",
        "remedy": "30日内可申请复查", "outcome": "予以支持",
    });
    let unwrap = async move |axum::Json(asked): axum::Json<Value>| {
        let of = |key_id: &Value| json!({ "key_id": key_id, "key": key });
        let keys: Vec<Value> = asked["key_ids"].as_array().into_iter().flatten().map(of).collect();
        axum::Json(json!({ "keys": keys }))
    };
    let router = Router::new()
        .route("/internal/keys/unwrap", post(unwrap))
        .route(
            "/internal/erasures/confirm",
            post(async move |axum::Json(body): axum::Json<Value>| confirmations.hear(&body)),
        )
        .route("/internal/cases/{case}/notices/{event}", get(move || async move { axum::Json(notice) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let urls = [Service::Intake, Service::Casework]
        .into_iter()
        .fold(ServiceUrls::default(), |urls, service| urls.listening(service, address));
    Client::new(Service::Notification, ServiceCredential::new(&Redacted::new([3; 32])), InfraClock::System, urls)
}
