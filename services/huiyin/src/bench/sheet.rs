//! The figures of one measurement, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value, json};

/// What must hold of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    AtLeast(f64),
    Below(f64),
    /// Told for its own sake.
    None,
}

impl Bound {
    fn holds(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::Below(most) => Some(value < most),
            Self::None => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Figure {
    key: &'static str,
    words: String,
    value: f64,
    bound: Bound,
}

/// A measurement.
#[derive(Clone, Debug)]
pub struct Sheet {
    bench: &'static str,
    figures: Vec<Figure>,
    /// Texts that belong below the table, such as plans.
    notes: Vec<String>,
    plans: Option<Value>,
}

impl Sheet {
    pub(super) fn new(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new(), notes: Vec::new(), plans: None }
    }

    pub(super) fn add(&mut self, key: &'static str, words: impl Into<String>, value: f64, bound: Bound) {
        self.figures.push(Figure { key, words: words.into(), value, bound });
    }

    pub(super) fn tell(&mut self, key: &'static str, words: impl Into<String>, value: f64) {
        self.add(key, words, value, Bound::None);
    }

    pub(super) fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Plans, for the file alone.
    pub(super) fn keep(&mut self, plans: Value) {
        self.plans = Some(plans);
    }

    /// The services' figure, pgbench's before and after it, and the ratio of the two.
    pub(super) fn ratio(&mut self, what: &str, per_second: f64, pgbench: [f64; 2], least: Bound) {
        let mean = f64::midpoint(pgbench[0], pgbench[1]);
        self.tell("per_second", format!("{what} per second"), per_second);
        self.tell("pgbench_before", "the same transactions, pgbench, before", pgbench[0]);
        self.tell("pgbench_after", "the same transactions, pgbench, after", pgbench[1]);
        self.add("ratio", "ratio", per_second / mean, least);
    }

    /// Median, tails and the longest of sorted times, in milliseconds.
    pub(super) fn times(&mut self, keys: [&'static str; 4], what: &str, sorted: &[Duration], bounds: [Bound; 4]) {
        let shares = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)];
        for ((key, (name, share)), bound) in keys.into_iter().zip(shares).zip(bounds) {
            self.add(key, format!("{what}, {name}, ms"), millis(rank(sorted, share)), bound);
        }
    }

    /// Every figure with a bound keeps it.
    pub fn holds(&self) -> bool {
        self.figures.iter().all(|figure| figure.bound.holds(figure.value) != Some(false))
    }

    /// For machines.
    pub fn to_json(&self) -> Value {
        let figures: Map<String, Value> = self.figures.iter().map(|f| (f.key.to_owned(), json!(f.value))).collect();
        json!({
            "bench": self.bench,
            "build": build(),
            "processors": processors(),
            "holds": self.holds(),
            "figures": figures,
            "plans": self.plans,
        })
    }
}

pub(super) const fn build() -> &'static str {
    if cfg!(debug_assertions) { "dev" } else { "release" }
}

pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The time below which that share lies; zero of none.
pub(super) fn rank(sorted: &[Duration], share: f64) -> Duration {
    let index = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or_default()
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "bench {}: {} build, {} processors", self.bench, build(), processors())?;
        for figure in &self.figures {
            let places = if figure.value.abs() >= 100.0 || figure.value.fract() == 0.0 { 0 } else { 2 };
            let mark = match (figure.bound, figure.bound.holds(figure.value)) {
                (Bound::AtLeast(least), Some(true)) => format!("   ✓ ≥ {least}"),
                (Bound::AtLeast(least), _) => format!("   ✗ ≥ {least}"),
                (Bound::Below(most), Some(true)) => format!("   ✓ < {most}"),
                (Bound::Below(most), _) => format!("   ✗ < {most}"),
                (Bound::None, _) => String::new(),
            };
            writeln!(f, "{:<52}{:>12.places$}{mark}", figure.words, figure.value)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "\n{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_out_of_bounds_is_marked() {
        let mut sheet = Sheet::new("test");
        sheet.ratio("things", 50.0, [100.0, 300.0], Bound::AtLeast(0.2));
        assert!(sheet.holds());
        sheet.add("wait", "wait", 30.0, Bound::Below(20.0));
        assert!(!sheet.holds());
        assert_eq!(sheet.to_json()["figures"]["ratio"], 0.25);
        assert!(sheet.to_string().contains("✗ < 20"));
    }

    #[test]
    fn ranks_are_of_the_sorted_times() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(rank(&times, 0.5), Duration::from_millis(51));
        assert_eq!(rank(&times, 1.0), Duration::from_millis(100));
        assert_eq!(rank(&[], 0.99), Duration::ZERO);
    }
}
