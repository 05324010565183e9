//! `huiyin bench latency`: from the answered petition to its row in the ledger, at a steady rate; and what the services keep in memory after
//! many petitions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::acts::{Desks, Hand, wait};
use super::lifecycle::{STREETS, SameRows};
use super::pgbench::Pgbench;
use super::progress;
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};
use crate::verify::sql;

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city.
    pub place: Place,
    /// Petitions per second.
    pub rate: u64,
    /// For so long.
    pub seconds: u64,
    /// Petitions taken in beforehand, as fast as can be, by the same process: for its memory.
    pub beforehand: u64,
}

/// Between two looks into the ledger.
const LOOK: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections that hand in.
const HANDS: usize = 16;

/// When each petition was answered.
type Answered = Arc<Mutex<BTreeMap<Uuid, Instant>>>;

/// Measures the way into the ledger.
pub async fn latency(options: &Options) -> anyhow::Result<Sheet> {
    let mut town = Town::open(&options.place).await?;
    let measured = measure(options, &mut town).await;
    town.close().await?;
    measured
}

async fn measure(options: &Options, town: &mut Town) -> anyhow::Result<Sheet> {
    town.start().await?;
    let office = town.office().await?;
    let desks = Arc::new(Desks::open(town, &office, STREETS).await?);
    let mark = town.mark().await?;
    let same = SameRows::of(town, &desks).await?;
    let loaded = hand_in_many(&desks, options.beforehand).await?;
    town.rest_since(mark).await?;
    let resident = town.resident()?;

    let (mut answered, mut seen) = steadily(town, &desks, options).await?;
    town.rest_since(mark).await?;
    let resident_after = town.resident()?;
    town.stop().await?;
    let pgbench = Pgbench::of(&town.servers, "petition.sql", same.petition.clone(), HANDS)?;
    let ran = pgbench.paced(options.seconds.div_ceil(2), options.rate).await?;
    same.forget(town).await?;

    let mut sheet = Sheet::new("latency");
    sheet.tell("matters_before", "matters in the city beforehand", options.place.matters as f64);
    if options.beforehand > 0 {
        sheet.tell("beforehand", "petitions taken in beforehand", options.beforehand as f64);
        sheet.tell("beforehand_per_second", "of those per second", loaded);
        sheet.add("resident_mb", "memory of all services after them, MB", resident, Bound::Below(200.0));
    }
    sheet.tell("rate", "petitions per second", options.rate as f64);
    sheet.tell("petitions", "petitions", seen.len() as f64);
    answered.sort_unstable();
    seen.sort_unstable();
    let none = [Bound::None; 4];
    sheet.times(["answer_p50", "answer_p95", "answer_p99", "answer_max"], "petition → 201", &answered, none);
    let bounds = [Bound::None, Bound::None, Bound::Below(200.0), Bound::None];
    sheet.times(["visible_p50", "visible_p95", "visible_p99", "visible_max"], "201 → in the ledger", &seen, bounds);
    let median = super::sheet::millis(super::sheet::rank(&seen, 0.5));
    sheet.tell("pgbench_ms", "the petition's transaction alone at that rate, pgbench, ms", ran.latency_ms);
    sheet.tell("ratio", "ratio of the median way to that", median / ran.latency_ms);
    sheet.tell("resident_end_mb", "memory of all services at the end, MB", resident_after);
    Ok(sheet)
}

/// Hands in as fast as it is answered; gives the rate.
async fn hand_in_many(desks: &Arc<Desks>, wanted: u64) -> anyhow::Result<f64> {
    let bar = progress::counted("petitions", wanted);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..HANDS as u64 {
        let (desks, bar) = (Arc::clone(desks), bar.clone());
        tasks.spawn(async move {
            let mut hand = Hand::new(&desks).await?;
            for nth in (number..wanted).step_by(HANDS) {
                let nth = nth as usize;
                hand.hand_in(desks.desk(nth), &format!("bench-beforehand-{nth}"), nth).await?;
                bar.inc(1);
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.context("a connection's task")??;
    }
    bar.finish_and_clear();
    Ok(wanted as f64 / begun.elapsed().as_secs_f64())
}

/// Hands in at the rate; gives the times to the answers, and from the answers to the ledger.
async fn steadily(
    town: &Town,
    desks: &Arc<Desks>,
    options: &Options,
) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let answered: Answered = Arc::default();
    let total = options.rate * options.seconds;
    let mut looking = JoinSet::new();
    looking.spawn(look(town.servers.admin_url(), Arc::clone(&answered), total));
    let bar = progress::counted("petitions", total);
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..HANDS as u64 {
        let (desks, answered, bar) = (Arc::clone(desks), Arc::clone(&answered), bar.clone());
        let rate = options.rate;
        tasks.spawn(async move {
            let mut hand = Hand::new(&desks).await?;
            let mut times = Vec::new();
            for nth in (number..total).step_by(HANDS) {
                wait(Duration::from_secs_f64(nth as f64 / rate as f64).saturating_sub(begun.elapsed())).await;
                let asked = Instant::now();
                let key = format!("bench-steady-{nth}");
                let petition = hand.hand_in(desks.desk(nth as usize), &key, nth as usize).await?;
                times.push(asked.elapsed());
                answered.lock().await.insert(petition, Instant::now());
                bar.inc(1);
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        times.extend(ended.context("a connection's task")??);
    }
    bar.finish_and_clear();
    let seen = looking.join_all().await.into_iter().next().context("nobody looked")??;
    Ok((times, seen))
}

/// Looks into the ledger again and again until every petition stands there.
async fn look(admin_url: String, answered: Answered, total: u64) -> anyhow::Result<Vec<Duration>> {
    let mut conn = PgConnection::connect(&admin_url).await.context("the database lets nobody in")?;
    let mut seen = Vec::new();
    let mut last = Instant::now();
    while (seen.len() as u64) < total {
        let waiting: Vec<String> = answered.lock().await.keys().map(Uuid::to_string).collect();
        ensure!(last.elapsed() < PATIENCE, "{} petitions do not come to the ledger", waiting.len());
        if waiting.is_empty() {
            wait(LOOK).await;
            continue;
        }
        let statement = format!(
            "select petition_id from ledger.matter where petition_id = any('{{{}}}'::uuid[]) and registered_at is not null",
            waiting.join(",")
        );
        let rows = sql::rows(&mut conn, statement).await?;
        let now = Instant::now();
        let mut answered = answered.lock().await;
        for row in rows {
            if let Some(at) = answered.remove(&row.try_get(0)?) {
                seen.push(now.saturating_duration_since(at));
                last = now;
            }
        }
        drop(answered);
        wait(LOOK).await;
    }
    conn.close().await.context("the connection did not end well")?;
    Ok(seen)
}
