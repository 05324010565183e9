//! Supervision orders (督办单) as the case page of casework gives them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// The newest order of a case, on a line of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Told {
    /// `awaiting_answer`, `overdue`, `answered` or `concluded`.
    pub(crate) state: String,
}

/// An order with all that was written to it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: String,
    pub(crate) ground_zh: String,
    #[serde(default)]
    pub(crate) article: String,
    pub(crate) demand: String,
    pub(crate) target_unit: String,
    #[serde(default)]
    pub(crate) target_unit_name: Option<String>,
    /// The units that passed the matter on (DW-19).
    #[serde(default)]
    pub(crate) passed_on_by: Vec<String>,
    pub(crate) issued_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) issued_by_name: Option<String>,
    #[serde(default)]
    pub(crate) by_rule: bool,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) last_day: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) answers: Vec<Answer>,
    #[serde(default)]
    pub(crate) concluded_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) conclusion_note: Option<String>,
    #[serde(default)]
    pub(crate) advice: Vec<Advice>,
    #[serde(default)]
    pub(crate) visits: Vec<Visit>,
    #[serde(default)]
    pub(crate) measures: Vec<Measure>,
}

/// A measure of the joint conference on an office (REG-53).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Measure {
    pub(crate) kind_zh: String,
    pub(crate) reason: String,
    pub(crate) taken_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) rectify_by: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) rectified: Option<String>,
}

impl Order {
    /// The office addressed, by name where it is known.
    pub(crate) fn office(&self) -> &str {
        self.target_unit_name.as_deref().unwrap_or(&self.target_unit)
    }

    /// Who made it, in plain words.
    pub(crate) fn issuer(&self) -> &str {
        if self.by_rule { "系统按规则" } else { self.issued_by_name.as_deref().unwrap_or("督查员") }
    }
}

/// An answer of the office.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) done: String,
    #[serde(default)]
    pub(crate) will_be_done_on: Option<NaiveDate>,
    pub(crate) answered_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) by_name: Option<String>,
    /// Why it was sent back, if it was.
    #[serde(default)]
    pub(crate) returned_reason: Option<String>,
}

/// Advice to do better, and what was said to it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Advice {
    pub(crate) text: String,
    pub(crate) given_at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) last_day: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) is_adopted: Option<bool>,
    #[serde(default)]
    pub(crate) answer: Option<String>,
}

/// A supervision visit.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Visit {
    pub(crate) visited_on: NaiveDate,
    #[serde(default)]
    pub(crate) head_name: Option<String>,
    pub(crate) finding: String,
}
