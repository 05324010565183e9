//! What the demonstration remembers for its report and the tables do not tell: refusals it met on purpose, imports, the
//! year's table.

use std::collections::BTreeMap;

use serde_json::Value;

/// A refusal that was provoked, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refused {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) code: String,
}

/// Notes for the report.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) refused: Vec<Refused>,
    /// What the import of the year's table found.
    pub(crate) table: Value,
    /// Sessions of the table announced and held.
    pub(crate) sittings: usize,
    /// Matters that were invited to one.
    pub(crate) invited: usize,
    /// Day files: how many, and how many rows they held.
    pub(crate) files: usize,
    pub(crate) rows: usize,
    /// Rows refused in a dry run made to be wrong: field and how often.
    pub(crate) faults: BTreeMap<String, usize>,
    /// Streets of the round.
    pub(crate) streets: usize,
    pub(crate) amended: usize,
    pub(crate) withdrawn: usize,
    pub(crate) restored: usize,
    has_tried_settlement: bool,
    has_spoiled: bool,
}

impl Story {
    /// Notes a refusal; the same one is noted once.
    pub(crate) fn refused(&mut self, zh: &'static str, en: &'static str, code: &str) {
        if self.refused.iter().all(|known| known.zh != zh) {
            self.refused.push(Refused { zh, en, code: code.to_owned() });
        }
    }

    /// True the first time it is asked.
    pub(crate) fn try_spoiled_file(&mut self) -> bool {
        !std::mem::replace(&mut self.has_spoiled, true)
    }

    /// True the first time it is asked.
    pub(crate) fn try_first_settlement(&mut self) -> bool {
        !std::mem::replace(&mut self.has_tried_settlement, true)
    }
}
