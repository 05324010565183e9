//! Reception days that come again: "the 20th of each month, next working day if it is not one".

use chrono::{Datelike, Days, NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Calendar, DeadlineError, NonWorkingDay, counting::Counter};

/// When something comes again, and what happens when that is not a working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// On which days.
    pub repeats: Repeats,
    /// Where a date goes that may not stand.
    #[serde(default)]
    pub shift: Shift,
    /// Which dates may not stand.
    #[serde(default)]
    pub nonworkday: NonWorkday,
}

/// On which days something comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Repeats {
    /// These days of each month, 1 to 31. A month that is too short gives its last day.
    DaysOfMonth(Vec<u32>),
    /// These days of each week: "Mon" to "Sun".
    Weekdays(#[schemars(with = "Vec<String>")] Vec<Weekday>),
    /// Every `days` days, beginning with `from`.
    EveryDays {
        /// The first date.
        from: NaiveDate,
        /// The distance, at least 1.
        days: u32,
    },
}

/// Where a date goes that may not stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Nowhere: it stays, holidays too (JX-01).
    #[default]
    None,
    /// To the next working day (TJ-01).
    Forward,
    /// To the last working day before.
    Back,
}

/// Which dates may not stand (TJ-01 leaves it open whether 法定节假日 means every day off).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NonWorkday {
    /// Every day that is not worked.
    #[default]
    NonWorkday,
    /// The festival days themselves only; weekends and the days off beside a festival stay.
    StatutoryOnly,
}

/// One date a recurrence gives, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Occurrence {
    /// The date that holds.
    pub date: NaiveDate,
    /// The date the rule names; differs from `date` when shifted.
    pub planned: NaiveDate,
    /// The days passed over by the shift, `planned` first; empty when the date stands.
    pub over: Vec<NonWorkingDay>,
    /// Other dates of the same rule that were shifted onto this one.
    pub also_for: Vec<NaiveDate>,
    /// True when a year without holiday data was assumed to be worked Monday to Friday.
    pub provisional: bool,
}

/// Why a recurrence gives no dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecurrenceError {
    /// A day of the month outside 1 to 31.
    #[error("每月日期须为1至31，不能是{0}。 / a day of the month is 1 to 31, not {0}.")]
    DayOfMonth(u32),
    /// Every 0 days.
    #[error("间隔天数至少为1。 / the distance in days is at least 1.")]
    EveryZeroDays,
    /// More than this many years at once.
    #[error("一次最多展开{0}年。 / at most {0} years can be expanded at once.")]
    RangeTooLong(u32),
    /// The calendar does not reach so far.
    #[error(transparent)]
    Deadline(#[from] DeadlineError),
}

impl Recurrence {
    /// The longest range that is expanded, in years.
    pub const MAX_YEARS: u32 = 20;

    /// The occurrences planned from `from` to `to`, both included, in order of date. Fails rather than guess a year
    /// without data; a recurrence that never shifts needs no data.
    pub fn expand(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        calendar: &Calendar,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        self.expand_by(from, to, || Counter::strict(calendar))
    }

    /// The same, assuming Monday to Friday in a year without data and saying so on each date concerned.
    pub fn expand_or_provisional(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        calendar: &Calendar,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        self.expand_by(from, to, || Counter::provisional(calendar))
    }

    fn expand_by<'a>(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        counter: impl Fn() -> Counter<'a>,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        self.check()?;
        if (to - from).num_days() > i64::from(Self::MAX_YEARS) * 366 {
            return Err(RecurrenceError::RangeTooLong(Self::MAX_YEARS));
        }
        let mut found: Vec<Occurrence> = Vec::new();
        let days = std::iter::successors(Some(from), NaiveDate::succ_opt).take_while(|day| *day <= to);
        for planned in days.filter(|day| self.names(*day)) {
            let mut counter = counter();
            let (date, over) = self.place(planned, &mut counter)?;
            let provisional = !counter.assumed().is_empty();
            match found.iter_mut().find(|other| other.date == date) {
                Some(other) => other.also_for.push(planned),
                None => found.push(Occurrence { date, planned, over, also_for: Vec::new(), provisional }),
            }
        }
        found.sort_by_key(|occurrence| occurrence.date);
        Ok(found)
    }

    fn check(&self) -> Result<(), RecurrenceError> {
        match &self.repeats {
            Repeats::DaysOfMonth(days) => match days.iter().find(|day| !(1..=31).contains(*day)) {
                Some(day) => Err(RecurrenceError::DayOfMonth(*day)),
                None => Ok(()),
            },
            Repeats::EveryDays { days: 0, .. } => Err(RecurrenceError::EveryZeroDays),
            Repeats::Weekdays(_) | Repeats::EveryDays { .. } => Ok(()),
        }
    }

    fn names(&self, day: NaiveDate) -> bool {
        match &self.repeats {
            Repeats::DaysOfMonth(days) => {
                let is_last = day.checked_add_days(Days::new(1)).is_none_or(|next| next.day() == 1);
                days.contains(&day.day()) || (is_last && days.iter().any(|wanted| *wanted > day.day()))
            }
            Repeats::Weekdays(weekdays) => weekdays.contains(&day.weekday()),
            Repeats::EveryDays { from, days } => day >= *from && (day - *from).num_days() % i64::from(*days) == 0,
        }
    }

    fn place(
        &self,
        planned: NaiveDate,
        counter: &mut Counter<'_>,
    ) -> Result<(NaiveDate, Vec<NonWorkingDay>), DeadlineError> {
        let stands = match (self.shift, self.nonworkday) {
            (Shift::None, _) => true,
            (_, NonWorkday::NonWorkday) => counter.day(planned)?.is_workday(),
            (_, NonWorkday::StatutoryOnly) => !counter.is_statutory(planned)?,
        };
        if stands {
            return Ok((planned, Vec::new()));
        }
        match self.shift {
            Shift::Back => counter.previous_workday(planned),
            Shift::Forward | Shift::None => counter.next_workday(planned),
        }
    }
}
