//! Why a deadline falls where it falls, as data.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DayKind, Period, Rule};

/// The whole reckoning of one deadline. It can be kept, shown, and compared after a recompute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The rule that was applied, with its article.
    pub rule: Rule,
    /// When the period began.
    pub started_at: DateTime<Utc>,
    /// The day on which it began, in Asia/Shanghai. It is not counted.
    pub start_day: NaiveDate,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// The last day on which the duty is met in time.
    pub last_day: NaiveDate,
    /// True when a year without holiday data was counted Monday to Friday.
    pub provisional: bool,
    /// The data that were used.
    pub calendar_version: String,
}

/// One step of the reckoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Minutes were added to the instant.
    Elapsed {
        /// How many.
        period: Period,
        /// The instant reached.
        until: DateTime<Utc>,
    },
    /// Days or months were counted.
    Counted {
        /// How much.
        period: Period,
        /// The day after the start day.
        from: NaiveDate,
        /// The last day counted, before any rolling.
        to: NaiveDate,
        /// Days within the span that did not count (working days only).
        skipped: Vec<NonWorkingDay>,
        /// Weekend days that counted because they are worked (working days only).
        made_up: Vec<NaiveDate>,
    },
    /// The month reached is shorter than the start day's number, so its last day was taken (民法典 202).
    MonthEnd {
        /// The day number looked for.
        wanted: u32,
        /// The day taken.
        date: NaiveDate,
    },
    /// The period was extended; counting went on from the last day before rolling.
    Extended {
        /// By how much.
        by: Period,
        /// The article that allows it.
        source: String,
        /// The last day before.
        from: NaiveDate,
        /// The last day after, before any rolling.
        to: NaiveDate,
    },
    /// The last day is not worked, so the next working day takes its place (民法典 203).
    Rolled {
        /// The last day by counting.
        from: NaiveDate,
        /// The working day that takes its place.
        to: NaiveDate,
        /// The days passed over, `from` included.
        over: Vec<NonWorkingDay>,
    },
    /// There are no holiday data for these years: Monday to Friday was assumed.
    Assumed {
        /// Which years.
        years: Vec<i32>,
    },
    /// Another rule applies as well and ends no earlier, so this one binds.
    Binds {
        /// The other rule.
        over: Rule,
        /// Its last day.
        last_day: NaiveDate,
    },
}

/// A day that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NonWorkingDay {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub why: DayKind,
}
