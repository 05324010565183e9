//! `huiyin bench intake`: how fast petitions are taken in, beside pgbench on the same Postgres.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::say;
use crate::bench;

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Taking petitions in, against pgbench committing the same rows one petition per transaction in the same minute.
    Intake(Intake),
}

#[derive(Debug, Args)]
pub(crate) struct Intake {
    /// Connections kept open, to intake and to Postgres alike.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds for each of the two.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Where the servers of the measurement keep their data; erased afterwards.
    #[arg(long, default_value = "var")]
    data_dir: PathBuf,
}

pub(crate) async fn bench(command: Bench) -> anyhow::Result<ExitCode> {
    let Bench::Intake(Intake { connections, seconds, data_dir }) = command;
    let report = bench::intake(&bench::Options { connections, seconds, data_dir }).await?;
    say!("{report}");
    say!("{}", serde_json::to_string(&report)?);
    Ok(ExitCode::SUCCESS)
}
