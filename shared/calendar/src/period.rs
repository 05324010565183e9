//! Lengths of time as rules state them.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A length of time in the unit the rule states it in. The units are not convertible: 一个月 is not 30 日.
///
/// Written and read as "15 calendar days", "5 working days", "1 calendar month", "10 minutes".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// Minutes (分钟).
    Minutes(u32),
    /// Calendar days (日).
    CalendarDays(u32),
    /// Working days (工作日).
    WorkingDays(u32),
    /// Calendar months (个月).
    CalendarMonths(u32),
}

/// A text that is no period.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "“{text}”不是期限，请写成如“15 calendar days”“5 working days”“1 calendar month”“10 minutes”。 / \
     \"{text}\" is not a period; write for example \"15 calendar days\", \"5 working days\", \"1 calendar month\", \"10 minutes\"."
)]
pub struct PeriodError {
    /// What was written.
    pub text: String,
}

impl Period {
    /// The longest period of any unit that is read: long enough for every rule, short enough for every date.
    pub const MAX: u32 = 36_600;

    /// How many of its unit.
    pub const fn amount(self) -> u32 {
        match self {
            Self::Minutes(n) | Self::CalendarDays(n) | Self::WorkingDays(n) | Self::CalendarMonths(n) => n,
        }
    }

    /// The Chinese form: "15日", "5个工作日", "1个月", "10分钟".
    pub fn to_zh(self) -> String {
        match self {
            Self::Minutes(n) => format!("{n}分钟"),
            Self::CalendarDays(n) => format!("{n}日"),
            Self::WorkingDays(n) => format!("{n}个工作日"),
            Self::CalendarMonths(n) => format!("{n}个月"),
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Minutes(_) => "minute",
            Self::CalendarDays(_) => "calendar day",
            Self::WorkingDays(_) => "working day",
            Self::CalendarMonths(_) => "calendar month",
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.amount() == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.amount(), self.unit())
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = || {
            let (number, unit) = text.split_once(' ')?;
            if !number.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let amount: u32 = number.parse().ok().filter(|n| (1..=Self::MAX).contains(n))?;
            match unit.strip_suffix('s').unwrap_or(unit) {
                "minute" => Some(Self::Minutes(amount)),
                "calendar day" => Some(Self::CalendarDays(amount)),
                "working day" => Some(Self::WorkingDays(amount)),
                "calendar month" => Some(Self::CalendarMonths(amount)),
                _ => None,
            }
        };
        parsed().ok_or_else(|| PeriodError { text: text.to_owned() })
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time in the unit the rule states it in.",
            "pattern": "^[1-9][0-9]* (minute|calendar day|working day|calendar month)s?$",
            "examples": ["15 calendar days", "5 working days", "1 calendar month", "10 minutes"],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_period() -> impl Strategy<Value = Period> {
        (1..=Period::MAX, 0..4_u8).prop_map(|(n, unit)| match unit {
            0 => Period::Minutes(n),
            1 => Period::CalendarDays(n),
            2 => Period::WorkingDays(n),
            _ => Period::CalendarMonths(n),
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(period in any_period()) {
            prop_assert_eq!(period.to_string().parse(), Ok(period));
            let json = serde_json::to_string(&period).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Period>(&json).expect("reads back"), period);
        }
    }

    #[test]
    fn one_is_singular_and_chinese_has_its_own_units() {
        assert_eq!(Period::CalendarMonths(1).to_string(), "1 calendar month");
        assert_eq!(Period::WorkingDays(5).to_zh(), "5个工作日");
        assert_eq!(Period::CalendarMonths(2).to_zh(), "2个月");
    }

    #[test]
    fn anything_else_is_refused_with_the_forms_that_are_read() {
        for text in [
            "",
            "15",
            "15 days",
            "0 minutes",
            "-1 minutes",
            "+5 working days",
            "36601 minutes",
            "1.5 calendar days",
            "5 working dayss",
            " 5 working days",
        ] {
            let refused = text.parse::<Period>().expect_err(text);
            assert!(refused.to_string().contains("15 calendar days"), "{refused}");
        }
    }
}
