//! `huiyin bench …`: how fast the work is done, beside pgbench on the same Postgres.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::say;
use crate::bench;

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Taking petitions in, against pgbench committing the same rows one petition per transaction in the same minute.
    Intake(Intake),
    /// Whole matters, from the petition to the closed case, every event consumed everywhere.
    Lifecycle(Lifecycle),
    /// From the answered petition to its row in the ledger, at a steady rate; and the memory of the services.
    Latency(Latency),
    /// Firing: how late, how many per second, and what an idle look costs.
    Timers(Timers),
    /// Officers' lists, case pages, the ledger; or the plan of every statement.
    List(List),
    /// The ledger dropped and built again.
    Rebuild(Rebuild),
    /// Publications sent from the tables to the streams.
    Relay(Relay),
    /// A further year imported, and every open clock reckoned anew, with petitions coming in beside it.
    Reckon(Reckon),
    /// A load that jumps: 1 → 15 → 1 → 25 → 2 → 35 → 10 lifecycles per second.
    Burst(Burst),
    /// Makes a city of so many matters.
    Fill(Fill),
}

#[derive(Debug, Args)]
pub(crate) struct Lifecycle {
    /// Matters under way at once, and connections of pgbench.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds for each of the two.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Latency {
    /// Petitions per second.
    #[arg(long, default_value_t = 100)]
    rate: u64,
    /// For so many seconds.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Petitions taken in beforehand, for the memory of the services.
    #[arg(long, default_value_t = 0)]
    beforehand: u64,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Timers {
    /// Timers that come due one after the other.
    #[arg(long, default_value_t = 5000)]
    spread: u64,
    /// Over so many seconds.
    #[arg(long, default_value_t = 30)]
    over: u64,
    /// Timers that come due at once.
    #[arg(long, default_value_t = 20_000)]
    at_once: u64,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Officers who look at once.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Seconds for each list.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Tell the plan of every statement of lists and lifecycles instead.
    #[arg(long)]
    explain: bool,
    /// The `--json` of an earlier `--explain`, usually in a smaller city: what turned is marked.
    #[arg(long, requires = "explain")]
    against: Option<PathBuf>,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Relay {
    /// How many.
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Reckon {
    /// Petitions per second, before and beside it.
    #[arg(long, default_value_t = 20)]
    rate: u64,
    /// Seconds before it.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    #[command(flatten)]
    city: City,
}

#[derive(Debug, Args)]
pub(crate) struct Burst {
    /// Seconds of each step.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    #[command(flatten)]
    city: City,
}

/// Which city is measured.
#[derive(Debug, Args)]
struct City {
    /// Where the servers of the measurement keep their data.
    #[arg(long, default_value = "var")]
    data_dir: PathBuf,
    /// Keep the city afterwards, and take one like it if it is there.
    #[arg(long)]
    keep: bool,
    /// Matters the city holds beforehand, besides some dozens of the demonstration.
    #[arg(long, default_value_t = 0)]
    matters: u64,
    /// Which.
    #[arg(long, value_enum, default_value_t)]
    mix: bench::Mix,
    /// Also writes the figures to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Fails when a figure is out of its bounds.
    #[arg(long)]
    strict: bool,
}

impl City {
    fn place(&self) -> bench::Place {
        bench::Place { data_dir: self.data_dir.clone(), matters: self.matters, mix: self.mix, keep: self.keep }
    }

    fn tell(&self, sheet: &bench::Sheet) -> anyhow::Result<ExitCode> {
        say!("{sheet}");
        if let Some(file) = &self.json {
            let text = serde_json::to_string_pretty(&sheet.to_json())?;
            std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(if self.strict && !sheet.holds() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

#[derive(Debug, Args)]
pub(crate) struct Fill {
    /// How many.
    #[arg(value_name = "MATTERS")]
    count: u64,
    /// Check the invariants of the filled city.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    city: City,
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
    match command {
        Bench::Intake(Intake { connections, seconds, data_dir }) => {
            let report = bench::intake(&bench::Options { connections, seconds, data_dir }).await?;
            say!("{report}");
            say!("{}", serde_json::to_string(&report)?);
            Ok(ExitCode::SUCCESS)
        }
        Bench::Lifecycle(Lifecycle { connections, seconds, city }) => {
            let options = bench::lifecycle::Options { place: city.place(), connections, seconds };
            city.tell(&bench::lifecycle::lifecycle(&options).await?)
        }
        Bench::Latency(Latency { rate, seconds, beforehand, city }) => {
            let options = bench::latency::Options { place: city.place(), rate, seconds, beforehand };
            city.tell(&bench::latency::latency(&options).await?)
        }
        Bench::Timers(Timers { spread, over, at_once, city }) => {
            let options = bench::timers::Options { place: city.place(), spread, over, at_once };
            city.tell(&bench::timers::timers(&options).await?)
        }
        Bench::List(List { connections, seconds, explain, against, city }) => {
            let options = bench::list::Options { place: city.place(), connections, seconds, explain, against };
            city.tell(&bench::list::list(&options).await?)
        }
        Bench::Rebuild(Rebuild { city }) => {
            let options = bench::rebuild::Options { place: city.place(), events: 0 };
            city.tell(&bench::rebuild::rebuild(&options).await?)
        }
        Bench::Relay(Relay { events, city }) => {
            let options = bench::rebuild::Options { place: city.place(), events };
            city.tell(&bench::rebuild::relay(&options).await?)
        }
        Bench::Reckon(Reckon { rate, seconds, city }) => {
            let options = bench::reckon::Options { place: city.place(), rate, seconds };
            city.tell(&bench::reckon::reckon(&options).await?)
        }
        Bench::Burst(Burst { seconds, city }) => {
            let options = bench::burst::Options { place: city.place(), seconds };
            city.tell(&bench::burst::burst(&options).await?)
        }
        Bench::Fill(Fill { count, verify, mut city }) => {
            city.matters = count;
            let (filled, report) = bench::make(&city.place(), verify).await?;
            if let Some(filled) = filled {
                say!("{filled}");
            }
            if let Some(report) = report {
                say!("{report}");
                return Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
