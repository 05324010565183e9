//! `huiyin bench reckon`: a further year is imported into the calendar, the services start again, and every open clock is reckoned anew; how
//! long that takes, what intake feels of it, and until when everybody has heard.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use huiyin_calendar::Calendar;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::process::Command;
use tokio::task::JoinSet;

use super::acts::{Desks, Hand, wait};
use super::lifecycle::STREETS;
use super::progress;
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};
use crate::verify::sql;

/// How it is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city; its matters should be under way.
    pub place: Place,
    /// Petitions per second, before and beside the reckoning.
    pub rate: u64,
    /// For so long before it.
    pub seconds: u64,
}

const LOOK: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(1200);
/// Connections that hand in.
const HANDS: usize = 16;
/// A year's notice, made up for the measurement: `YEAR` stands for it. The spring festival lies where the dates of the city's matters fall, so
/// that some of them move and the others only become certain.
const NOTICE: &str = "date,kind,festival
YEAR-01-01,off,元旦
YEAR-01-01,statutory,元旦
YEAR-01-26,off,春节
YEAR-01-27,off,春节
YEAR-01-28,off,春节
YEAR-01-28,statutory,春节
YEAR-10-01,off,国庆
YEAR-10-01,statutory,国庆
";

/// Measures reckoning anew.
pub async fn reckon(options: &Options) -> anyhow::Result<Sheet> {
    let mut town = Town::open(&options.place).await?;
    let measured = measure(options, &mut town).await;
    town.close().await?;
    measured
}

async fn measure(options: &Options, town: &mut Town) -> anyhow::Result<Sheet> {
    let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
    let policies = town.servers.settings.files.policies.clone();
    ensure!(policies.is_dir(), "there is no folder {}: start this where the policies are", policies.display());
    let mark = town.mark().await?;
    town.start().await?;
    // A city that was kept was reckoned with the year of the last measurement.
    let present = Calendar::of_policies(&policies)?;
    all_reckoned(&mut conn, present.version(), Instant::now()).await?;
    let office = town.office().await?;
    let desks = Arc::new(Desks::open(town, &office, STREETS).await?);
    town.heard_since(mark, PATIENCE).await?;
    let before = Load { desks: &desks, rate: options.rate, key: "before" };
    let quiet = async {
        wait(Duration::from_secs(options.seconds)).await;
        Ok(())
    };
    let (before, ()) = before.run_while(quiet).await?;
    town.heard_since(mark, PATIENCE).await?;
    town.stop().await?;

    let told = format!("{JOURNAL} and event_type = 'deadline_moved'");
    let next = import(&policies, town.dir(), &present).await?;
    let version = Calendar::of_policies(&next)?.version().to_owned();
    town.read_policies(&next)?;
    let cases =
        count(&mut conn, "select count(*) from casework.case where calendar_version is not null".to_owned()).await?;
    let entries = [count(&mut conn, JOURNAL.to_owned()).await?, count(&mut conn, told.clone()).await?];
    sql::execute(&mut conn, "create temp table before as select case_id, next_due_at from casework.case").await?;
    let mark = town.mark().await?;
    let begun = Instant::now();
    town.start().await?;
    let beside = Load { desks: &desks, rate: options.rate, key: "beside" };
    let (beside, reckoned) = beside.run_while(all_reckoned(&mut conn, &version, begun)).await?;
    let heard = town.heard_since(mark, PATIENCE).await?;
    town.stop().await?;
    let written = count(&mut conn, JOURNAL.to_owned()).await? - entries[0];
    let told = count(&mut conn, told).await? - entries[1];
    let moved =
        "select count(*) from casework.case c join before b using (case_id) where c.next_due_at <> b.next_due_at";
    let moved = count(&mut conn, moved.to_owned()).await?;
    conn.close().await.context("the connection did not end well")?;

    let mut sheet = Sheet::new("reckon");
    sheet.tell("cases", "cases with open clocks", cases as f64);
    sheet.tell("clocks", "clocks reckoned anew", written as f64);
    sheet.tell("told", "of them moved or certain at last, told", told as f64);
    sheet.tell("moved", "cases whose nearest date moved", moved as f64);
    sheet.tell("per_second", "cases per second", cases as f64 / reckoned.as_secs_f64());
    sheet.add(
        "seconds",
        "from the start of the services to the last case, s",
        reckoned.as_secs_f64(),
        Bound::Below(60.0),
    );
    sheet.tell("heard_seconds", "from then until every service has heard, s", heard.as_secs_f64());
    sheet.tell("rate", "petitions handed in per second", options.rate as f64);
    let none = [Bound::None; 4];
    sheet.times(
        ["before_p50", "before_p95", "before_p99", "before_max"],
        "petition → 201, before",
        &before.times,
        none,
    );
    sheet.times(
        ["beside_p50", "beside_p95", "beside_p99", "beside_max"],
        "petition → 201, beside",
        &beside.times,
        none,
    );
    sheet.tell("before_per_second", "petitions answered per second, before", before.per_second());
    sheet.tell("beside_per_second", "petitions answered per second, beside", beside.per_second());
    let ratio = beside.per_second() / before.per_second();
    sheet.add("intake_ratio", "ratio", ratio, Bound::AtLeast(0.75));
    Ok(sheet)
}

/// Puts a copy of the policies beside the city, with a further year in its calendar, as the operator does; gives where it stands.
async fn import(policies: &Path, dir: &Path, present: &Calendar) -> anyhow::Result<PathBuf> {
    let year = present.years().max().context("a calendar without years")? + 1;
    let copy = dir.join("policies");
    if copy.exists() {
        fs::remove_dir_all(&copy).context("the policies of an earlier measurement")?;
    }
    copy_folder(policies, &copy).with_context(|| format!("cannot copy {}", policies.display()))?;
    let notice = dir.join(format!("cn-{year}.csv"));
    fs::write(&notice, NOTICE.replace("YEAR", &year.to_string())).context("the year's notice")?;
    let program = std::env::current_exe().context("where this program stands")?;
    let mut command = Command::new(program);
    command.arg("calendar").arg("--policies").arg(&copy).arg("import").arg(&notice);
    let done = command.output().await.context("the calendar cannot be imported")?;
    ensure!(done.status.success(), "the year is not taken in: {}", String::from_utf8_lossy(&done.stderr));
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// The reckoned clocks of the city.
const JOURNAL: &str = "select count(*) from casework.journal where event_type in ('deadline_moved', 'deadline_kept')";

async fn count(conn: &mut PgConnection, statement: String) -> anyhow::Result<u64> {
    Ok(sql::row(conn, statement).await?.try_get::<i64, _>(0)?.try_into()?)
}

/// Waits until no case carries another calendar than `version`. One is looked for at each look: counting them would read all of them.
async fn all_reckoned(conn: &mut PgConnection, version: &str, begun: Instant) -> anyhow::Result<Duration> {
    let other = |order| {
        format!(
            "(select 1 from casework.case where calendar_version {order} '{version}' order by calendar_version limit 1)"
        )
    };
    let left = format!("select count(*) from ({} union all {}) other", other("<"), other(">"));
    let bar = progress::seconds("reckoning", 60);
    while count(conn, left.clone()).await? > 0 {
        ensure!(begun.elapsed() < PATIENCE, "some cases still carry another calendar after {PATIENCE:?}");
        wait(LOOK).await;
    }
    bar.finish_and_clear();
    Ok(begun.elapsed())
}

/// Petitions handed in at a steady rate.
#[derive(Clone, Copy, Debug)]
struct Load<'a> {
    desks: &'a Arc<Desks>,
    rate: u64,
    /// Keeps those before and those beside apart.
    key: &'static str,
}

/// What came of them.
#[derive(Clone, Debug, Default)]
struct Answered {
    /// From the instant at which each was to be handed in, whoever was late; sorted.
    times: Vec<Duration>,
    lasted: Duration,
}

impl Answered {
    fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.lasted.as_secs_f64()
    }
}

impl Load<'_> {
    /// For as long as the work goes on.
    async fn run_while<T>(self, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(Answered, T)> {
        let ended = Arc::new(AtomicBool::new(false));
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for number in 0..HANDS {
            let (desks, ended, rate, key) = (Arc::clone(self.desks), Arc::clone(&ended), self.rate, self.key);
            tasks.spawn(async move {
                let mut hand = Hand::new(&desks).await?;
                let mut times = Vec::new();
                for nth in (number..).step_by(HANDS) {
                    let at = Duration::from_secs_f64(nth as f64 / rate as f64);
                    wait(at.saturating_sub(begun.elapsed())).await;
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    hand.hand_in(desks.desk(nth), &format!("bench-reckon-{key}-{nth}"), nth).await?;
                    times.push(begun.elapsed().saturating_sub(at));
                }
                anyhow::Ok(times)
            });
        }
        let done = work.await;
        ended.store(true, Ordering::Relaxed);
        let mut answered = Answered { lasted: begun.elapsed(), ..Answered::default() };
        let done = done?;
        while let Some(task) = tasks.join_next().await {
            answered.times.extend(task.context("a connection's task")??);
        }
        answered.times.sort_unstable();
        ensure!(!answered.times.is_empty(), "not one petition was taken in");
        Ok((answered, done))
    }
}
