//! What the demonstration remembers for its report and the tables do not tell: refusals it met on purpose, imports, the
//! year's table.

use std::collections::BTreeMap;

use huiyin_kernel::Role;
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
    /// Extensions approved, by policy pack and the role it asks for.
    pub(crate) extended: BTreeMap<(String, Role), i64>,
    /// Documents printed, by who fetched them and title: how many, and their pages.
    pub(crate) printed: BTreeMap<(&'static str, String), (usize, usize)>,
    /// Documents that could not be made: as a rule because this machine lacks the fonts.
    pub(crate) unprinted: usize,
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

    /// Notes an extension, approved by whoever holds this role.
    pub(crate) fn extended(&mut self, pack: &str, approver: Role) {
        *self.extended.entry((pack.to_owned(), approver)).or_default() += 1;
    }

    /// Notes a document that was printed.
    pub(crate) fn printed(&mut self, by: &'static str, title_zh: &str, title_en: &str, pages: usize) {
        let (count, sheets) = self.printed.entry((by, format!("{title_zh} {title_en}"))).or_default();
        *count += 1;
        *sheets += pages;
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
