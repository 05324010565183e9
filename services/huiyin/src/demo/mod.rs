//! The demonstration: a city's petitions from the first day to the last, on a clock moved by hand, against a real Postgres and
//! a real NATS, through the same interfaces that people use.

pub(crate) mod agenda;
pub(crate) mod data;
pub(crate) mod intake;
mod life;
mod mail;
pub(crate) mod office;
pub(crate) mod officer;
mod papers;
pub(crate) mod rebuild;
mod reception;
mod report;
mod reviewed;
mod road;
mod story;
mod supervised;
mod tally;
mod transferred;
mod turns;
mod words;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};
use huiyin_kernel::{BusinessClock, CITY_ZONE, Ids, InfraClock, ManualClock, Service};

use crate::city::City;
use crate::founding::found_with;
use crate::local::{LocalOptions, LocalServers};
use crate::verify::{self, Expected};
use life::Life;
use mail::MailCatcher;
use office::Office;
use report::Head;
use tally::Tally;

/// The login of the demonstration city's administrator.
pub(crate) const ADMINISTRATOR: &str = "city-xfj.admin";
/// How long the end may take to come to rest, in machine time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is asked of a demonstration.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed gives the same report.
    pub seed: u64,
    /// Days to live through after the round.
    pub days: u64,
    /// Only every nth petition, and those that take a turn.
    pub every: usize,
    /// Where its servers keep their data; emptied first.
    pub dir: PathBuf,
    /// Keep the data afterwards.
    pub keep: bool,
    /// Somebody follows on standard error.
    pub is_watched: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The report; the same for the same options.
    pub report: String,
    /// Every invariant holds, every case is closed, the ledger equals its rebuild and every document was printed.
    pub holds: bool,
}

/// Lives through the demonstration and reports.
pub async fn run(options: &Options) -> anyhow::Result<Told> {
    erase(&options.dir)?;
    let mail = MailCatcher::start().await?;
    let begins_at = life::begins_at();
    let settings = format!("{}\n[time]\nmode = \"manual\"\nstart = \"{}\"\n", mail.settings(), begins_at.to_rfc3339());
    let servers = LocalServers::start(&options.dir, &LocalOptions { settings, ..LocalOptions::default() }).await?;
    let clock = Arc::new(ManualClock::new(begins_at));
    let ids = Ids::Seeded(options.seed);
    let started = City::start(
        Arc::clone(&servers.settings),
        BusinessClock::Manual(Arc::clone(&clock)),
        InfraClock::System,
        ids.clone(),
        &Service::ALL,
    )
    .await;
    let told = match started {
        Ok(mut city) => {
            let told = Box::pin(lived(options, &servers, &mut city, clock, ids, &mail)).await;
            city.stop().await;
            told
        }
        Err(error) => Err(error),
    };
    servers.stop().await?;
    mail.stop().await;
    if !options.keep {
        erase(&options.dir)?;
    }
    told
}

fn erase(dir: &std::path::Path) -> anyhow::Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    huiyin_embedded::erase(&dir.join("postgres"))?;
    fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))
}

async fn lived(
    options: &Options,
    servers: &LocalServers,
    city: &mut City,
    clock: Arc<ManualClock>,
    ids: Ids,
    mail: &MailCatcher,
) -> anyhow::Result<Told> {
    found_with(&servers.settings, ids, data::CITY, ADMINISTRATOR, servers.password(ADMINISTRATOR)).await?;
    city.quiet(PATIENCE).await?;
    let office = Office::open(&servers.settings, ADMINISTRATOR, servers.passwords()).await?;
    let matters = data::matters(options.every)?;
    let petitions = matters.len();
    let life = Life::new(office, matters, Arc::clone(&clock), options.seed)?;
    let watch = Watch::new(options.is_watched);
    let ended_at = life.live(city, options.days, |now| watch.tell(now)).await?;
    watch.end("the days are over; printing");
    papers::print(&life, &options.dir.join("documents")).await?;
    city.quiet(PATIENCE).await?;
    watch.end("counting");
    let rebuilt = rebuild::rebuild(&servers.admin_url(), PATIENCE).await?;
    let expected = Expected {
        acknowledged: life.acknowledged().await,
        now: Some(ended_at),
        seals: Some(servers.settings.files.seals.clone()),
        ..Expected::default()
    };
    let verdict = verify::settled(&servers.admin_url(), &expected, PATIENCE).await?;
    let mut tally = Tally::open(&servers.admin_url()).await?;
    let open = tally.open_cases().await?;
    let day = |at: DateTime<Utc>| at.with_timezone(&CITY_ZONE).date_naive().to_string();
    let head = Head {
        seed: options.seed,
        days: options.days,
        petitions,
        first_day: day(life::begins_at()),
        last_day: day(ended_at - chrono::TimeDelta::seconds(1)),
        mails: mail.taken(),
        rebuilt,
        open,
    };
    let story = life.story.lock().await;
    let report = report::write(&head, &story, &mut tally, &verdict).await?;
    watch.end("done");
    Ok(Told { report, holds: verdict.holds() && rebuilt && open == 0 && story.unprinted == 0 })
}

/// Tells on standard error how far it has come, once a day of the city.
#[derive(Debug)]
struct Watch {
    since: Instant,
    is_watched: bool,
    day: std::sync::Mutex<Option<chrono::NaiveDate>>,
}

impl Watch {
    fn new(is_watched: bool) -> Self {
        Self { since: Instant::now(), is_watched, day: std::sync::Mutex::default() }
    }

    fn tell(&self, now: DateTime<Utc>) {
        let today = agenda::day_of(now);
        let mut day = self.day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if day.replace(today) != Some(today) {
            self.end(&today.to_string());
        }
    }

    fn end(&self, words: &str) {
        if self.is_watched {
            eprintln!("{:>6.1} s  {words}", self.since.elapsed().as_secs_f64());
        }
    }
}
