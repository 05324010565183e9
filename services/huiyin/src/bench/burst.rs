//! `huiyin bench burst`: the load jumps, as when a notice went round: so many lifecycles begin each second, whether or not earlier ones have
//! ended. Nothing may fail, and nobody may wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::acts::{Desks, Hand, Lived, wait};
use super::lifecycle::{STREETS, SameRows};
use super::pgbench::Pgbench;
use super::progress;
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};

/// Lifecycles per second, step by step.
const STEPS: [u64; 7] = [1, 15, 1, 25, 2, 35, 10];

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city.
    pub place: Place,
    /// Seconds of each step.
    pub seconds: u64,
}

/// Measures a load that jumps.
pub async fn burst(options: &Options) -> anyhow::Result<Sheet> {
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
    let hands = Hands { desks: Arc::clone(&desks), free: Arc::default() };
    let begun = Instant::now();
    let (lived, errors) = run(&hands, options.seconds).await?;
    let led = begun.elapsed();
    let drained = town.rest_since(mark).await?;
    town.stop().await?;
    let pgbench = Pgbench::of(&town.servers, "lifecycle.sql", same.script.clone(), STREETS)?;
    let reachable = pgbench.run(options.seconds).await?;
    same.forget(town).await?;

    let mut sheet = Sheet::new("burst");
    sheet.tell("matters_before", "matters in the city beforehand", options.place.matters as f64);
    sheet.tell("lifecycles", "lifecycles (1 → 15 → 1 → 25 → 2 → 35 → 10 per second)", lived.len() as f64);
    sheet.add("errors", "errors", errors.len() as f64, Bound::Below(0.5));
    let put_off = lived.iter().map(|one| one.put_off).sum::<usize>();
    sheet.add("put_off", "told to come back (503)", put_off as f64, Bound::Below(0.5));
    let mut requests: Vec<Duration> = lived.iter().flat_map(|one| one.times.iter().copied()).collect();
    requests.sort_unstable();
    let bounds = [Bound::None, Bound::Below(300.0), Bound::None, Bound::None];
    sheet.times(["request_p50", "request_p95", "request_p99", "request_max"], "each request", &requests, bounds);
    sheet.tell("per_second", "lifecycles per second over the whole time", lived.len() as f64 / led.as_secs_f64());
    sheet.tell("pgbench", "the same transactions, pgbench, as many as it can", reachable);
    sheet.tell("ratio", "ratio of the highest step to that", STEPS.into_iter().max().unwrap_or(0) as f64 / reachable);
    sheet.tell("drain_seconds", "until all events were consumed, s", drained.as_secs_f64());
    if let Some(first) = errors.first() {
        sheet.note(format!("first error: {first}"));
    }
    Ok(sheet)
}

/// Connections, as many as are needed at once.
#[derive(Clone, Debug)]
struct Hands {
    desks: Arc<Desks>,
    free: Arc<Mutex<Vec<Hand>>>,
}

impl Hands {
    async fn live(self, nth: usize) -> anyhow::Result<Lived> {
        let free = self.free.lock().await.pop();
        let mut hand = match free {
            Some(hand) => hand,
            None => Hand::new(&self.desks).await?,
        };
        let lived = hand.live(self.desks.desk(nth), &format!("bench-burst-{nth}"), nth).await?;
        self.free.lock().await.push(hand);
        Ok(lived)
    }
}

async fn run(hands: &Hands, seconds: u64) -> anyhow::Result<(Vec<Lived>, Vec<String>)> {
    let bar = progress::counted("lifecycles", STEPS.iter().sum::<u64>() * seconds);
    let mut tasks = JoinSet::new();
    let mut nth = 0;
    for rate in STEPS {
        let begun = Instant::now();
        for number in 0..rate * seconds {
            let at = Duration::from_secs_f64(number as f64 / rate as f64);
            wait(at.saturating_sub(begun.elapsed())).await;
            nth += 1;
            tasks.spawn(hands.clone().live(nth));
            bar.inc(1);
        }
        wait(Duration::from_secs(seconds).saturating_sub(begun.elapsed())).await;
    }
    let (mut lived, mut errors) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        match ended.context("a lifecycle's task")? {
            Ok(one) => lived.push(one),
            Err(error) => errors.push(format!("{error:#}")),
        }
    }
    bar.finish_and_clear();
    Ok((lived, errors))
}
