//! Two services of the test's own, started as a city starts its own: settings, migrations, HTTP, bus, timers, tasks, stop.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::{AggregateKind, Audience, intake};
use huiyin_journal::{
    Aggregate, BoxError, Change, Consumer, Entry, HandleError, Handler, Mode, Outgoing, Received, Tx, record,
};
use huiyin_kernel::{Actor, BusinessClock, DistrictCode, Ids, InfraClock, Service};
use huiyin_runtime::{Definition, Parts, Reconciler, Running, Runtime, Shared, StartError, Task, migrate, start};
use huiyin_settings::Settings;
use huiyin_testkit::{TestNats, TestPostgres, eventually, eventually_within, not_yet};
use huiyin_timers::{Arm, Due, FireError, Fired, TimerHandler, arm};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};
use uuid::Uuid;

fn migrator(service: Service, versions: &[&str]) -> Migrator {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service.name());
    let migrations = versions
        .iter()
        .zip(1..)
        .map(|(name, version)| {
            let text = std::fs::read_to_string(dir.join(name)).expect("the migration exists");
            Migration::new(version, "spine".into(), MigrationType::Simple, AssertSqlSafe(text).into_sql_str(), false)
        })
        .collect();
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(format!("{service}._sqlx_migrations"));
    migrator.create_schema(service.name());
    migrator
}

static INTAKE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(Service::Intake, &["0001_journal.sql", "0002_timer.sql"]));
static CASEWORK: LazyLock<Migrator> =
    LazyLock::new(|| migrator(Service::Casework, &["0001_journal.sql", "0002_timer.sql"]));

/// Opens an "opening" per petition heard, fires timers, counts runs of its task.
#[derive(Debug, Default)]
struct Counts {
    heard: AtomicUsize,
    fired: AtomicUsize,
    runs: AtomicUsize,
}

struct Small {
    service: Service,
    counts: Arc<Counts>,
    consumer: Option<&'static str>,
}

#[async_trait]
impl Definition for Small {
    fn service(&self) -> Service {
        self.service
    }

    fn migrator(&self) -> &'static Migrator {
        if self.service == Service::Intake { &INTAKE } else { &CASEWORK }
    }

    async fn build(&self, _: Arc<Runtime>) -> Result<Parts> {
        let counts = Arc::clone(&self.counts);
        let consumers = self.consumer.map(|name| Consumer {
            name,
            owner: Service::Intake,
            audience: Audience::Public,
            mode: Mode::Stepwise,
            handler: Arc::new(Counting(Arc::clone(&counts))),
        });
        Ok(Parts {
            consumers: consumers.into_iter().collect(),
            timers: Some(Arc::new(Counting(Arc::clone(&counts)))),
            tasks: vec![Task {
                name: "count",
                every: Duration::from_hours(1),
                wake: None,
                run: Arc::new(Counting(counts)),
            }],
            ..Parts::default()
        })
    }
}

struct Counting(Arc<Counts>);

#[async_trait]
impl Handler for Counting {
    async fn handle(&self, _: &mut Tx, _: &Received) -> Result<(), HandleError> {
        self.0.heard.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[async_trait]
impl TimerHandler for Counting {
    async fn fire(&self, _: &mut Tx, _: &Due, _: DateTime<Utc>) -> Result<Fired, FireError> {
        self.0.fired.fetch_add(1, Ordering::SeqCst);
        Ok(Fired::Effect)
    }
}

#[async_trait]
impl Reconciler for Counting {
    async fn run(&self) -> Result<usize, BoxError> {
        self.0.runs.fetch_add(1, Ordering::SeqCst);
        Ok(0)
    }
}

/// Servers of the test's own: the migrator sets the passwords of the logins, which belong to a whole server.
struct City {
    postgres: TestPostgres,
    nats: TestNats,
    settings: Arc<Settings>,
    clock: BusinessClock,
    _dir: tempfile::TempDir,
}

impl City {
    async fn new() -> Result<Self> {
        let (postgres, dir) = (TestPostgres::dedicated().await?, huiyin_testkit::scratch_dir()?);
        let ports = [free_port()?, free_port()?];
        let text = |nats: &str| {
            format!(
                "[server.bind]\nintake = \"127.0.0.1:{}\"\ncasework = \"127.0.0.1:{}\"\n[database]\nport = {}\nname = \"postgres\"\n\
                 [nats]\nurl = \"{nats}\"\n[secrets]\nmaster = \"{}\"\n[files]\nseals = \"{}\"\n",
                ports[0],
                ports[1],
                postgres.port(),
                "0123456789abcdef".repeat(4),
                dir.path().join("seals").display()
            )
        };
        let draft = Settings::from_toml(&text("nats://127.0.0.1:4222"))?;
        let nats = TestNats::dedicated_with(&huiyin_runtime::nats_users(&draft)?).await?;
        let settings = Arc::new(Settings::from_toml(&text(nats.url()))?);
        let clock = BusinessClock::manual(DateTime::from_timestamp(1_780_000_000, 0).context("in range")?);
        Ok(Self { postgres, nats, settings, clock, _dir: dir })
    }

    async fn migrate(&self, definitions: &[&dyn Definition]) -> Result<()> {
        Ok(migrate(&self.postgres.admin_url("postgres"), &self.settings, definitions).await?)
    }

    async fn start(&self, definition: &Small) -> Result<Running, StartError> {
        let shared = Shared {
            settings: Arc::clone(&self.settings),
            clock: self.clock.clone(),
            infra: InfraClock::System,
            ids: Ids::Seeded(7),
        };
        start(definition, shared).await
    }
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn small(service: Service, consumer: Option<&'static str>) -> Small {
    Small { service, counts: Arc::default(), consumer }
}

async fn register(running: &Running, n: u128) -> Result<()> {
    let id = Uuid::from_u128((0x019b_8000_0000_7000_u128 << 64) | (0x8000_u128 << 48) | n);
    let change = Change {
        aggregate: Aggregate {
            kind: AggregateKind::Petition,
            id,
            district: DistrictCode::parse("420102001")?,
            version: 0,
        },
        actor: Actor::Petitioner,
        cause: id,
        at: DateTime::from_timestamp(1_780_000_000, 0).context("in range")?,
        entries: vec![Entry { event_id: id.into(), event_type: "registered", body: b"{}".to_vec() }],
        outgoing: vec![Outgoing { entry: 0, event: intake::REGISTERED, body: b"{}".to_vec() }],
    };
    let mut tx = running.api().begin_as(&huiyin_authz::Sight::everything()).await?;
    record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(())
}

async fn expect(what: &AtomicUsize, wanted: usize) -> Result<()> {
    eventually_within(Duration::from_mins(1), || async {
        match what.load(Ordering::SeqCst) {
            seen if seen == wanted => Ok(()),
            seen => Err(not_yet(format!("{seen} of {wanted}"))),
        }
    })
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_services_start_hear_each_other_outlive_the_bus_and_stop() -> Result<()> {
    let mut city = City::new().await?;
    let (intake, casework) = (small(Service::Intake, None), small(Service::Casework, Some("casework__intake")));
    let unready = city.start(&intake).await;
    assert!(matches!(unready, Err(StartError::Database { .. })), "no login yet: {unready:?}");
    city.migrate(&[&intake, &casework]).await?;
    city.migrate(&[&intake, &casework]).await?; // again, as every release does
    // D-2: the bus is away at the start.
    city.nats.server()?.stop().await?;
    let (mut telling, mut hearing) = (city.start(&intake).await?, city.start(&casework).await?);
    let ready = format!("http://{}/health/ready", telling.address);
    eventually(|| async {
        let status = get(&ready).await?;
        if status == 200 { Ok(()) } else { Err(not_yet(format!("answered {status}"))) }
    })
    .await?;
    register(&telling, 1).await?;
    // The repair road, over HTTP with a service credential.
    expect(&casework.counts.heard, 1).await?;
    city.nats.server()?.restart().await?;
    register(&telling, 2).await?;
    expect(&casework.counts.heard, 2).await?;
    eventually_within(Duration::from_mins(1), || async {
        let mut all = telling.activity().await?;
        all += hearing.activity().await?;
        if all.is_quiet() && all.parked == 0 { Ok(()) } else { Err(not_yet(format!("{all:?}"))) }
    })
    .await?;

    // Timers on the clock moved by hand; tasks when asked.
    let due_at = city.clock.now() + TimeDelta::days(60);
    let mut tx = hearing.worker().begin().await?;
    let timer = Arm {
        timer_id: Uuid::nil(),
        aggregate_id: Uuid::nil(),
        kind: "reply",
        generation: 1,
        due_at,
        calendar_version: None,
    };
    arm(&mut tx, &[timer]).await?;
    tx.commit().await?;
    assert_eq!(hearing.next_due().await?, Some(due_at));
    hearing.work().await?;
    assert_eq!(casework.counts.fired.load(Ordering::SeqCst), 0);
    let BusinessClock::Manual(hand) = &city.clock else { anyhow::bail!("a manual clock") };
    hand.advance_to(due_at);
    hearing.work().await?;
    assert_eq!(casework.counts.fired.load(Ordering::SeqCst), 1);
    assert!(casework.counts.runs.load(Ordering::SeqCst) >= 2);
    telling.work().await?;

    // Strangers are not told anything.
    let client = reqwest_client();
    let asked = client
        .post(format!("http://{}/internal/publications/changed", telling.address))
        .header("content-type", "application/json")
        .body("{\"audience\": \"private\", \"since\": \"0\", \"after\": null}")
        .send()
        .await?;
    assert_eq!(asked.status(), 401);
    let (address, began) = (telling.address, std::time::Instant::now());
    telling.stop().await;
    hearing.stop().await;
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert!(std::net::TcpStream::connect(address).is_err(), "still listening");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a stranger")]
fn reqwest_client() -> reqwest::Client {
    reqwest::Client::new()
}

async fn get(url: &str) -> Result<u16> {
    Ok(reqwest_client().get(url).send().await?.status().as_u16())
}

#[tokio::test]
async fn fault_a_start_that_cannot_be_is_refused_with_one_clear_line() -> Result<()> {
    let city = City::new().await?;
    let good = small(Service::Casework, Some("casework__intake"));
    city.migrate(&[&good]).await?;
    let misnamed = city.start(&small(Service::Casework, Some("casework__petitions"))).await;
    let Err(error @ StartError::ConsumerName { .. }) = misnamed else { anyhow::bail!("{misnamed:?}") };
    assert!(error.to_string().contains("must be named casework__intake"), "{error}");
    // The tables are older than the program.
    let mut admin = sqlx::PgConnection::connect(&city.postgres.admin_url("postgres")).await?;
    admin.execute("delete from casework._sqlx_migrations where version = 2").await?;
    let old = city.start(&good).await;
    let Err(error @ StartError::NotMigrated { missing: 2, .. }) = old else { anyhow::bail!("{old:?}") };
    assert!(error.to_string().contains("huiyin migrate"), "{error}");
    Ok(())
}
