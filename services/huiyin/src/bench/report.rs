//! The figures.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Options;
use super::client::Answered;

/// A measurement, as it is printed and as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    profile: &'static str,
    processors: usize,
    connections: usize,
    seconds: f64,
    petitions: usize,
    put_off: usize,
    petitions_per_second: f64,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    pgbench_tps: f64,
    pgbench_tps_before_and_after: [f64; 2],
    ratio: f64,
}

impl Report {
    pub(super) fn new(options: &Options, answered: &Answered, pgbench: [f64; 2]) -> Self {
        let petitions = answered.latencies.len();
        let per_second = petitions as f64 / answered.elapsed.as_secs_f64();
        let pgbench_tps = f64::midpoint(pgbench[0], pgbench[1]);
        let rank = |share: f64| {
            let index = ((petitions as f64 * share) as usize).min(petitions.saturating_sub(1));
            millis(answered.latencies[index])
        };
        Self {
            profile: if cfg!(debug_assertions) { "dev" } else { "release" },
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            connections: options.connections,
            seconds: answered.elapsed.as_secs_f64(),
            petitions,
            put_off: answered.put_off,
            petitions_per_second: per_second,
            p50_ms: rank(0.50),
            p95_ms: rank(0.95),
            p99_ms: rank(0.99),
            max_ms: rank(1.0),
            pgbench_tps,
            pgbench_tps_before_and_after: pgbench,
            ratio: per_second / pgbench_tps,
        }
    }

    /// Petitions per second over transactions per second.
    pub const fn ratio(&self) -> f64 {
        self.ratio
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = self.pgbench_tps_before_and_after;
        writeln!(
            f,
            "{} build, {} processors, {} connections, {:.1} s",
            self.profile, self.processors, self.connections, self.seconds
        )?;
        writeln!(f, "{:<44}{:>12.0}", "petitions taken in per second (intake)", self.petitions_per_second)?;
        writeln!(
            f,
            "{:<44}{:>12.0}   ({before:.0} before, {after:.0} after)",
            "the same rows per second (pgbench)", self.pgbench_tps
        )?;
        writeln!(f, "{:<44}{:>12.2}", "ratio", self.ratio)?;
        writeln!(
            f,
            "{:<44}{:>12}",
            "answered within, ms: p50 / p95 / p99 / max",
            format!("{:.1} / {:.1} / {:.1} / {:.1}", self.p50_ms, self.p95_ms, self.p99_ms, self.max_ms)
        )?;
        writeln!(f, "{:<44}{:>12}", "told to come back (503)", self.put_off)
    }
}
