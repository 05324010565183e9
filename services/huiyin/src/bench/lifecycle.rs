//! `huiyin bench lifecycle`: whole matters per second, from the petition to the closed case, every event consumed everywhere. Beside it
//! pgbench commits the rows that intake and casework write for one such matter, one transaction per request (and one for the opening of
//! the case), on the same Postgres in the same minute; the rows that the followers write for the same events come on top here, not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use indicatif::ProgressBar;
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use super::acts::{COMMANDS, Desks, Hand, Lived};
use super::pgbench::Pgbench;
use super::progress;
use super::same_rows::{Watch, script};
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city.
    pub place: Place,
    /// Matters under way at once; connections of pgbench.
    pub connections: usize,
    /// For each of the two.
    pub seconds: u64,
}

/// Streets whose offices take part.
pub(super) const STREETS: usize = 8;
const WARM_UP: Duration = Duration::from_secs(3);

/// Measures whole lifecycles.
pub async fn lifecycle(options: &Options) -> anyhow::Result<Sheet> {
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
    let tallies = Arc::new(AtomicUsize::new(0));
    loop_for(&desks, options.connections, WARM_UP, &tallies, &ProgressBar::hidden()).await?;
    town.rest_since(mark).await?;
    town.stop().await?;

    let half = options.seconds.div_ceil(2);
    let pgbench = Pgbench::of(&town.servers, "lifecycle.sql", same.script.clone(), options.connections)?;
    let before = pgbench.run(half).await?;
    same.forget(town).await?;

    town.start().await?;
    let bar = progress::seconds("lifecycles", options.seconds);
    let mark = town.mark().await?;
    let begun = Instant::now();
    let lived = loop_for(&desks, options.connections, Duration::from_secs(options.seconds), &tallies, &bar).await?;
    let led = begun.elapsed();
    let drained = town.rest_since(mark).await?;
    bar.finish_and_clear();
    let resident = town.resident()?;
    town.stop().await?;

    let after = pgbench.run(half).await?;
    same.forget(town).await?;

    let mut sheet = Sheet::new("lifecycle");
    sheet.tell("matters_before", "matters in the city beforehand", options.place.matters as f64);
    sheet.tell("connections", "matters under way at once", options.connections as f64);
    sheet.tell("lifecycles", "matters led from petition to closing", lived.len() as f64);
    let per_second = lived.len() as f64 / (led + drained).as_secs_f64();
    sheet.ratio("lifecycles", per_second, [before, after], Bound::AtLeast(0.25));
    sheet.tell("drain_seconds", "of it until all events were consumed, s", drained.as_secs_f64());
    let mut opened: Vec<Duration> = lived.iter().map(|one| one.opened).collect();
    opened.sort_unstable();
    let none = [Bound::None; 4];
    sheet.times(
        ["opened_p50", "opened_p95", "opened_p99", "opened_max"],
        "petition answered → case open",
        &opened,
        none,
    );
    let mut requests: Vec<Duration> = lived.iter().flat_map(|one| one.times.iter().copied()).collect();
    requests.sort_unstable();
    sheet.times(["request_p50", "request_p95", "request_p99", "request_max"], "each request", &requests, none);
    sheet.tell("put_off", "told to come back (503)", lived.iter().map(|one| one.put_off).sum::<usize>() as f64);
    sheet.tell("resident_mb", "memory of all services, MB", resident);
    Ok(sheet)
}

/// What one matter writes, request by request.
#[derive(Debug)]
pub(super) struct SameRows {
    pub(super) script: String,
    /// The petition alone.
    pub(super) petition: String,
    watch: Watch,
}

impl SameRows {
    /// Leads one matter and watches what is written.
    pub(super) async fn of(town: &Town, desks: &Desks) -> anyhow::Result<Self> {
        let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
        let mut hand = Hand::new(desks).await?;
        let desk = desks.desk(0);
        let key = format!("bench-pattern-{}", town.mark().await?);
        let petition = hand.hand_in(desk, &key, 0).await?;
        let mut watch = Watch::new(&mut conn, petition, &["intake", "casework"]).await?;
        let nothing = watch.nothing();
        let case = hand.opened(desk, petition).await?;
        watch.knows(&mut conn, case).await?;
        let mut seen = watch.look(&mut conn).await?;
        let mut statements =
            vec![watch.statement(&nothing, &seen, "intake")?, watch.statement(&nothing, &seen, "casework")?];
        for command in COMMANDS {
            hand.act(desk, case, command).await?;
            let now = watch.look(&mut conn).await?;
            let statement = watch.statement(&seen, &now, "casework");
            statements.push(statement.with_context(|| format!("what {command} writes"))?);
            seen = now;
        }
        conn.close().await.context("the connection did not end well")?;
        Ok(Self { script: script(&statements), petition: script(&statements[..1]), watch })
    }

    /// Removes what pgbench wrote: followers would take it for publications.
    pub(super) async fn forget(&self, town: &Town) -> anyhow::Result<()> {
        let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
        self.watch.forget(&mut conn).await?;
        conn.close().await.context("the connection did not end well")
    }
}

/// Leads matters, each connection the next when its last is closed.
async fn loop_for(
    desks: &Arc<Desks>,
    connections: usize,
    duration: Duration,
    ordinal: &Arc<AtomicUsize>,
    bar: &ProgressBar,
) -> anyhow::Result<Vec<Lived>> {
    let until = Instant::now() + duration;
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let (desks, ordinal, bar) = (Arc::clone(desks), Arc::clone(ordinal), bar.clone());
        tasks.spawn(async move {
            let mut hand = Hand::new(&desks).await?;
            let mut lived = Vec::new();
            while Instant::now() < until {
                let nth = ordinal.fetch_add(1, Ordering::Relaxed) + 1;
                lived.push(hand.live(desks.desk(number), &format!("bench-life-{nth}"), nth).await?);
                bar.inc(1);
            }
            anyhow::Ok(lived)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        all.extend(ended.context("a connection's task")??);
    }
    ensure!(!all.is_empty(), "not one matter was closed");
    Ok(all)
}
