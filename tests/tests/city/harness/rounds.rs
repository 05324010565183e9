//! A fault, lived through again and again, and what it cost.

use std::fmt;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::StreamExt as _;
use huiyin::verify::{Expected, settled};
use huiyin_testkit::{eventually_within, not_yet};
use reqwest::StatusCode;

use super::citizens::{Citizens, Petition};
use super::dice::Dice;
use super::load::{Load, PEOPLE};
use super::oracle::Oracle;
use super::servers::TestCity;

/// The longest the city may take to be whole again after its last server is back; more on a machine that has other things to do, when
/// `HUIYIN_TEST_RECOVERY_SECONDS` says so.
pub(crate) fn recovery() -> Duration {
    let seconds = std::env::var("HUIYIN_TEST_RECOVERY_SECONDS").ok().and_then(|text| text.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}
/// The fewest petitions under way when a fault strikes.
const IN_FLIGHT: usize = 50;

/// Milliseconds, by the clock that fires timers.
const NOW: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
const TEN_MINUTES_LATER: &str =
    "update intake.timer set due_at = clock_timestamp() where state = 'armed' and kind = 'hand_over'";

/// What is told of a fault.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    fault: &'static str,
    seed: u64,
    rounds: u64,
    acknowledged: usize,
    lost: usize,
    unanswered: u64,
    absorbed: usize,
    longest: Duration,
    /// The most a timer of this fault fired after its instant, in milliseconds.
    latest_timer: i64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: seed {}, {} rounds, {} acknowledged, {} lost, {} requests without an answer, {} duplicates absorbed, \
             longest recovery {:.1} s, latest timer {:.1} s",
            self.fault,
            self.seed,
            self.rounds,
            self.acknowledged,
            self.lost,
            self.unanswered,
            self.absorbed,
            self.longest.as_secs_f64(),
            self.latest_timer as f64 / 1000.0
        )
    }
}

/// Lives through `strike` as many rounds as asked for, with a crowd at the door. `strike` does the harm and mends it: it
/// returns when the last server is back.
pub(crate) async fn live_through(
    fault: &'static str,
    city: &mut TestCity,
    strike: impl AsyncFnMut(&mut TestCity, &mut Dice) -> Result<()>,
) -> Result<Tally> {
    let seed = city.seed;
    let mut tally = Tally { fault, seed, ..Tally::default() };
    let outcome = rounds(&mut tally, city, strike).await;
    eprintln!("{tally}");
    note(&tally);
    if outcome.is_err() {
        // Before the cause, which is what is read last.
        let sessions = Oracle::new(city.servers.admin_url()).sessions().await;
        eprintln!("{}-- sessions\n{}", city.last_words(), sessions.unwrap_or_else(|error| format!("{error:#}")));
    }
    outcome.with_context(|| format!("{fault}, seed {seed}, round {}", tally.rounds))?;
    Ok(tally)
}

/// Where the run keeps what its faults cost, if it does (`script/test`).
fn note(tally: &Tally) {
    let Some(file) = std::env::var_os("HUIYIN_FAULT_REPORT") else { return };
    if let Ok(mut file) = std::fs::File::options().create(true).append(true).open(file) {
        let _ = writeln!(file, "{tally}");
    }
}

async fn rounds(
    tally: &mut Tally,
    city: &mut TestCity,
    mut strike: impl AsyncFnMut(&mut TestCity, &mut Dice) -> Result<()>,
) -> Result<()> {
    let (citizens, recovery) = (Citizens::of(city)?, recovery());
    let oracle = Oracle::new(city.servers.admin_url());
    let mut answered = std::mem::take(&mut city.answered);
    let (before, began) = (answered.len(), oracle.count(NOW).await?);
    for round in 1..=huiyin_testkit::rounds() {
        tally.rounds = round;
        // The same petition is never handed in by two faults of one city.
        city.rounds += 1;
        let mut dice = Dice::new(tally.seed).of(city.rounds);
        let load = Load::begin(&citizens, &dice.of(PEOPLE + 1));
        let in_flight = load.strike(&mut dice, IN_FLIGHT).await;
        ensure!(in_flight >= IN_FLIGHT, "only {in_flight} petitions were under way");
        // Ten minutes later: whatever has no case yet is due now, and the alarms of these go off during the fault.
        oracle.execute(TEN_MINUTES_LATER).await?;
        strike(city, &mut dice).await.context("the fault itself")?;
        let back = Instant::now();
        let new = tokio::time::timeout(recovery, load.end())
            .await
            .context("petitions without an answer after a minute")??;
        tally.unanswered += new.iter().map(|petition| u64::from(petition.unanswered)).sum::<u64>();
        let left = recovery.saturating_sub(back.elapsed());
        tally.absorbed += tokio::time::timeout(left, asked_again(&citizens, &new, &dice.of(PEOPLE + 2)))
            .await
            .context("asked again, no answer within a minute")??;
        answered.extend(new);
        tally.acknowledged = answered.len() - before;
        let left = recovery.saturating_sub(back.elapsed());
        let whole = eventually_within(left, || async {
            let missing = oracle.missing(&answered).await?;
            missing.first().map_or(Ok(()), |first| Err(not_yet(format!("{first} ({} in all)", missing.len()))))
        });
        if let Err(error) = whole.await {
            tally.lost = oracle.missing(&answered).await?.len();
            return Err(error).context("an answered petition is not whole within a minute of the last server's return");
        }
        ensure!(
            oracle.stored().await? == answered.len() as i64,
            "there are petitions that nobody was told of, or twice"
        );
        let expected = Expected {
            acknowledged: answered.iter().map(|petition| petition.petition_id).collect(),
            ..Expected::default()
        };
        let report = settled(&city.servers.admin_url(), &expected, recovery.saturating_sub(back.elapsed())).await?;
        ensure!(report.holds(), "an invariant is broken a minute after the last server's return:\n{report}");
        tally.longest = tally.longest.max(back.elapsed());
    }
    tally.latest_timer = oracle.latest_timer(began).await?;
    city.answered = answered;
    Ok(())
}

/// Sends again what was answered: the same answer comes, under the same key with other words none. Whoever is told to come back a moment later
/// does.
async fn asked_again(citizens: &Citizens, answered: &[Petition], dice: &Dice) -> Result<usize> {
    let doubtful = answered.iter().filter(|petition| petition.unanswered > 0);
    let others = answered.iter().filter(|petition| petition.unanswered == 0).take(16);
    let mut again = futures::stream::iter(doubtful.chain(others))
        .zip(futures::stream::iter(0..))
        .map(async |(petition, n)| {
            (petition, citizens.hand_in(&petition.key, petition.body.clone(), &mut dice.of(n)).await)
        })
        .buffer_unordered(16);
    let mut absorbed = 0;
    while let Some((petition, again)) = again.next().await {
        let again = again?;
        let same =
            (again.petition_id, &again.number, &again.code) == (petition.petition_id, &petition.number, &petition.code);
        ensure!(same, "{} was answered differently the second time", petition.number);
        absorbed += 1;
    }
    if let Some(petition) = answered.first() {
        let status = citizens.other_words(petition).await?;
        ensure!(status == StatusCode::UNPROCESSABLE_ENTITY, "other words under the same key: {status}");
    }
    Ok(absorbed)
}
