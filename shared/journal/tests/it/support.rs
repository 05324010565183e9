//! Two services of the tests' own: intake tells, casework hears and notes each effect in a table.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_bus::{Bus, BusOptions, StreamLimits, Topology};
use huiyin_contracts::{AggregateKind, Audience, Envelope, EventType, intake};
use huiyin_journal::{
    Aggregate, Change, ChangedAsk, Consumer, ConsumerLoop, Db, Entry, FetchAsk, HandleError, Handler, Inbox, Mode,
    Outgoing, OwnSource, PageAsk, PoolOptions, Received, RecordError, Relay, Repair, Source, Tx, record,
};
use huiyin_kernel::{Actor, DistrictCode, Service};
use huiyin_testkit::{TestDb, TestNats, eventually_within, not_yet};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The migrations of the journal and the timers for one service, and a table for effects.
pub(crate) fn migrator(service: Service) -> Migrator {
    let schema = service.name();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(schema);
    let file = |name: &str| std::fs::read_to_string(dir.join(name)).expect("the migration exists");
    let effects = format!(
        "create table {schema}.effect (at bigint generated always as identity primary key, event_id uuid not null,
             aggregate_id uuid not null, sequence bigint not null)"
    );
    let texts = [(1, file("0001_journal.sql")), (2, file("0002_timer.sql")), (3, effects)];
    let migrations = texts
        .into_iter()
        .map(|(version, text)| {
            Migration::new(
                version,
                "of the test".into(),
                MigrationType::Simple,
                AssertSqlSafe(text).into_sql_str(),
                false,
            )
        })
        .collect();
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(format!("{schema}._sqlx_migrations"));
    migrator.create_schema(schema);
    migrator
}

pub(crate) struct World {
    pub(crate) db: TestDb,
    /// Intake's request login.
    pub(crate) intake: Db,
    pub(crate) intake_worker: Db,
    pub(crate) casework: Db,
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
        let (intake, casework) = (migrator(Service::Intake), migrator(Service::Casework));
        Self::on(TestDb::create(&[("intake", &intake), ("casework", &casework)]).await?).await
    }

    pub(crate) async fn on(db: TestDb) -> Result<Self> {
        let connect = |login: &str, service| {
            let url = db.url(login);
            async move { Db::connect(&url, service, PoolOptions::default()).await }
        };
        let intake = connect("intake_api", Service::Intake).await?;
        let intake_worker = connect("intake_worker", Service::Intake).await?;
        let casework = connect("casework_worker", Service::Casework).await?;
        Ok(Self { db, intake, intake_worker, casework })
    }

    /// Records `count` further events of an aggregate, each told in public.
    pub(crate) async fn tell(&self, aggregate: Uuid, from: i64, count: i64) -> Result<()> {
        let mut tx = self.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
        record(&mut tx, vec![change(aggregate, from, count, &[intake::AMENDED])]).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(crate) fn inbox(&self, handler: Arc<dyn Handler>, mode: Mode) -> Inbox {
        Inbox::new(self.casework.clone(), consumer(handler, mode))
    }

    pub(crate) fn repair(&self, inbox: &Inbox) -> Repair {
        Repair::new(inbox.clone(), Arc::new(OwnSource(self.intake_worker.clone())))
    }

    /// All that intake has told in public, as it travels.
    pub(crate) async fn told(&self) -> Result<Vec<Envelope>> {
        let source = OwnSource(self.intake_worker.clone());
        let mut ask =
            PageAsk { audience: Audience::Public, after_aggregate: Uuid::nil(), after_sequence: 0, newest: false };
        let mut all = Vec::new();
        loop {
            let page = source.page(&ask).await?;
            let Some(last) = page.last() else { return Ok(all) };
            (ask.after_aggregate, ask.after_sequence) = (last.aggregate_id, last.sequence);
            all.extend(page);
        }
    }

    /// (aggregate, sequence) of every effect, in the order in which they happened.
    pub(crate) async fn effects(&self) -> Result<Vec<(Uuid, i64)>> {
        self.ask("select aggregate_id, sequence from casework.effect order by at").await
    }

    /// A question to the database as the superuser.
    pub(crate) async fn ask<T>(&self, question: &str) -> Result<Vec<T>>
    where
        T: Send + Unpin + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    {
        let mut admin = PgConnection::connect(&self.db.admin_url()).await?;
        query_as(&mut admin, question).await
    }

    pub(crate) async fn count(&self, table: &str) -> Result<i64> {
        let rows: Vec<(i64,)> = self.ask(&format!("select count(*) from {table}")).await?;
        Ok(rows.first().context("a count")?.0)
    }

    /// As the superuser.
    pub(crate) async fn execute(&self, statements: &str) -> Result<()> {
        let mut admin = PgConnection::connect(&self.db.admin_url()).await?;
        admin
            .execute(sqlx::raw_sql(AssertSqlSafe(statements.to_owned())))
            .await
            .with_context(|| statements.to_owned())?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "questions of a test, to tables that no build can see")]
pub(crate) async fn query_as<T>(conn: &mut PgConnection, question: &str) -> Result<Vec<T>>
where
    T: Send + Unpin + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    Ok(sqlx::query_as(AssertSqlSafe(question.to_owned())).fetch_all(conn).await?)
}

pub(crate) fn id(n: u128) -> Uuid {
    // A UUIDv7 of 2026, as petitions have.
    Uuid::from_u128((0x019b_8000_0000_7000_u128 << 64) | (0x8000_u128 << 48) | n)
}

pub(crate) fn event_id(aggregate: Uuid, version: i64) -> Uuid {
    Uuid::from_u128(aggregate.as_u128() ^ ((version as u128) << 32))
}

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("in range")
}

pub(crate) fn change(aggregate: Uuid, from: i64, count: i64, tell: &[EventType]) -> Change {
    let versions = from + 1..=from + count;
    Change {
        aggregate: Aggregate {
            kind: AggregateKind::Petition,
            id: aggregate,
            district: DistrictCode::parse("420102001").expect("a code"),
            version: from,
        },
        actor: Actor::Petitioner,
        cause: Uuid::from_u128(9),
        at: at(from),
        entries: versions
            .clone()
            .map(|v| Entry {
                event_id: event_id(aggregate, v).into(),
                event_type: "amended",
                body: format!("{{\"version\": {v}, \"文\": \"补充\"}}").into_bytes(),
            })
            .collect(),
        outgoing: versions
            .enumerate()
            .flat_map(|(entry, v)| {
                tell.iter().map(move |event| Outgoing {
                    entry,
                    event: *event,
                    body: format!("{{\"n\": {v}}}").into_bytes(),
                })
            })
            .collect(),
    }
}

pub(crate) fn consumer(handler: Arc<dyn Handler>, mode: Mode) -> Consumer {
    Consumer { name: "casework__intake", owner: Service::Intake, audience: Audience::Public, mode, handler }
}

/// Notes each effect; fails for chosen events.
#[derive(Debug, Default)]
pub(crate) struct Noting {
    pub(crate) refuse: Mutex<BTreeSet<Uuid>>,
    pub(crate) fail: Mutex<BTreeSet<Uuid>>,
}

#[async_trait]
impl Handler for Noting {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        let event = &event.envelope;
        let (id, aggregate, sequence) = (event.event_id.uuid(), event.aggregate_id, event.sequence);
        note(tx, id, aggregate, sequence).await?;
        if self.refuse.lock().expect("not poisoned").contains(&id) {
            return Err(HandleError::Park { reason: "nobody can digest this".to_owned() });
        }
        if self.fail.lock().expect("not poisoned").contains(&id) {
            // What a failing handler does to its transaction: leaves it broken.
            tx.execute("select 1/0").await?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the table of a test")]
async fn note(tx: &mut Tx, id: Uuid, aggregate: Uuid, sequence: i64) -> Result<(), sqlx::Error> {
    sqlx::query("insert into casework.effect (event_id, aggregate_id, sequence) values ($1, $2, $3)")
        .bind(id)
        .bind(aggregate)
        .bind(sequence)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The bus of a test: open, so one connection serves as any identity.
pub(crate) struct Road {
    pub(crate) nats: TestNats,
    pub(crate) url: String,
    pub(crate) bus: Bus,
}

impl Road {
    pub(crate) async fn new() -> Result<Self> {
        let nats = TestNats::dedicated().await?;
        let url = nats.url().to_owned();
        let bus = connect(&url).await?;
        Ok(Self { nats, url, bus })
    }

    pub(crate) fn topology(&self) -> Topology {
        Topology::new(self.bus.clone(), StreamLimits { max_bytes: 16 << 20, ..StreamLimits::default() })
    }

    pub(crate) fn relay(&self, world: &World) -> Relay {
        Relay::new(world.intake_worker.clone(), self.bus.clone(), self.topology())
    }

    pub(crate) fn listener(&self, inbox: &Inbox) -> ConsumerLoop {
        ConsumerLoop::new(inbox.clone(), self.bus.clone(), self.topology())
    }
}

pub(crate) async fn connect(url: &str) -> Result<Bus> {
    let bus = Bus::connect(BusOptions { url: url.to_owned(), identity: "test".to_owned(), password: None }).await?;
    huiyin_testkit::eventually(|| async { Ok(bus.usable()?) }).await?;
    Ok(bus)
}

/// Nobody answers.
#[derive(Debug)]
pub(crate) struct Silence;

#[async_trait]
impl Source for Silence {
    async fn changed(&self, _: &ChangedAsk) -> Result<huiyin_journal::Changed, huiyin_journal::SourceError> {
        Err(huiyin_journal::DbError::Stopped.into())
    }

    async fn fetch(&self, _: &FetchAsk) -> Result<Vec<Envelope>, huiyin_journal::SourceError> {
        Err(huiyin_journal::DbError::Stopped.into())
    }

    async fn page(&self, _: &PageAsk) -> Result<Vec<Envelope>, huiyin_journal::SourceError> {
        Err(huiyin_journal::DbError::Stopped.into())
    }
}

pub(crate) fn is_conflict(result: &Result<(), RecordError>) -> bool {
    matches!(result, Err(RecordError::Conflict { .. }))
}

/// Waits for so many effects.
pub(crate) async fn expect_effects(world: &World, wanted: usize, within: Duration) -> Result<()> {
    eventually_within(within, || async {
        let seen = world.effects().await?.len();
        if seen == wanted { Ok(()) } else { Err(not_yet(format!("{seen} of {wanted} effects"))) }
    })
    .await?;
    Ok(())
}

/// Relay, consumer and repair road, running as in a service.
pub(crate) struct Loops(CancellationToken, tokio_util::task::TaskTracker);

impl Loops {
    pub(crate) fn start(world: &World, road: &Road, inbox: &Inbox) -> Self {
        let (stop, tasks) = (CancellationToken::new(), tokio_util::task::TaskTracker::new());
        tasks.spawn(road.relay(world).run(stop.clone()));
        tasks.spawn(road.listener(inbox).run(stop.clone()));
        tasks.spawn(world.repair(inbox).run(road.bus.clone(), stop.clone()));
        tasks.close();
        Self(stop, tasks)
    }

    pub(crate) async fn stop(self) {
        self.0.cancel();
        self.1.wait().await;
    }
}

pub(crate) fn limits() -> StreamLimits {
    StreamLimits { max_bytes: 16 << 20, ..StreamLimits::default() }
}
