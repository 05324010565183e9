//! Postgres's own measuring program.

use std::path::PathBuf;

use anyhow::{Context, bail};
use tokio::process::Command;

use crate::local::LocalServers;

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
        let program = servers.postgres.programs().join("pgbench");
        let script = servers.settings_file.with_file_name("petition.sql");
        std::fs::write(&script, statement + "\n").context("the script for pgbench")?;
        Ok(Self { program, script, url: servers.admin_url(), clients })
    }

    /// Transactions per second.
    pub(super) async fn run(&mut self, seconds: u64) -> anyhow::Result<f64> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        let ended = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg(format!("--client={}", self.clients))
            .arg(format!("--jobs={threads}"))
            .arg(format!("--time={seconds}"))
            .arg(format!("--file={}", self.script.display()))
            .arg(&self.url)
            .output()
            .await
            .with_context(|| format!("{} cannot be run", self.program.display()))?;
        let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        if !ended.status.success() {
            bail!("pgbench failed: {}", complained.lines().last().unwrap_or_default());
        }
        let line = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench gave no tps")?;
        let tps = line.split_whitespace().next().unwrap_or_default();
        tps.parse().with_context(|| format!("pgbench gave {line}"))
    }
}
