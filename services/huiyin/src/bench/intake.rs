//! How fast a petition is taken in, measured against the database it stands on: `pgbench` committing the very same rows, one petition
//! per transaction, is what a service without coalesced commits could reach at best, with no HTTP, no checks and no encryption to pay
//! for. At or above 1 the whole of intake costs less than it saves (D-10).

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use huiyin_kernel::{BusinessClock, Ids, InfraClock, Service};
use tokio::process::{Child, Command};

use super::report::Report;
use super::{bodies, client, erase, pgbench, rows};
use crate::city::City;
use crate::founding::found;
use crate::local::{LocalOptions, LocalServers};

/// What is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections, to intake and to Postgres alike.
    pub connections: usize,
    /// For each of the two.
    pub seconds: u64,
    /// Where the servers keep their data; erased before and afterwards.
    pub data_dir: PathBuf,
}

/// Longest wait for intake to answer.
const PATIENCE: Duration = Duration::from_secs(30);
const WARM_UP: Duration = Duration::from_secs(2);

/// Measures intake, with pgbench before and after it.
pub async fn intake(options: &Options) -> anyhow::Result<Report> {
    let dir = options.data_dir.join("bench");
    erase(&dir)?;
    // pgbench has as many sessions as intake has connections, beside those of the services.
    let local = LocalOptions { postgres_sessions: Some(200 + options.connections), ..LocalOptions::default() };
    let servers = LocalServers::start(&dir, &local).await?;
    let measured = Box::pin(measure(options, &servers)).await;
    servers.stop().await?;
    erase(&dir)?;
    measured
}

async fn measure(options: &Options, servers: &LocalServers) -> anyhow::Result<Report> {
    found(&servers.settings, bodies::CITY, bodies::ADMINISTRATOR, servers.password(bodies::ADMINISTRATOR)).await?;
    let settings = Arc::clone(&servers.settings);
    let only = [Service::Directory];
    let directory = City::start(settings, BusinessClock::System, InfraClock::System, Ids::Random, &only).await?;
    let measured = side_by_side(options, servers).await;
    directory.stop().await;
    measured
}

async fn side_by_side(options: &Options, servers: &LocalServers) -> anyhow::Result<Report> {
    let admin = servers.admin_url();
    let requests = bodies::requests(&servers.settings.bind(Service::Intake).to_string());
    let load =
        client::Load { address: servers.settings.bind(Service::Intake), connections: options.connections, requests };
    let mut intake = Intake::start(servers)?;
    load.first_answer(PATIENCE).await?;
    load.run(WARM_UP, 0).await?;
    let statement = rows::one_petition(&admin).await?;
    intake.stop().await?;

    let half = options.seconds.div_ceil(2);
    let pgbench = pgbench::Pgbench::new(servers, statement, options.connections)?;
    let before = pgbench.run(half).await?;
    rows::rest(&admin).await?;

    intake.launch(servers)?;
    load.first_answer(PATIENCE).await?;
    load.run(WARM_UP, 1).await?;
    let answered = load.run(Duration::from_secs(options.seconds), 2).await?;
    intake.stop().await?;
    rows::rest(&admin).await?;

    let after = pgbench.run(half).await?;
    Ok(Report::new(options, &answered, [before, after]))
}

/// Intake as a process of its own, as in a city.
#[derive(Debug)]
struct Intake(Option<Child>);

impl Intake {
    fn start(servers: &LocalServers) -> anyhow::Result<Self> {
        let mut intake = Self(None);
        intake.launch(servers)?;
        Ok(intake)
    }

    fn launch(&mut self, servers: &LocalServers) -> anyhow::Result<()> {
        let program = std::env::current_exe().context("where this program stands")?;
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(servers.settings_file.with_file_name("intake.log"))
            .context("the log of intake")?;
        let mut command = Command::new(program);
        command.arg("--settings").arg(&servers.settings_file).arg(Service::Intake.name());
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        self.0 = Some(command.spawn().context("intake cannot be started")?);
        Ok(())
    }

    async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.0.take() else { bail!("intake does not run") };
        child.kill().await.context("intake cannot be stopped")
    }
}
