//! A city to measure: servers of its own, the demonstration city's people, matters as many as wanted, and its services as a process
//! beside the one that measures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use huiyin_kernel::Service;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::process::{Child, Command};

use super::erase;
use super::fill::{self, Filled, Mix};
use crate::demo::ADMINISTRATOR;
use crate::demo::office::Office;
use crate::local::{LocalOptions, LocalServers};
use crate::seed;
use crate::verify::{self, Expected};

/// Which city.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where the servers keep their data.
    pub data_dir: PathBuf,
    /// Matters it holds before the measurement.
    pub matters: u64,
    /// Which.
    pub mix: Mix,
    /// It is not erased at the end, and found again by the next measurement.
    pub keep: bool,
}

/// Petitions of each street that are handled in full, as patterns for all others.
const OF_EACH: usize = 2;
/// Longest wait for services to start, stop or come to rest.
const PATIENCE: Duration = Duration::from_secs(120);
/// Written when the city is whole: its mix and number of matters.
const FILLED: &str = "filled";

/// The city, its servers running.
#[derive(Debug)]
pub(super) struct Town {
    pub(super) servers: LocalServers,
    /// None when it was found filled.
    pub(super) filled: Option<Filled>,
    dir: PathBuf,
    keep: bool,
    services: Option<Child>,
}

impl Town {
    /// Starts the servers, and makes the city if there is none like it.
    pub(super) async fn open(place: &Place) -> anyhow::Result<Self> {
        let dir = place.data_dir.join("bench-city");
        let wanted = format!("{:?} {}", place.mix, place.matters);
        let is_there = fs::read_to_string(dir.join(FILLED)).is_ok_and(|found| found == wanted);
        if !(is_there && place.keep) {
            erase(&dir)?;
        }
        let servers = LocalServers::start(&dir, &LocalOptions::default()).await?;
        let mut town = Self { servers, filled: None, dir, keep: place.keep, services: None };
        if !town.dir.join(FILLED).exists()
            && let Err(error) = town.make(place, &wanted).await
        {
            town.keep = false;
            town.close().await?;
            return Err(error);
        }
        Ok(town)
    }

    async fn make(&mut self, place: &Place, wanted: &str) -> anyhow::Result<()> {
        self.start().await?;
        seed::every_street(&self.servers, &self.dir, OF_EACH).await?;
        self.all_told().await?;
        self.stop().await?;
        if place.matters > 0 {
            self.filled = Some(fill::fill(&self.servers, place.matters, place.mix).await?);
        }
        fs::write(self.dir.join(FILLED), wanted).context("the mark of a filled city")
    }

    /// Starts all services in one process, and waits until staff can sign in (or, before the city is founded, until all listen).
    pub(super) async fn start(&mut self) -> anyhow::Result<()> {
        self.run("all")?;
        let begun = Instant::now();
        for service in Service::ALL {
            while tokio::net::TcpStream::connect(self.servers.settings.bind(service)).await.is_err() {
                if begun.elapsed() > PATIENCE || self.ended()? {
                    bail!("{service} does not start; see {}", self.log().display());
                }
                pause().await;
            }
        }
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.dir.join("services.log")
    }

    fn run(&mut self, what: &str) -> anyhow::Result<()> {
        let program = std::env::current_exe().context("where this program stands")?;
        let log = fs::File::options().create(true).append(true).open(self.log()).context("the log of the services")?;
        let mut command = Command::new(program);
        command.arg("--settings").arg(&self.servers.settings_file).arg(what);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        self.services = Some(command.spawn().context("the services cannot be started")?);
        Ok(())
    }

    fn ended(&mut self) -> anyhow::Result<bool> {
        match &mut self.services {
            Some(child) => Ok(child.try_wait()?.is_some()),
            None => Ok(true),
        }
    }

    /// Asks the services to end, and waits until they have.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.services.take() else { return Ok(()) };
        if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
            kill(Pid::from_raw(id), Signal::SIGTERM).context("the services cannot be asked to end")?;
        }
        match tokio::time::timeout(PATIENCE, child.wait()).await {
            Ok(ended) => ended.map(drop).context("the services did not end well"),
            Err(_) => child.kill().await.context("the services cannot be ended"),
        }
    }

    /// An office whose staff can be called upon.
    pub(super) async fn office(&self) -> anyhow::Result<Office> {
        Office::open(&self.servers.settings, ADMINISTRATOR, self.servers.passwords()).await
    }

    /// Waits until every message is sent or given up, and everybody has heard of it.
    async fn all_told(&self) -> anyhow::Result<()> {
        let mut conn = PgConnection::connect(&self.servers.admin_url()).await.context("the database lets nobody in")?;
        let begun = Instant::now();
        loop {
            let statement = "select count(*) from notification.message where settled_at is null".to_owned();
            let waiting: i64 = verify::sql::row(&mut conn, statement).await?.try_get(0)?;
            if waiting == 0 {
                break;
            }
            if begun.elapsed() > PATIENCE {
                bail!("{waiting} messages are not sent within {PATIENCE:?}; see {}", self.log().display());
            }
            pause().await;
        }
        conn.close().await.context("the connection did not end well")?;
        self.rest_since(0).await.map(drop)
    }

    /// The transaction from which on [`rest_since`](Self::rest_since) looks.
    pub(super) async fn mark(&self) -> anyhow::Result<u64> {
        let mut conn = PgConnection::connect(&self.servers.admin_url()).await.context("the database lets nobody in")?;
        let row =
            verify::sql::row(&mut conn, "select pg_snapshot_xmin(pg_current_snapshot())::text".to_owned()).await?;
        let xid: String = row.try_get(0)?;
        conn.close().await.context("the connection did not end well")?;
        Ok(xid.parse()?)
    }

    /// Waits until every service has heard what the others told from that transaction on; gives how long that took.
    pub(super) async fn rest_since(&self, mark: u64) -> anyhow::Result<Duration> {
        self.heard_since(mark, PATIENCE).await
    }

    /// The same with a patience of one's own.
    pub(super) async fn heard_since(&self, mark: u64, patience: Duration) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        if !verify::rests_since(&self.servers.admin_url(), mark, patience).await? {
            bail!("the services did not hear of each other within {patience:?}; see {}", self.log().display());
        }
        Ok(begun.elapsed())
    }

    /// Where the city's files stand.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Lets the services read their policies there from their next start on, until this town is closed.
    pub(super) fn read_policies(&self, folder: &Path) -> anyhow::Result<()> {
        let file = &self.servers.settings_file;
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut table: toml::Table = text.parse().context("the settings of the city")?;
        let files = table.get_mut("files").and_then(toml::Value::as_table_mut).context("settings without files")?;
        files.insert("policies".to_owned(), toml::Value::String(folder.canonicalize()?.display().to_string()));
        fs::write(file, table.to_string()).with_context(|| format!("cannot write {}", file.display()))
    }

    /// The invariants of the city at rest.
    pub(super) async fn verify(&self) -> anyhow::Result<verify::Report> {
        let seals = Some(self.servers.settings.files.seals.clone());
        let expected = Expected { seals, ..Expected::default() };
        verify::settled(&self.servers.admin_url(), &expected, PATIENCE).await.context("nothing was verified")
    }

    /// Memory of the services' process that is resident, in megabytes.
    pub(super) fn resident(&self) -> anyhow::Result<f64> {
        let id = self.services.as_ref().and_then(Child::id).context("the services do not run")?;
        let status = fs::read_to_string(format!("/proc/{id}/status")).context("the memory of the services")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no resident memory is told")?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Stops everything; erases the city unless it is kept.
    pub(super) async fn close(mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.servers.stop().await?;
        if self.keep { Ok(()) } else { erase(&self.dir) }
    }
}

#[expect(clippy::disallowed_methods, reason = "a look now and then whether a process has started, in machine time")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
