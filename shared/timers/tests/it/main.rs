//! T1–T6, T8: timers against a real Postgres.

mod killed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_journal::{Db, PoolOptions, Tx};
use huiyin_kernel::{BusinessClock, InfraClock, Service};
use huiyin_testkit::{TestDb, eventually, not_yet};
use huiyin_timers::{
    Arm, ClockFault, Due, FireError, Fired, Step, TimerError, TimerHandler, TimerRunner, arm, cancel, next_due,
};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};
use uuid::Uuid;

fn migrator() -> Migrator {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/casework");
    let file = |name: &str| std::fs::read_to_string(dir.join(name)).expect("the migration exists");
    let matters = "create table casework.matter (matter_id uuid primary key, generation int not null, effects int not null default 0);
        create table casework.effect (at bigint generated always as identity primary key, timer_id uuid not null, due_at timestamptz not null,
            taken_at timestamptz not null default clock_timestamp())";
    let texts = [(1, file("0001_journal.sql")), (2, file("0002_timer.sql")), (3, matters.to_owned())];
    let simple = |(version, text): (i64, String)| {
        Migration::new(version, "of the test".into(), MigrationType::Simple, AssertSqlSafe(text).into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(texts.into_iter().map(simple).collect());
    migrator.dangerous_set_table_name("casework._sqlx_migrations");
    migrator.create_schema("casework");
    migrator
}

struct World {
    db: TestDb,
    api: Db,
    worker: Db,
}

impl World {
    async fn new() -> Result<Self> {
        let db = TestDb::create(&[("casework", &migrator())]).await?;
        let options = PoolOptions { max: 12, ..PoolOptions::default() };
        let api = Db::connect(&db.url("casework_api"), Service::Casework, options.clone()).await?;
        let worker = Db::connect(&db.url("casework_worker"), Service::Casework, options).await?;
        Ok(Self { db, api, worker })
    }

    fn runner(&self, handler: &Arc<Consequence>, clock: BusinessClock) -> TimerRunner {
        TimerRunner::new(self.worker.clone(), Arc::<Consequence>::clone(handler), clock, InfraClock::System)
    }

    async fn arm(&self, timers: &[Arm]) -> Result<()> {
        let mut tx = self.api.begin().await?;
        for timer in timers {
            let matter = format!(
                "insert into casework.matter (matter_id, generation) values ('{}', {}) on conflict (matter_id) do update set generation = excluded.generation",
                timer.aggregate_id, timer.generation
            );
            tx.execute(AssertSqlSafe(matter)).await?;
        }
        arm(&mut tx, timers).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn number(&self, question: &str) -> Result<i64> {
        let mut admin = PgConnection::connect(&self.db.admin_url()).await?;
        number(&mut admin, question).await
    }

    async fn now(&self) -> Result<DateTime<Utc>> {
        let micros = self.number("select (extract(epoch from clock_timestamp()) * 1000000)::bigint").await?;
        DateTime::from_timestamp_micros(micros).context("in range")
    }
}

#[expect(clippy::disallowed_methods, reason = "questions of a test")]
async fn number(conn: &mut PgConnection, question: &str) -> Result<i64> {
    Ok(sqlx::query_scalar(AssertSqlSafe(question.to_owned())).fetch_one(conn).await?)
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128((0x019b_8000_0000_7000_u128 << 64) | (0x8000_u128 << 48) | n)
}

fn timer(n: u128, due_at: DateTime<Utc>) -> Arm {
    Arm { timer_id: id(n), aggregate_id: id(n), kind: "reply", generation: 1, due_at, calendar_version: None }
}

/// Counts effects per matter, under the matter's lock, as casework does.
#[derive(Debug, Default)]
struct Consequence {
    broken: Mutex<BTreeSet<Uuid>>,
    later: Mutex<Option<DateTime<Utc>>>,
}

#[async_trait]
impl TimerHandler for Consequence {
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError> {
        Ok(self.fire_all(tx, std::slice::from_ref(due), now).await?[0])
    }

    async fn fire_all(&self, tx: &mut Tx, due: &[Due], _now: DateTime<Utc>) -> Result<Vec<Fired>, FireError> {
        let list = due.iter().map(|due| due.aggregate_id.to_string()).collect::<Vec<_>>().join(",");
        let lock = format!(
            "select matter_id, generation from casework.matter where matter_id = any('{{{list}}}') order by matter_id for update"
        );
        let matters: BTreeMap<Uuid, i32> = generations(tx, &lock).await?;
        let later = *self.later.lock().expect("not poisoned");
        let fired: Vec<Fired> = due
            .iter()
            .map(|due| match later.filter(|later| *later > due.due_at) {
                _ if matters.get(&due.aggregate_id) != Some(&due.generation) => Fired::Stale,
                Some(later) => Fired::Rearm(later),
                None => Fired::Effect,
            })
            .collect();
        let effects = due.iter().zip(&fired).filter(|(_, fired)| **fired == Fired::Effect).map(|(due, _)| due);
        let rows: Vec<String> =
            effects.clone().map(|due| format!("('{}', '{}')", due.timer_id, due.due_at.to_rfc3339())).collect();
        if rows.is_empty() {
            return Ok(fired);
        }
        let ids = effects.clone().map(|due| due.aggregate_id.to_string()).collect::<Vec<_>>().join(",");
        let effect = format!(
            "update casework.matter set effects = effects + 1 where matter_id = any('{{{ids}}}');
             insert into casework.effect (timer_id, due_at) values {}",
            rows.join(",")
        );
        tx.execute(sqlx::raw_sql(AssertSqlSafe(effect))).await?;
        if effects.clone().any(|due| self.broken.lock().expect("not poisoned").contains(&due.timer_id)) {
            tx.execute("select 1/0").await?;
        }
        Ok(fired)
    }
}

#[expect(clippy::disallowed_methods, reason = "a question of a test")]
async fn generations(conn: &mut PgConnection, question: &str) -> Result<BTreeMap<Uuid, i32>, sqlx::Error> {
    let rows: Vec<(Uuid, i32)> = sqlx::query_as(AssertSqlSafe(question.to_owned())).fetch_all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// T2: there is no watermark that a timer could be set behind.
#[tokio::test]
async fn a_timer_set_in_the_past_by_a_slow_transaction_fires() -> Result<()> {
    let world = World::new().await?;
    let handler = Arc::new(Consequence::default());
    let mut runner = world.runner(&handler, BusinessClock::System);
    let now = world.now().await?;
    let mut slow = world.api.begin().await?;
    slow.execute(AssertSqlSafe(format!("insert into casework.matter (matter_id, generation) values ('{}', 1)", id(1))))
        .await?;
    arm(&mut slow, &[timer(1, now - TimeDelta::hours(1))]).await?;
    world.arm(&[timer(2, now - TimeDelta::minutes(1))]).await?;
    assert_eq!(runner.step().await?.effects, 1);
    slow.commit().await?;
    assert_eq!(runner.step().await?.effects, 1);
    assert_eq!(runner.step().await?, Step::default());
    Ok(())
}

/// T5: after days of standstill everything overdue fires once, in order of date.
#[tokio::test]
async fn after_three_days_down_everything_overdue_fires_in_order() -> Result<()> {
    let world = World::new().await?;
    let start = DateTime::from_timestamp(1_780_000_000, 0).context("in range")?;
    let timers: Vec<Arm> = (0..500).map(|n| timer(n, start + TimeDelta::minutes(((n * 7919) % 4000) as i64))).collect();
    world.arm(&timers).await?;
    let clock = BusinessClock::manual(start);
    let handler = Arc::new(Consequence::default());
    let mut runner = world.runner(&handler, clock.clone());
    assert_eq!(next_due(&world.worker).await?, Some(start));
    runner.step().await?;
    let BusinessClock::Manual(hand) = &clock else { anyhow::bail!("a manual clock") };
    hand.advance(TimeDelta::days(3));
    while runner.step().await?.count() > 0 {}
    assert_eq!(world.number("select count(*) from casework.effect").await?, 500);
    let disorder = "select count(*) from (select due_at < lag(due_at) over (order by at) as wrong from casework.effect) e where wrong";
    assert_eq!(world.number(disorder).await?, 0);
    assert_eq!(next_due(&world.worker).await?, None);
    Ok(())
}

/// T4: a cancelled timer does not fire, and neither does an older generation.
#[tokio::test]
async fn cancelled_and_superseded_timers_have_no_effect() -> Result<()> {
    let world = World::new().await?;
    let past = world.now().await? - TimeDelta::hours(1);
    world.arm(&[timer(1, past), timer(2, past), timer(3, past)]).await?;
    let mut tx = world.api.begin().await?;
    cancel(&mut tx, id(1), &["reply", "warn"]).await?;
    tx.commit().await?;
    // Extended: generation 2 is armed, generation 1 was not cancelled.
    let mut later = timer(2, past + TimeDelta::days(30));
    (later.timer_id, later.generation) = (id(20), 2);
    world.arm(&[later.clone()]).await?;
    world.arm(&[later]).await?;
    let handler = Arc::new(Consequence::default());
    let step = world.runner(&handler, BusinessClock::System).step().await?;
    assert_eq!(step, Step { effects: 1, stale: 1, ..Step::default() });
    assert_eq!(world.number("select count(*) from casework.timer where state = 'armed'").await?, 1);
    Ok(())
}

/// One bad timer holds up no other, is tried again, and keeps nothing of a failed try.
#[tokio::test]
async fn a_timer_whose_consequence_fails_is_set_back_and_the_others_go_on() -> Result<()> {
    let world = World::new().await?;
    let past = world.now().await? - TimeDelta::hours(1);
    world.arm(&(0..20).map(|n| timer(n, past)).collect::<Vec<_>>()).await?;
    let handler = Arc::new(Consequence::default());
    handler.broken.lock().expect("not poisoned").insert(id(7));
    let mut runner = world.runner(&handler, BusinessClock::System);
    assert_eq!(runner.step().await?, Step { effects: 19, failed: 1, ..Step::default() });
    assert_eq!(world.number("select count(*) from casework.effect").await?, 19);
    assert_eq!(runner.step().await?, Step::default(), "set back, not tried at once");
    handler.broken.lock().expect("not poisoned").clear();
    eventually(|| async {
        let mut again = world.runner(&handler, BusinessClock::System);
        if again.step().await?.effects == 1 { Ok(()) } else { Err(not_yet("its pause is not over")) }
    })
    .await?;
    Ok(())
}

/// T6: its consequence failed while the database's clock stood a day ahead.
#[tokio::test]
async fn a_timer_that_a_wrong_clock_set_back_by_a_day_is_fired_at_once() -> Result<()> {
    let world = World::new().await?;
    world.arm(&[timer(1, world.now().await? - TimeDelta::hours(1))]).await?;
    let handler = Arc::new(Consequence::default());
    let mut runner = world.runner(&handler, BusinessClock::System);
    let set_back = async |by: &str| {
        let mut admin = PgConnection::connect(&world.db.admin_url()).await?;
        let later = format!("update casework.timer set not_before = clock_timestamp() + interval '{by}'");
        anyhow::Ok(admin.execute(AssertSqlSafe(later)).await?)
    };
    set_back("4 minutes 50 seconds").await?;
    assert_eq!(runner.step().await?, Step::default(), "as far as a timer may be set back");
    set_back("1 day").await?;
    assert_eq!(runner.step().await?, Step { effects: 1, ..Step::default() });
    Ok(())
}

#[tokio::test]
async fn a_date_that_moved_is_waited_for() -> Result<()> {
    let world = World::new().await?;
    let start = DateTime::from_timestamp(1_780_000_000, 0).context("in range")?;
    world.arm(&[timer(1, start)]).await?;
    let clock = BusinessClock::manual(start);
    let handler = Arc::new(Consequence::default());
    *handler.later.lock().expect("not poisoned") = Some(start + TimeDelta::days(2));
    let mut runner = world.runner(&handler, clock.clone());
    assert_eq!(runner.step().await?, Step { rearmed: 1, ..Step::default() });
    assert_eq!(next_due(&world.worker).await?, Some(start + TimeDelta::days(2)));
    let BusinessClock::Manual(hand) = &clock else { anyhow::bail!("a manual clock") };
    hand.advance(TimeDelta::days(2));
    assert_eq!(runner.step().await?, Step { effects: 1, ..Step::default() });
    Ok(())
}

/// T6: the database stands before an instant already acted upon: nothing fires.
#[tokio::test]
async fn a_clock_that_went_back_stops_all_firing() -> Result<()> {
    let world = World::new().await?;
    let past = world.now().await? - TimeDelta::hours(1);
    let handler = Arc::new(Consequence::default());
    let mut runner = world.runner(&handler, BusinessClock::System);
    world.arm(&[timer(1, past)]).await?;
    assert_eq!(runner.step().await?.effects, 1);
    let mut admin = PgConnection::connect(&world.db.admin_url()).await?;
    admin.execute("update casework.timer_clock set last_now = now() + interval '1 hour'").await?;
    world.arm(&[timer(2, past)]).await?;
    let stopped = runner.step().await;
    assert!(matches!(stopped, Err(TimerError::Clock(ClockFault::WentBack(_)))), "{stopped:?}");
    // This machine's clock differs from the database's by a day.
    let ahead = InfraClock::manual(world.now().await? + TimeDelta::days(1));
    admin.execute("update casework.timer_clock set last_now = now() - interval '1 hour'").await?;
    let mut other =
        TimerRunner::new(world.worker.clone(), Arc::<Consequence>::clone(&handler), BusinessClock::System, ahead);
    assert!(matches!(other.step().await, Err(TimerError::Clock(ClockFault::Differs(_)))));
    assert_eq!(world.number("select count(*) from casework.effect").await?, 1);
    Ok(())
}

/// A command that holds its matter and cancels the timer, while a runner fires it: neither waits for the other for ever.
#[tokio::test]
async fn cancelling_while_firing_is_no_deadlock() -> Result<()> {
    let world = World::new().await?;
    let past = world.now().await? - TimeDelta::hours(1);
    world.arm(&[timer(1, past)]).await?;
    let mut command = world.api.begin().await?;
    command
        .execute(AssertSqlSafe(format!("update casework.matter set generation = 2 where matter_id = '{}'", id(1))))
        .await?;
    let handler = Arc::new(Consequence::default());
    let mut runner = world.runner(&handler, BusinessClock::System);
    let firing = runner.step();
    let cancelling = async {
        // The runner waits for the matter by now.
        eventually(|| async {
            let waiting = world.number("select count(*) from pg_locks where not granted").await?;
            if waiting > 0 { Ok(()) } else { Err(not_yet("the runner has not come so far")) }
        })
        .await?;
        cancel(&mut command, id(1), &["reply"]).await?;
        command.commit().await?;
        anyhow::Ok(())
    };
    let (fired, cancelled) = tokio::join!(firing, cancelling);
    cancelled?;
    assert_eq!(fired?, Step { stale: 1, ..Step::default() });
    assert_eq!(world.number("select count(*) from casework.effect").await?, 0);
    Ok(())
}
