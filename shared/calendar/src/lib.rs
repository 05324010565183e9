#![doc = include_str!("../README.md")]

mod calendar;
mod counting;
mod day;
mod deadline;
mod explanation;
mod files;
mod period;
mod recurrence;
mod wording;
mod zone;

pub use calendar::{Calendar, CalendarError};
pub use day::{DayKind, UnknownYear};
pub use deadline::{
    Deadline, DeadlineError, EndRoll, Rule, deadline, deadline_or_provisional, earlier_of, extend,
    extend_or_provisional,
};
pub use explanation::{Explanation, NonWorkingDay, Step};
pub use files::FOLDER;
pub use period::{Period, PeriodError};
pub use recurrence::{NonWorkday, Occurrence, Recurrence, RecurrenceError, Repeats, Shift};
pub use zone::{local_date, start_of_day};
