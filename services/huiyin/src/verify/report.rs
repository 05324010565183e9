//! What a check of the invariants found.

use std::collections::BTreeSet;
use std::fmt;

/// One invariant, how much was looked at and what broke it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Its name.
    pub check: &'static str,
    /// What holds, in Chinese.
    pub zh: &'static str,
    /// What holds, in English.
    pub en: &'static str,
    /// How many things were looked at.
    pub examined: i64,
    /// How many of them break it.
    pub broken: i64,
    /// The first few of those.
    pub violations: Vec<Violation>,
}

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub check: &'static str,
    /// By what: ids and versions, no personal data.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// May pass by itself within a minute while services are at work.
    pub settles: bool,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} — {}", self.check, self.what, self.remedy)
    }
}

/// Every invariant in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order they were checked.
    pub checks: Vec<Examined>,
}

impl Report {
    pub(super) fn add(&mut self, examined: Examined) {
        self.checks.push(examined);
    }

    /// Of a check that was broken while things were under way, only these still stand.
    pub(super) fn settle(&mut self, check: &str, standing: BTreeSet<String>) {
        let Some(examined) = self.checks.iter_mut().find(|examined| examined.check == check) else { return };
        examined.broken = standing.len() as i64;
        let kept = examined.violations.len().min(standing.len());
        examined.violations.truncate(kept);
        for (violation, what) in examined.violations.iter_mut().zip(standing) {
            violation.what = what;
        }
    }

    /// Puts a later answer in the place of an earlier one.
    pub(super) fn replace(&mut self, later: Examined) {
        if let Some(examined) = self.checks.iter_mut().find(|examined| examined.check == later.check) {
            *examined = later;
        }
    }

    /// True when nothing is broken.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.broken == 0)
    }

    /// What is broken, the first first.
    pub fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.checks.iter().flat_map(|check| &check.violations)
    }

    /// How many things were looked at in all.
    pub fn examined(&self) -> i64 {
        self.checks.iter().map(|check| check.examined).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let mark = if check.broken == 0 { "✓" } else { "✗" };
            writeln!(f, "{mark} {:<22} {:>7}  {}  {}", check.check, check.examined, check.zh, check.en)?;
            for violation in &check.violations {
                writeln!(f, "    {}\n    → {}", violation.what, violation.remedy)?;
            }
            if check.broken > check.violations.len() as i64 {
                writeln!(f, "    … {} in all", check.broken)?;
            }
        }
        Ok(())
    }
}
