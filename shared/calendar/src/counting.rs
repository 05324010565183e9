//! The walk along the calendar, strict or provisional.

use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate};

use crate::{Calendar, DayKind, DeadlineError, EndRoll, NonWorkingDay, Period, Step, UnknownYear, calendar, zone};

/// Walks days, and remembers the years it had to guess.
pub(crate) struct Counter<'a> {
    calendar: &'a Calendar,
    may_assume: bool,
    assumed: BTreeSet<i32>,
}

/// Where a count ended, and which days it passed.
pub(crate) struct Counted {
    pub(crate) to: NaiveDate,
    pub(crate) skipped: Vec<NonWorkingDay>,
    pub(crate) made_up: Vec<NaiveDate>,
    pub(crate) month_end: Option<Step>,
}

impl<'a> Counter<'a> {
    pub(crate) const fn strict(calendar: &'a Calendar) -> Self {
        Self { calendar, may_assume: false, assumed: BTreeSet::new() }
    }

    pub(crate) const fn provisional(calendar: &'a Calendar) -> Self {
        Self { calendar, may_assume: true, assumed: BTreeSet::new() }
    }

    pub(crate) const fn calendar(&self) -> &'a Calendar {
        self.calendar
    }

    /// The years counted Monday to Friday for want of data.
    pub(crate) fn assumed(&self) -> Vec<i32> {
        self.assumed.iter().copied().collect()
    }

    pub(crate) fn day(&mut self, date: NaiveDate) -> Result<DayKind, UnknownYear> {
        match self.calendar.day(date) {
            Err(_) if self.may_assume => {
                self.assumed.insert(date.year());
                Ok(calendar::ordinary(date))
            }
            known => known,
        }
    }

    pub(crate) fn is_statutory(&mut self, date: NaiveDate) -> Result<bool, UnknownYear> {
        match self.calendar.is_statutory_holiday(date) {
            Err(_) if self.may_assume => {
                self.assumed.insert(date.year());
                Ok(false)
            }
            known => known,
        }
    }

    /// Adds a period to a day that is itself not counted. Minutes have no days: they leave the day as it is.
    pub(crate) fn add(&mut self, from: NaiveDate, period: Period) -> Result<Counted, DeadlineError> {
        let plain = |to| Counted { to, skipped: Vec::new(), made_up: Vec::new(), month_end: None };
        match period {
            Period::Minutes(_) => Ok(plain(from)),
            Period::CalendarDays(n) => {
                let to = from.checked_add_days(chrono::Days::new(n.into())).and_then(within_years);
                to.map(plain).ok_or(DeadlineError::OutOfRange)
            }
            Period::CalendarMonths(n) => {
                let to = from.checked_add_months(Months::new(n)).and_then(within_years);
                let to = to.ok_or(DeadlineError::OutOfRange)?;
                let month_end = (to.day() != from.day()).then(|| Step::MonthEnd { wanted: from.day(), date: to });
                Ok(Counted { month_end, ..plain(to) })
            }
            Period::WorkingDays(n) => self.add_working_days(from, n),
        }
    }

    fn add_working_days(&mut self, from: NaiveDate, n: u32) -> Result<Counted, DeadlineError> {
        let mut counted = Counted { to: from, skipped: Vec::new(), made_up: Vec::new(), month_end: None };
        let mut left = n;
        while left > 0 {
            counted.to = counted.to.succ_opt().and_then(within_years).ok_or(DeadlineError::OutOfRange)?;
            let kind = self.day(counted.to)?;
            if kind == DayKind::MakeUpWorkday {
                counted.made_up.push(counted.to);
            }
            if kind.is_workday() {
                left -= 1;
            } else {
                counted.skipped.push(NonWorkingDay { date: counted.to, why: kind });
            }
        }
        Ok(counted)
    }

    /// The day itself, or the next working day with the step that says so.
    pub(crate) fn roll(&mut self, day: NaiveDate, roll: EndRoll) -> Result<(NaiveDate, Option<Step>), DeadlineError> {
        match roll {
            EndRoll::None => Ok((day, None)),
            EndRoll::Forward => {
                let (to, over) = self.next_workday(day)?;
                let step = (to != day).then_some(Step::Rolled { from: day, to, over });
                Ok((to, step))
            }
        }
    }

    /// The first working day on or after `day`, and the days passed over.
    pub(crate) fn next_workday(&mut self, day: NaiveDate) -> Result<(NaiveDate, Vec<NonWorkingDay>), DeadlineError> {
        self.seek_workday(day, NaiveDate::succ_opt)
    }

    /// The last working day on or before `day`, and the days passed over.
    pub(crate) fn previous_workday(
        &mut self,
        day: NaiveDate,
    ) -> Result<(NaiveDate, Vec<NonWorkingDay>), DeadlineError> {
        self.seek_workday(day, NaiveDate::pred_opt)
    }

    fn seek_workday(
        &mut self,
        mut day: NaiveDate,
        step: impl Fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> Result<(NaiveDate, Vec<NonWorkingDay>), DeadlineError> {
        let mut over = Vec::new();
        loop {
            let why = self.day(day)?;
            if why.is_workday() {
                return Ok((day, over));
            }
            over.push(NonWorkingDay { date: day, why });
            day = step(&day).and_then(within_years).ok_or(DeadlineError::OutOfRange)?;
        }
    }
}

fn within_years(date: NaiveDate) -> Option<NaiveDate> {
    zone::YEARS.contains(&date.year()).then_some(date)
}
