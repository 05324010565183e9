//! T3: runners that are processes of their own, killed at any moment.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{SubsecRound, TimeDelta};
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{BusinessClock, InfraClock, Service};
use huiyin_timers::{TimerRunner, arm};
use sqlx::Executor;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::{Consequence, World, timer};

const RUNNERS: usize = 8;
const TIMERS: u128 = 20_000;
/// Set in the processes that the test starts: where their database is.
const DATABASE: &str = "HUIYIN_TEST_TIMER_RUNNER";
const TEST: &str = "killed::fault_eight_runners_killed_at_random_fire_twenty_thousand_timers_of_one_second_once_each";
const PATIENCE: Duration = Duration::from_mins(4);

/// T3: eight runners, each a process; twenty thousand timers due within the same second; one of the runners killed (`kill -9`) every few
/// moments and another started in its place. Each timer takes effect once, none before its time, none is lost.
#[tokio::test(flavor = "multi_thread")]
async fn fault_eight_runners_killed_at_random_fire_twenty_thousand_timers_of_one_second_once_each() -> Result<()> {
    if let Ok(url) = std::env::var(DATABASE) {
        return run(&url).await;
    }
    let world = World::new().await?;
    let second = (world.now().await? + TimeDelta::seconds(8)).trunc_subsecs(0);
    for first in (0..TIMERS).step_by(2000) {
        let at = |n: u128| second + TimeDelta::microseconds(i64::try_from(n * 1_000_000 / TIMERS).unwrap_or_default());
        let timers: Vec<_> = (first..first + 2000).map(|n| timer(n, at(n))).collect();
        let mut tx = world.api.begin().await?;
        arm(&mut tx, &timers).await?;
        tx.execute("insert into casework.matter (matter_id, generation) select aggregate_id, 1 from casework.timer on conflict do nothing")
            .await?;
        tx.commit().await?;
    }
    let mut runners = (0..RUNNERS).map(|_| start(&world)).collect::<Result<Vec<_>>>()?;
    let (begun, mut killed, mut random) = (Instant::now(), 0, huiyin_testkit::seed() | 1);
    loop {
        let armed = world.number("select count(*) from casework.timer where state = 'armed'").await?;
        if armed == 0 {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "{armed} timers are still armed");
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if armed < i64::try_from(TIMERS)? {
            let nth = usize::try_from(random >> 33)? % RUNNERS;
            runners[nth].kill().await.context("a runner cannot be killed")?;
            runners[nth] = start(&world)?;
            killed += 1;
        }
        pause(Duration::from_millis(40 + (random >> 40) % 200)).await;
    }
    for mut runner in runners {
        runner.kill().await.context("a runner cannot be ended")?;
    }
    ensure!(killed >= 3, "only {killed} runners were killed while timers fired");
    let whole = i64::try_from(TIMERS)?;
    for question in [
        "select count(*) from casework.effect",
        "select count(distinct timer_id) from casework.effect where taken_at >= due_at",
        "select count(*) from casework.matter where effects = 1",
        "select count(*) from casework.timer where state = 'fired' and late_ms >= 0 and fired_at >= due_at",
    ] {
        assert_eq!(world.number(question).await?, whole, "{question}; {killed} runners were killed");
    }
    Ok(())
}

/// This program once more, as a runner.
fn start(world: &World) -> Result<Child> {
    let mut command = Command::new(std::env::current_exe().context("where this test stands")?);
    command.args([TEST, "--exact", "--nocapture"]).env(DATABASE, world.db.url("casework_worker"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().context("a runner cannot be started")
}

/// Fires until it is killed.
async fn run(url: &str) -> Result<()> {
    let options = PoolOptions { max: 2, ..PoolOptions::default() };
    let worker = Db::connect(url, Service::Casework, options).await?;
    let handler = Arc::new(Consequence::default());
    TimerRunner::new(worker, handler, BusinessClock::System, InfraClock::System).run(CancellationToken::new()).await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the time between two kills, in machine time")]
async fn pause(pause: Duration) {
    tokio::time::sleep(pause).await;
}
