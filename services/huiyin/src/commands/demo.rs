//! `huiyin demo`: a hundred days of a whole city in some minutes.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::say;
use crate::demo;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The same seed gives the same report.
    #[arg(long, default_value_t = 2022)]
    seed: u64,
    /// Days to live through after the round.
    #[arg(long, default_value_t = 100)]
    days: u64,
    /// Only every Nth petition, for a shorter run.
    #[arg(long, default_value_t = 1, value_name = "N")]
    every: usize,
    /// Where its servers keep their data.
    #[arg(long, default_value = "var")]
    data_dir: PathBuf,
    /// Keep the data afterwards, to look at.
    #[arg(long)]
    keep: bool,
}

pub(crate) async fn demo(options: Demo) -> anyhow::Result<ExitCode> {
    let Demo { seed, days, every, data_dir, keep } = options;
    let told =
        demo::run(&demo::Options { seed, days, every, dir: data_dir.join("demo"), keep, is_watched: true }).await?;
    say!("{}", told.report.trim_end());
    Ok(if told.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
