//! `huiyin bench timers`: many timers armed, some of them due: how late they take effect, how many take effect per second, and what a look
//! costs that finds none due.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

use super::acts::wait;
use super::pgbench::Pgbench;
use super::progress;
use super::same_rows::{Watch, script};
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};
use crate::verify::sql;

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city; its matters should be under way.
    pub place: Place,
    /// Timers that come due one after the other.
    pub spread: u64,
    /// Over so many seconds.
    pub over: u64,
    /// Timers that come due at once.
    pub at_once: u64,
}

/// Looks that find nothing.
const IDLE: usize = 50;
/// From the setting of the dates to the first of them.
const AHEAD: u64 = 3;
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK: Duration = Duration::from_millis(50);

/// Measures firing.
pub async fn timers(options: &Options) -> anyhow::Result<Sheet> {
    // Its dates are not what its cases say any more: nobody finds this city again.
    let place = Place { keep: false, ..options.place.clone() };
    let mut town = Town::open(&place).await?;
    let measured = measure(options, &mut town).await;
    town.close().await?;
    measured
}

async fn measure(options: &Options, town: &mut Town) -> anyhow::Result<Sheet> {
    let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
    let armed = count(&mut conn, "state = 'armed'").await?;
    let idle = idle_scan(&mut conn).await?;

    let chosen = chosen(&mut conn, options.at_once + options.spread + 1).await?;
    let (pattern, rest) = chosen.split_first().context("no warning is armed")?;
    let (at_once, spread) = rest.split_at(options.at_once as usize);
    set_due(&mut conn, at_once, "clock_timestamp()", 0.0).await.context("the dates of those at once")?;
    let begun = Instant::now();
    town.start().await?;
    let per_second = fired_per_second(&mut conn, at_once, options.at_once).await.context("those at once")?;

    let gap = options.over as f64 / options.spread.max(1) as f64;
    set_due(&mut conn, spread, &format!("clock_timestamp() + interval '{AHEAD} seconds'"), gap)
        .await
        .context("the dates of the others")?;
    let bar = progress::seconds("spread", options.over);
    all_fired(&mut conn, spread).await.context("one after the other")?;
    bar.finish_and_clear();
    let late = lateness(&mut conn, spread).await.context("how late they were")?;

    let (fire, watch) = one_firing(&mut conn, pattern).await.context("what one firing writes")?;
    town.stop().await?;
    let open = Pgbench::of(&town.servers, "open.sql", script(&fire[..1]), 16)?.run(5).await?;
    let both = Pgbench::of(&town.servers, "fire.sql", script(&fire), 16)?.run(5).await?;
    watch.forget(&mut conn).await?;
    // A case must be there to be marked: what both take, less what the case takes.
    let pgbench = 1.0 / (1.0 / both - 1.0 / open);

    let mut sheet = Sheet::new("timers");
    sheet.tell("armed", "timers armed", armed as f64);
    sheet.add("idle_ms", "a look that finds none due, ms", idle, Bound::Below(2.0));
    sheet.tell("at_once", "due at once", options.at_once as f64);
    sheet.add("fired_per_second", "of those fired with effect per second", per_second, Bound::AtLeast(5000.0));
    sheet.tell("pgbench", "the same rows, pgbench, one transaction each, per second", pgbench);
    sheet.tell("ratio", "ratio", per_second / pgbench);
    sheet.tell("spread", format!("due one after the other over {} s", options.over), options.spread as f64);
    let bounds = [Bound::None, Bound::None, Bound::Below(500.0), Bound::None];
    sheet.times(["late_p50", "late_p95", "late_p99", "late_max"], "due → effect written", &late, bounds);
    sheet.tell("seconds", "whole time, s", begun.elapsed().as_secs_f64());
    conn.close().await.context("the connection did not end well")?;
    Ok(sheet)
}

async fn count(conn: &mut PgConnection, condition: &str) -> anyhow::Result<u64> {
    let row = sql::row(conn, format!("select count(*) from casework.timer where {condition}")).await?;
    Ok(row.try_get::<i64, _>(0)?.try_into()?)
}

/// Milliseconds of the runner's look when nothing is due: the median of many.
async fn idle_scan(conn: &mut PgConnection) -> anyhow::Result<f64> {
    let mut times = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        let statement = "explain (analyze, format json) select timer_id, aggregate_id from casework.timer
             where state = 'armed' and due_at <= now() and not_before <= clock_timestamp() order by due_at, timer_id limit 1000";
        let plan: Value = sql::row(conn, statement.to_owned()).await?.try_get(0)?;
        let time = |name: &str| plan[0][name].as_f64().unwrap_or_default();
        times.push(time("Execution Time") + time("Planning Time"));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[IDLE / 2])
}

/// One armed warning of so many cases each.
async fn chosen(conn: &mut PgConnection, wanted: u64) -> anyhow::Result<Vec<(Uuid, Uuid)>> {
    let statement = format!(
        "select timer_id, aggregate_id from (
             select distinct on (aggregate_id) timer_id, aggregate_id from casework.timer
             where state = 'armed' and kind not like '%\\_due' and kind <> 'withdrawal_lapse' order by aggregate_id, due_at) one
         order by hashtextextended(aggregate_id::text, 0) limit {wanted}"
    );
    let found: Vec<(Uuid, Uuid)> = sql::rows(conn, statement)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()?;
    ensure!(
        found.len() as u64 == wanted,
        "only {} matters have an armed warning: fill more, or ask for fewer",
        found.len()
    );
    Ok(found)
}

fn list(timers: &[(Uuid, Uuid)]) -> String {
    timers.iter().map(|(timer, _)| timer.to_string()).collect::<Vec<_>>().join(",")
}

/// The first at `from`, each further one `gap` seconds later.
async fn set_due(conn: &mut PgConnection, timers: &[(Uuid, Uuid)], from: &str, gap: f64) -> anyhow::Result<()> {
    let statement = format!(
        "with base as materialized (select {from} as at) update casework.timer t set due_at = base.at + (c.nth - 1) * interval '{gap} seconds'
         from base, unnest('{{{}}}'::uuid[]) with ordinality c(timer_id, nth) where t.timer_id = c.timer_id",
        list(timers)
    );
    Ok(sql::execute(conn, statement).await?)
}

async fn fired_of(conn: &mut PgConnection, timers: &[(Uuid, Uuid)]) -> anyhow::Result<u64> {
    count(conn, &format!("state = 'fired' and timer_id = any('{{{}}}'::uuid[])", list(timers))).await
}

/// From the first effect on.
async fn fired_per_second(conn: &mut PgConnection, timers: &[(Uuid, Uuid)], wanted: u64) -> anyhow::Result<f64> {
    let bar = progress::counted("at once", wanted);
    all_fired(conn, timers).await?;
    bar.finish_and_clear();
    let statement = format!(
        "select count(*)::float8, extract(epoch from max(j.recorded_at) - min(j.recorded_at))::float8
         from casework.journal j where j.event_type = 'due_soon' and j.cause = any('{{{}}}'::uuid[])
             and j.aggregate_id = any('{{{}}}'::uuid[])",
        list(timers),
        timers.iter().map(|(_, case)| case.to_string()).collect::<Vec<_>>().join(",")
    );
    let row = sql::row(conn, statement).await?;
    let (effects, seconds): (f64, f64) = (row.try_get(0)?, row.try_get(1)?);
    ensure!(effects as u64 == wanted, "{effects} effects of {wanted} timers");
    Ok(effects / seconds.max(0.001))
}

async fn all_fired(conn: &mut PgConnection, timers: &[(Uuid, Uuid)]) -> anyhow::Result<()> {
    let begun = Instant::now();
    while fired_of(conn, timers).await? < timers.len() as u64 {
        ensure!(begun.elapsed() < PATIENCE, "not all timers have fired within {PATIENCE:?}");
        wait(LOOK).await;
    }
    Ok(())
}

/// From the date to the writing of the effect, by the database's own clock; sorted.
async fn lateness(conn: &mut PgConnection, timers: &[(Uuid, Uuid)]) -> anyhow::Result<Vec<Duration>> {
    let statement = format!(
        "select extract(epoch from j.recorded_at - t.due_at)::float8 from casework.timer t
         join casework.journal j on j.aggregate_id = t.aggregate_id and j.cause = t.timer_id
         where t.timer_id = any('{{{}}}'::uuid[]) order by 1",
        list(timers)
    );
    let rows = sql::rows(conn, statement).await?;
    rows.iter().map(|row| Ok(Duration::from_secs_f64(row.try_get::<f64, _>(0)?.max(0.0)))).collect()
}

/// What the case takes, and what a firing writes, as statements.
async fn one_firing(conn: &mut PgConnection, pattern: &(Uuid, Uuid)) -> anyhow::Result<(Vec<String>, Watch)> {
    let row = sql::row(conn, format!("select petition_id from casework.case where case_id = '{}'", pattern.1)).await?;
    let mut watch = Watch::new(conn, row.try_get(0)?, &["casework"]).await?;
    watch.knows(conn, pattern.1).await?;
    let before = watch.look(conn).await?;
    set_due(conn, std::slice::from_ref(pattern), "clock_timestamp()", 0.0).await?;
    all_fired(conn, std::slice::from_ref(pattern)).await?;
    let after = watch.look(conn).await?;
    let nothing = watch.nothing();
    Ok((vec![watch.statement(&nothing, &before, "casework")?, watch.statement(&before, &after, "casework")?], watch))
}
