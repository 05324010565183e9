//! The invariants of the whole system (RELIABILITY §2), asked of the tables of every service at one instant: nothing lost, nothing
//! done twice, every duty watched, every history unbroken.
//!
//! One transaction on the administrator's login reads all schemas from one snapshot, so the answer is true of one moment
//! even while services are at work. What may be under way at such a moment (a publication not yet heard by everybody) counts
//! only [at rest](Expected::at_rest). [`settled`] asks again until everything has come to rest; [`live`] follows each thing that is
//! under way in a city at work until it has passed. Nothing is held in memory but a page at a time, so a million cases are minutes.

mod chains;
mod check;
mod delivery;
mod destroyed;
mod history;
mod matters;
mod replay;
mod report;
pub(crate) mod sql;
mod timers;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use check::Check;
pub(crate) use history::keepers;
pub use report::{Examined, Report, Violation};

/// What is known from outside, against which the tables are held.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Petitions that were answered with a number: each must be there.
    pub acknowledged: Vec<Uuid>,
    /// Business time; the database's clock when absent.
    pub now: Option<DateTime<Utc>>,
    /// How far past its instant a timer may stand before it counts as forgotten.
    pub timer_delay: TimeDelta,
    /// Nothing may be under way any more.
    pub at_rest: bool,
    /// The folder of the seal files; without it the seals are held against the table alone.
    pub seals: Option<PathBuf>,
    /// Is told how far each check has come.
    pub progress: Option<fn(&'static str, i64)>,
}

/// Tells how far a check has come.
#[derive(Clone, Copy, Debug)]
struct Watch(Option<fn(&'static str, i64)>);

impl Watch {
    fn tell(self, check: &'static str, examined: i64) {
        if let Some(progress) = self.0 {
            progress(check, examined);
        }
    }
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            acknowledged: Vec::new(),
            now: None,
            timer_delay: TimeDelta::seconds(60),
            at_rest: true,
            seals: None,
            progress: None,
        }
    }
}

/// The tables could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the invariants could not be checked: {step}")]
pub struct VerifyError {
    step: &'static str,
    #[source]
    source: Fault,
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

impl VerifyError {
    fn at(step: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self { step, source: source.into() }
    }
}

/// Checks every invariant against one snapshot. `admin_url` is a login that may read every schema.
pub async fn verify(admin_url: &str, expected: &Expected) -> Result<Report, VerifyError> {
    let mut conn = PgConnection::connect(admin_url).await.map_err(VerifyError::at("the database lets nobody in"))?;
    sql::execute(&mut conn, "begin transaction isolation level repeatable read read only")
        .await
        .map_err(VerifyError::at("no snapshot"))?;
    let mut report = Report::default();
    let now = match expected.now {
        Some(now) => now,
        None => sql::scalar(&mut conn, "select now()").await.map_err(VerifyError::at("the time"))?,
    };
    let watch = Watch(expected.progress);
    for check in checks().filter(|check| expected.at_rest || !check.settles) {
        watch.tell(check.name, 0);
        let examined = check.run(&mut conn, now, expected.timer_delay).await.map_err(VerifyError::at(check.name))?;
        report.add(examined);
    }
    report
        .add(matters::acknowledged(&mut conn, &expected.acknowledged).await.map_err(VerifyError::at("acknowledged"))?);
    report.add(replay::check(&mut conn, watch).await.map_err(VerifyError::at("case.replay"))?);
    sql::execute(&mut conn, "rollback").await.map_err(VerifyError::at("the snapshot did not end"))?;
    report.add(chains::check(&mut conn, expected.seals.as_deref(), watch).await?);
    conn.close().await.map_err(VerifyError::at("the connection did not end well"))?;
    Ok(report)
}

/// The invariants that are one question each. Those of several questions (acknowledged, replay, hashes) follow them.
fn checks() -> impl Iterator<Item = Check> {
    history::checks()
        .into_iter()
        .chain(delivery::checks())
        .chain(matters::checks())
        .chain(timers::checks())
        .chain(destroyed::checks())
}

/// As [`verify`], for a city at work: of what is under way at the first look, only that counts which is still there when `patience` is
/// over. What came up meanwhile is not followed.
pub async fn live(admin_url: &str, expected: &Expected, patience: Duration) -> Result<Report, VerifyError> {
    let deadline = tokio::time::Instant::now() + patience;
    let mut report = verify(admin_url, expected).await?;
    if report.violations().any(|violation| !violation.settles) {
        return Ok(report);
    }
    let unsettled: Vec<Check> = checks()
        .filter(|check| report.checks.iter().any(|found| found.check == check.name && found.broken > 0))
        .collect();
    let mut conn = PgConnection::connect(admin_url).await.map_err(VerifyError::at("the database lets nobody in"))?;
    let mut followed: Vec<Option<BTreeSet<String>>> = vec![None; unsettled.len()];
    let mut looked_twice = false;
    loop {
        for (check, standing) in unsettled.iter().zip(&mut followed) {
            let now = match expected.now {
                Some(now) => now,
                None => sql::scalar(&mut conn, "select now()").await.map_err(VerifyError::at("the time"))?,
            };
            let broken =
                check.all_broken(&mut conn, now, expected.timer_delay).await.map_err(VerifyError::at(check.name))?;
            // Too many to tell apart: not one of them can be said to have passed.
            let apart = broken.len() <= check::MOST_FOLLOWED;
            *standing = Some(match standing.take().filter(|before| apart && before.len() <= check::MOST_FOLLOWED) {
                Some(before) => before.intersection(&broken).cloned().collect(),
                None => broken,
            });
        }
        let stands_still = followed.iter().flatten().any(|standing| !standing.is_empty());
        if (looked_twice && !stands_still) || tokio::time::Instant::now() >= deadline {
            break;
        }
        looked_twice = true;
        pause().await;
    }
    conn.close().await.map_err(VerifyError::at("the connection did not end well"))?;
    for (check, standing) in unsettled.iter().zip(followed) {
        report.settle(check.name, standing.unwrap_or_default());
    }
    if report.violations().any(|violation| violation.check == chains::CHECK) {
        let mut conn =
            PgConnection::connect(admin_url).await.map_err(VerifyError::at("the database lets nobody in"))?;
        report.replace(chains::check(&mut conn, expected.seals.as_deref(), Watch(expected.progress)).await?);
    }
    Ok(report)
}

/// As [`verify`], asked again until the system has come to rest or `patience` is over; the last answer counts. What is long to look at
/// (every history applied again, every hash) is looked at once the rest holds.
pub async fn settled(admin_url: &str, expected: &Expected, patience: Duration) -> Result<Report, VerifyError> {
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        let left = deadline.saturating_duration_since(tokio::time::Instant::now());
        come_to_rest(admin_url, checks().collect(), expected, left).await?;
        let report = verify(admin_url, expected).await?;
        let passes = report.violations().all(|violation| violation.settles);
        if report.holds() || !passes || tokio::time::Instant::now() >= deadline {
            return Ok(report);
        }
        pause().await;
    }
}

/// Waits until every follower has heard everything; false when that does not come about within `patience`.
pub async fn rests(admin_url: &str, patience: Duration) -> Result<bool, VerifyError> {
    come_to_rest(admin_url, delivery::checks(), &Expected::default(), patience).await
}

/// As [`rests`], for what was published from the transaction `xid` on.
pub async fn rests_since(admin_url: &str, xid: u64, patience: Duration) -> Result<bool, VerifyError> {
    come_to_rest(admin_url, delivery::checks_since(xid), &Expected::default(), patience).await
}

/// Waits until those of these checks hold that may be broken for a moment, one after the other: what holds is not asked again.
async fn come_to_rest(
    admin_url: &str,
    checks: Vec<Check>,
    expected: &Expected,
    patience: Duration,
) -> Result<bool, VerifyError> {
    let deadline = tokio::time::Instant::now() + patience;
    let mut conn = PgConnection::connect(admin_url).await.map_err(VerifyError::at("the database lets nobody in"))?;
    let mut unsettled: Vec<Check> = checks.into_iter().filter(|check| check.settles).collect();
    let (all, mut whole) = (unsettled.clone(), true);
    let rests = loop {
        let mut broken = Vec::new();
        for check in unsettled {
            let now = match expected.now {
                Some(now) => now,
                None => sql::scalar(&mut conn, "select now()").await.map_err(VerifyError::at("the time"))?,
            };
            let examined =
                check.run(&mut conn, now, expected.timer_delay).await.map_err(VerifyError::at(check.name))?;
            if examined.broken > 0 {
                broken.push(check);
            }
        }
        match (broken.is_empty(), whole) {
            (true, true) => break true,
            // Each held at some moment; all at once is what is waited for.
            (true, false) => (unsettled, whole) = (all.clone(), true),
            (false, _) => (unsettled, whole) = (broken, false),
        }
        if tokio::time::Instant::now() >= deadline {
            break false;
        }
        if !whole {
            pause().await;
        }
    };
    conn.close().await.map_err(VerifyError::at("the connection did not end well"))?;
    Ok(rests)
}

#[expect(clippy::disallowed_methods, reason = "a pause between two looks, in machine time; nothing is decided by it")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}
