//! Postgres's own measuring program.

use std::path::PathBuf;

use anyhow::{Context, bail};
use tokio::process::Command;

use crate::local::LocalServers;

/// What it says of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ran {
    /// Transactions per second.
    pub(super) per_second: f64,
    /// Of one on average.
    pub(super) latency_ms: f64,
}

/// One way of running it.
#[derive(Debug)]
pub(super) struct Pgbench {
    program: PathBuf,
    script: PathBuf,
    url: String,
    clients: usize,
}

impl Pgbench {
    pub(super) fn new(servers: &LocalServers, statement: String, clients: usize) -> anyhow::Result<Self> {
        Self::of(servers, "petition.sql", statement + "\n", clients)
    }

    /// Runs a script of that name.
    pub(super) fn of(servers: &LocalServers, name: &str, text: String, clients: usize) -> anyhow::Result<Self> {
        let program = servers.postgres.programs().join("pgbench");
        let script = servers.settings_file.with_file_name(name);
        std::fs::write(&script, text).context("the script for pgbench")?;
        Ok(Self { program, script, url: servers.admin_url(), clients })
    }

    /// Transactions per second, as many as can be.
    pub(super) async fn run(&self, seconds: u64) -> anyhow::Result<f64> {
        Ok(self.ran(seconds, None).await?.per_second)
    }

    /// At a steady rate.
    pub(super) async fn paced(&self, seconds: u64, rate: u64) -> anyhow::Result<Ran> {
        self.ran(seconds, Some(rate)).await
    }

    async fn ran(&self, seconds: u64, rate: Option<u64>) -> anyhow::Result<Ran> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        let ended = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg(format!("--client={}", self.clients))
            .arg(format!("--jobs={threads}"))
            .arg(format!("--time={seconds}"))
            .arg(format!("--file={}", self.script.display()))
            .args(rate.map(|rate| format!("--rate={rate}")))
            .arg(&self.url)
            .output()
            .await
            .with_context(|| format!("{} cannot be run", self.program.display()))?;
        let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        if !ended.status.success() {
            bail!("pgbench failed: {}", complained.lines().last().unwrap_or_default());
        }
        let number = |label: &str| -> anyhow::Result<f64> {
            let line = said
                .lines()
                .find_map(|line| line.strip_prefix(label))
                .with_context(|| format!("pgbench gave no {label}"))?;
            let number = line.split_whitespace().next().unwrap_or_default();
            number.parse().with_context(|| format!("pgbench gave {line}"))
        };
        Ok(Ran { per_second: number("tps = ")?, latency_ms: number("latency average = ")? })
    }
}
