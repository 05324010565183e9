//! One service as a process of the operating system.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, not_yet};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// How long a service may take to answer after its start.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long a service may take to end what it has begun (B2).
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// The program `huiyin`: cargo puts it beside the folder of the tests.
pub(crate) fn huiyin() -> Result<PathBuf> {
    let test = std::env::current_exe().context("where this test stands")?;
    let program = test.ancestors().nth(2).map(|dir| dir.join("huiyin")).filter(|program| program.is_file());
    program.context("the program huiyin is not built: cargo build --workspace --bins")
}

/// A service's process; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    service: Service,
    program: PathBuf,
    address: String,
    settings: PathBuf,
    log: PathBuf,
    /// Beside what this test has.
    environment: Vec<(String, String)>,
    child: Option<Child>,
}

impl Process {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(
        service: Service,
        program: PathBuf,
        address: String,
        settings: &Path,
        log: PathBuf,
        environment: Vec<(String, String)>,
    ) -> Result<Self> {
        let mut process =
            Self { service, program, address, settings: settings.to_owned(), log, environment, child: None };
        process.launch().await?;
        Ok(process)
    }

    async fn launch(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log).context("the log of a service")?;
        let child = Command::new(&self.program)
            .arg("--settings")
            .arg(&self.settings)
            .arg(self.service.name())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.service))?;
        self.child = Some(child);
        let begun = Instant::now();
        let client = super::browser()?;
        let url = format!("http://{}/health/live", self.address);
        loop {
            let answered = eventually_within(Duration::from_millis(500), || async {
                let status = client.get(&url).send().await?.status();
                if status.is_success() { Ok(()) } else { Err(not_yet(format!("{url} answers {status}"))) }
            });
            if answered.await.is_ok() {
                return Ok(());
            }
            let child = self.child.as_mut().context("just started")?;
            if let Some(status) = child.try_wait()? {
                bail!("{} ended with {status}: {}", self.service, self.last_words());
            }
            if begun.elapsed() > START_PATIENCE {
                bail!("{} does not answer: {}", self.service, self.last_words());
            }
        }
    }

    /// The end of its log.
    pub(crate) fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.as_ref().and_then(Child::id).with_context(|| format!("{} does not run", self.service))
    }

    fn pid(&self) -> Result<Pid> {
        Ok(Pid::from_raw(i32::try_from(self.id()?)?))
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        kill(self.pid()?, signal).with_context(|| format!("{signal} for {}", self.service))
    }

    /// `kill -9`, without a last word.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::SIGKILL)?;
        let mut child = self.child.take().context("it runs")?;
        child.wait().await.context("a killed process")?;
        Ok(())
    }

    /// True when it has ended by itself within `patience`.
    pub(crate) async fn ends_within(&mut self, patience: Duration) -> Result<bool> {
        let Some(child) = self.child.as_mut() else { return Ok(true) };
        match tokio::time::timeout(patience, child.wait()).await {
            Ok(ended) => {
                ended.context("a process that ends")?;
                self.child = None;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Asks it to end, and waits until it has; an error when it takes longer than an operator would wait (B2).
    pub(crate) async fn stop(&mut self) -> Result<()> {
        self.signal(Signal::SIGTERM)?;
        if self.ends_within(STOP_PATIENCE).await? {
            return Ok(());
        }
        bail!("{} does not end: {}", self.service, self.last_words())
    }

    /// From its next start on it is this program.
    pub(crate) fn replace(&mut self, program: PathBuf) {
        self.program = program;
    }

    /// Starts it again after [`kill`](Self::kill) or [`stop`](Self::stop).
    pub(crate) async fn restart(&mut self) -> Result<()> {
        if self.child.is_some() {
            bail!("{} still runs", self.service);
        }
        self.launch().await
    }
}
