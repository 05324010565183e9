//! Matters fit for leaders, and the leaders asked to take them, as others are told.

use chrono::NaiveDate;
use huiyin_kernel::StaffId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A quarter of a year, written `2026Q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[1-9][0-9]{3}Q[1-4]$"))]
pub struct Quarter {
    year: i32,
    nth: u32,
}

impl Quarter {
    /// The `nth` quarter, 1 to 4, of a year from 1000 to 9999; none otherwise.
    pub const fn new(year: i32, nth: u32) -> Option<Self> {
        if 1000 <= year && year <= 9999 && 1 <= nth && nth <= 4 { Some(Self { year, nth }) } else { None }
    }

    /// The quarter of a day; none beyond the year 9999.
    pub fn of(day: NaiveDate) -> Option<Self> {
        use chrono::Datelike as _;
        Self::new(day.year(), day.month0() / 3 + 1)
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// Which quarter, from 1.
    pub const fn nth(self) -> u32 {
        self.nth
    }

    /// The one after it; none after the year 9999.
    pub const fn next(self) -> Option<Self> {
        if self.nth == 4 { Self::new(self.year + 1, 1) } else { Self::new(self.year, self.nth + 1) }
    }

    /// As people read it: `2026年第四季度`.
    pub fn zh(self) -> String {
        let nth = ["一", "二", "三", "四"][usize::try_from(self.nth - 1).unwrap_or_default().min(3)];
        format!("{}年第{nth}季度", self.year)
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}Q{}", self.year, self.nth)
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}

/// Not a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter is written 2026Q4")]
pub struct NotAQuarter;

impl std::str::FromStr for Quarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, nth) = text.split_once('Q').ok_or(NotAQuarter)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || nth.len() != 1 || !digits(year) || !digits(nth) {
            return Err(NotAQuarter);
        }
        let (Ok(year), Ok(nth)) = (year.parse(), nth.parse()) else { return Err(NotAQuarter) };
        Self::new(year, nth).ok_or(NotAQuarter)
    }
}

impl TryFrom<String> for Quarter {
    type Error = NotAQuarter;

    fn try_from(text: String) -> Result<Self, NotAQuarter> {
        text.parse()
    }
}

/// Where the asking of a leader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SelectionState {
    /// Awaits the leader's answer.
    Asked,
    /// The leader agreed and has the case (包案).
    Agreed,
    /// The leader did not agree.
    Declined,
    /// Agreed, and published.
    Published,
}

/// A leader asked to take the case in a quarter (SZ-08, SZ-14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionSnapshot {
    /// Who.
    pub leader: StaffId,
    /// For which quarter.
    pub quarter: Quarter,
    /// Where that stands.
    pub state: SelectionState,
    /// The matter in de-identified words, once published.
    pub summary: Option<String>,
}

/// A matter in the library of those fit for leaders (案件库; SZ-07). It is about the matter, never about who put it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LibrarySnapshot {
    /// It stands in the library now.
    pub listed: bool,
    /// The field it belongs to (领域), as the office calls it.
    pub field: String,
    /// A plan of its own is laid down (一事一策; JX-06).
    pub has_plan: bool,
    /// The newest asking of a leader.
    pub selection: Option<SelectionSnapshot>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_written_and_read_one_way() {
        for text in ["2026Q1", "2026Q4", "1000Q2", "9999Q3"] {
            assert_eq!(text.parse::<Quarter>().map(|quarter| quarter.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "2026",
            "2026Q",
            "2026Q0",
            "2026Q5",
            "0999Q1",
            "26Q1",
            "2026q1",
            "2026Q1 ",
            "+026Q1",
            "2026Q+",
            "二〇二六Q1",
        ] {
            assert_eq!(text.parse::<Quarter>(), Err(NotAQuarter), "{text}");
        }
    }

    #[test]
    fn each_month_has_its_quarter() {
        for month in 1..=12 {
            let day = NaiveDate::from_ymd_opt(2026, month, 1).expect("a day");
            assert_eq!(Quarter::of(day).map(Quarter::nth), Some(month.div_ceil(3)), "{month}");
        }
        assert_eq!(Quarter::new(2026, 4).map(Quarter::zh).as_deref(), Some("2026年第四季度"));
    }
}
