//! What a single day is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What kind of day a date is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, worked.
    Workday,
    /// A weekend day worked in exchange for a day off (调休上班).
    MakeUpWorkday,
    /// A Saturday or Sunday.
    Weekend,
    /// A day off by the yearly notice (放假), with the festival's name.
    Holiday(String),
}

impl DayKind {
    /// True for a day on which offices work.
    pub const fn is_workday(&self) -> bool {
        matches!(self, Self::Workday | Self::MakeUpWorkday)
    }
}

/// The calendar has no data for this year: whether a day is worked is not known, and is not guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error(
    "日历没有{year}年的放假安排，请先载入该年数据。 / The working-day calendar has no data for {year}; load that year's holiday notice first."
)]
pub struct UnknownYear {
    /// The year that is missing.
    pub year: i32,
}
