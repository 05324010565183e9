//! A fault, lived through again and again, and what it cost.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, settled};
use huiyin_testkit::{eventually_within, not_yet};
use reqwest::StatusCode;

use super::citizens::{Citizens, Petition};
use super::dice::Dice;
use super::load::{Load, PEOPLE};
use super::oracle::Oracle;
use super::servers::TestCity;

/// The longest the city may take to be whole again after its last server is back.
const RECOVERY: Duration = Duration::from_secs(60);
/// The fewest petitions under way when a fault strikes.
const IN_FLIGHT: usize = 50;

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
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: seed {}, {} rounds, {} acknowledged, {} lost, {} requests without an answer, {} duplicates absorbed, \
             longest recovery {:.1} s",
            self.fault,
            self.seed,
            self.rounds,
            self.acknowledged,
            self.lost,
            self.unanswered,
            self.absorbed,
            self.longest.as_secs_f64()
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
    let seed = huiyin_testkit::seed();
    let mut tally = Tally { fault, seed, ..Tally::default() };
    let outcome = rounds(&mut tally, city, strike).await;
    eprintln!("{tally}");
    outcome.with_context(|| format!("{fault}, seed {seed}, round {}\n{}", tally.rounds, city.last_words()))?;
    Ok(tally)
}

async fn rounds(
    tally: &mut Tally,
    city: &mut TestCity,
    mut strike: impl AsyncFnMut(&mut TestCity, &mut Dice) -> Result<()>,
) -> Result<()> {
    let citizens = Citizens::of(city)?;
    let oracle = Oracle::new(city.servers.admin_url());
    let mut answered: Vec<Petition> = Vec::new();
    for round in 1..=huiyin_testkit::rounds() {
        tally.rounds = round;
        let mut dice = Dice::new(tally.seed).of(round);
        let load = Load::begin(&citizens, &dice.of(PEOPLE + 1));
        let in_flight = load.strike(&mut dice, IN_FLIGHT).await;
        ensure!(in_flight >= IN_FLIGHT, "only {in_flight} petitions were under way");
        strike(city, &mut dice).await.context("the fault itself")?;
        let back = Instant::now();
        let new = tokio::time::timeout(RECOVERY, load.end())
            .await
            .context("petitions without an answer after a minute")??;
        tally.unanswered += new.iter().map(|petition| u64::from(petition.unanswered)).sum::<u64>();
        tally.absorbed += asked_again(&citizens, &new).await?;
        answered.extend(new);
        tally.acknowledged = answered.len();
        let left = RECOVERY.saturating_sub(back.elapsed());
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
        let report = settled(&city.servers.admin_url(), &expected, RECOVERY.saturating_sub(back.elapsed())).await?;
        ensure!(report.holds(), "an invariant is broken a minute after the last server's return:\n{report}");
        tally.longest = tally.longest.max(back.elapsed());
    }
    Ok(())
}

/// Sends again what was answered: the same answer comes, under the same key with other words none.
async fn asked_again(citizens: &Citizens, answered: &[Petition]) -> Result<usize> {
    let doubtful = answered.iter().filter(|petition| petition.unanswered > 0);
    let others = answered.iter().filter(|petition| petition.unanswered == 0).take(16);
    let mut absorbed = 0;
    for petition in doubtful.chain(others) {
        let again =
            citizens.try_once(&petition.key, &petition.body, 0).await?.context("no answer while nothing is broken")?;
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
