//! What is to be done when: office hours on working days, tasks in the order of their instants.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use huiyin_calendar::{Calendar, start_of_day};
use huiyin_kernel::CITY_ZONE;

/// Tasks by the instant at which they are done.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    tasks: BTreeMap<DateTime<Utc>, Vec<T>>,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { tasks: BTreeMap::new() }
    }
}

impl<T: PartialEq> Agenda<T> {
    /// Plans a task; the same task at the same instant is one.
    pub(crate) fn add(&mut self, at: DateTime<Utc>, task: T) {
        let tasks = self.tasks.entry(at).or_default();
        if !tasks.contains(&task) {
            tasks.push(task);
        }
    }

    /// The instant of the next task.
    pub(crate) fn next(&self) -> Option<DateTime<Utc>> {
        self.tasks.keys().next().copied()
    }

    /// Takes what is to be done by `now`.
    pub(crate) fn take_due(&mut self, now: DateTime<Utc>) -> Vec<T> {
        let mut due = Vec::new();
        while let Some(entry) = self.tasks.first_entry().filter(|entry| *entry.key() <= now) {
            due.extend(entry.remove());
        }
        due
    }
}

/// The hours at which officers turn to their files.
const HOURS: [(u32, u32); 3] = [(9, 0), (11, 0), (15, 0)];

/// An instant by the clock on the wall.
pub(crate) fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let midnight = start_of_day(day).unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc());
    midnight + TimeDelta::hours(i64::from(hour)) + TimeDelta::minutes(i64::from(minute))
}

/// The day an instant lies on.
pub(crate) fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&CITY_ZONE).date_naive()
}

/// Working days and office hours. A year without holiday data is worked Monday to Friday by the calendar's own rule; the
/// demonstration's years are known.
#[derive(Clone, Debug)]
pub(crate) struct OfficeHours {
    calendar: Calendar,
}

impl OfficeHours {
    pub(crate) fn new() -> Self {
        Self { calendar: Calendar::bundled() }
    }

    /// True when offices are open.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        use chrono::{Datelike as _, Weekday};
        self.calendar.is_workday(day).unwrap_or_else(|_| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The first working day on or after `day`.
    pub(crate) fn open_day(&self, mut day: NaiveDate) -> NaiveDate {
        while !self.is_open(day) {
            day = day + Days::new(1);
        }
        day
    }

    /// So many working days later; zero is the same day, or the next one that is worked.
    pub(crate) fn after(&self, day: NaiveDate, working_days: u32) -> NaiveDate {
        (0..working_days).fold(self.open_day(day), |day, _| self.open_day(day + Days::new(1)))
    }

    /// The first office hour at or after an instant.
    pub(crate) fn hour_from(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let today = self.open_day(day_of(instant));
        let of = |day| HOURS.into_iter().map(move |(hour, minute)| at(day, hour, minute));
        let tomorrow = self.open_day(today + Days::new(1));
        of(today).chain(of(tomorrow)).find(|hour| *hour >= instant).unwrap_or_else(|| at(tomorrow, 9, 0))
    }

    /// The nth office hour of a day.
    pub(crate) fn hour(&self, day: NaiveDate, nth: usize) -> DateTime<Utc> {
        let (hour, minute) = HOURS[nth % HOURS.len()];
        at(self.open_day(day), hour, minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn tasks_come_in_the_order_of_their_instants_and_then_of_planning() {
        let mut agenda = Agenda::default();
        for (minute, task) in [(5, "c"), (1, "a"), (5, "d"), (9, "e"), (1, "b"), (5, "c")] {
            agenda.add(at(day("2022-05-06"), 9, minute), task);
        }
        assert_eq!(agenda.take_due(at(day("2022-05-06"), 9, 5)), ["a", "b", "c", "d"]);
        assert_eq!(agenda.next(), Some(at(day("2022-05-06"), 9, 9)));
    }

    #[test]
    fn work_waits_for_a_working_day_also_after_a_saturday_made_up() {
        let hours = OfficeHours::new();
        // 2022-05-07 is a Saturday that is worked; the Dragon Boat holiday is 3 to 5 June.
        assert!(hours.is_open(day("2022-05-07")));
        assert_eq!(hours.after(day("2022-05-06"), 1), day("2022-05-07"));
        assert_eq!(hours.after(day("2022-06-02"), 1), day("2022-06-06"));
        assert_eq!(hours.hour_from(at(day("2022-06-02"), 15, 1)), at(day("2022-06-06"), 9, 0));
        assert_eq!(hours.hour_from(at(day("2022-06-02"), 14, 59)), at(day("2022-06-02"), 15, 0));
    }
}
