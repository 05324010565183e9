//! From a start and a rule to the instant at which a duty is late.

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Calendar, Explanation, Period, Step, UnknownYear, counting::Counter, zone};

/// What happens when the last day is not worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndRoll {
    /// The last day stays.
    None,
    /// The next working day takes its place (民法典 203).
    #[default]
    Forward,
}

/// One rule that sets a period.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Its name, for example `clocks.handling`.
    pub code: String,
    /// How long.
    pub period: Period,
    /// What happens when the last day is not worked.
    pub roll: EndRoll,
    /// The article it stands in.
    pub source: String,
}

/// When a duty is late, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deadline {
    /// The first instant that is late: 24:00 of the last day in Asia/Shanghai. Of a period in minutes, its last instant
    /// in time; ask [`Deadline::is_late`].
    pub due_at: DateTime<Utc>,
    /// The last day on which the duty is met in time.
    pub last_day: NaiveDate,
    /// The last day by counting alone; extensions are added to it.
    pub unrolled_last_day: NaiveDate,
    /// True when a year without holiday data was counted Monday to Friday, so the date may still move.
    pub provisional: bool,
    /// The data that were used.
    pub calendar_version: String,
    /// The whole reckoning.
    pub explanation: Explanation,
}

/// Why there is no deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeadlineError {
    /// The reckoning runs into a year without data.
    #[error(transparent)]
    UnknownYear(#[from] UnknownYear),
    /// The reckoning leaves the years 1 to 9999.
    #[error("日期超出公元1年至9999年。 / the date lies outside the years 1 to 9999.")]
    OutOfRange,
    /// Days were to be added to minutes or minutes to days.
    #[error(
        "以分钟计的期限只能以分钟延长，以日计的只能以日、月延长。 / a period in minutes is extended in minutes, a period in days by days or months."
    )]
    MinutesDoNotMix,
}

impl Deadline {
    /// True when `at` is too late. A period in minutes is read on the clock: its last second is in time (DW-11).
    pub fn is_late(&self, at: DateTime<Utc>) -> bool {
        if matches!(self.explanation.rule.period, Period::Minutes(_)) {
            at.trunc_subsecs(0) > self.due_at.trunc_subsecs(0)
        } else {
            at >= self.due_at
        }
    }
}

/// The deadline of `rule` for a period that begins at `start`. Fails rather than guess a year without data.
pub fn deadline(start: DateTime<Utc>, rule: &Rule, calendar: &Calendar) -> Result<Deadline, DeadlineError> {
    reckon(start, rule, Counter::strict(calendar))
}

/// The same, but a year without data is counted Monday to Friday and the result is marked provisional: what a running
/// office needs in December, to be reckoned again when the notice for the next year is loaded.
pub fn deadline_or_provisional(
    start: DateTime<Utc>,
    rule: &Rule,
    calendar: &Calendar,
) -> Result<Deadline, DeadlineError> {
    reckon(start, rule, Counter::provisional(calendar))
}

/// A deadline extended by `by`: added to its last day before rolling, then rolled by the deadline's own rule.
///
/// Where two rules bind together, extend each and then take [`earlier_of`] again.
pub fn extend(deadline: &Deadline, by: Period, source: &str, calendar: &Calendar) -> Result<Deadline, DeadlineError> {
    prolong(deadline, by, source, Counter::strict(calendar))
}

/// The same, counting a year without data Monday to Friday and saying so.
pub fn extend_or_provisional(
    deadline: &Deadline,
    by: Period,
    source: &str,
    calendar: &Calendar,
) -> Result<Deadline, DeadlineError> {
    prolong(deadline, by, source, Counter::provisional(calendar))
}

/// The earlier of two deadlines, with the other in its explanation; `first` when both end together.
///
/// Provisional when either is: the one that is later today may be the earlier one with next year's data.
pub fn earlier_of(first: Deadline, second: Deadline) -> Deadline {
    let (mut binding, other) = if second.due_at < first.due_at { (second, first) } else { (first, second) };
    binding.provisional |= other.provisional;
    binding.explanation.provisional = binding.provisional;
    binding.explanation.steps.push(Step::Binds { over: other.explanation.rule, last_day: other.last_day });
    binding
}

fn reckon(start: DateTime<Utc>, rule: &Rule, mut counter: Counter<'_>) -> Result<Deadline, DeadlineError> {
    let start_day = zone::local_date(start).ok_or(DeadlineError::OutOfRange)?;
    let explanation = |last_day| Explanation {
        rule: rule.clone(),
        started_at: start,
        start_day,
        steps: Vec::new(),
        last_day,
        provisional: false,
        calendar_version: counter.calendar().version().to_owned(),
    };
    if let Period::Minutes(minutes) = rule.period {
        return in_minutes(start, minutes, explanation(start_day));
    }
    let mut explanation = explanation(start_day);
    let counted = counter.add(start_day, rule.period)?;
    let from = start_day.succ_opt().ok_or(DeadlineError::OutOfRange)?;
    explanation.steps.push(Step::Counted {
        period: rule.period,
        from,
        to: counted.to,
        skipped: counted.skipped,
        made_up: counted.made_up,
    });
    explanation.steps.extend(counted.month_end);
    finish(explanation, counted.to, counter)
}

fn in_minutes(start: DateTime<Utc>, minutes: u32, mut explanation: Explanation) -> Result<Deadline, DeadlineError> {
    let due_at = start.checked_add_signed(TimeDelta::minutes(minutes.into())).ok_or(DeadlineError::OutOfRange)?;
    let last_day = zone::local_date(due_at).ok_or(DeadlineError::OutOfRange)?;
    explanation.steps.push(Step::Elapsed { period: Period::Minutes(minutes), until: due_at });
    explanation.last_day = last_day;
    Ok(Deadline {
        due_at,
        last_day,
        unrolled_last_day: last_day,
        provisional: false,
        calendar_version: explanation.calendar_version.clone(),
        explanation,
    })
}

fn prolong(deadline: &Deadline, by: Period, source: &str, mut counter: Counter<'_>) -> Result<Deadline, DeadlineError> {
    let mut explanation = deadline.explanation.clone();
    counter.calendar().version().clone_into(&mut explanation.calendar_version);
    match (explanation.rule.period, by) {
        (Period::Minutes(_), Period::Minutes(minutes)) => in_minutes(deadline.due_at, minutes, explanation),
        (Period::Minutes(_), _) | (_, Period::Minutes(_)) => Err(DeadlineError::MinutesDoNotMix),
        _ => {
            let from = deadline.unrolled_last_day;
            let counted = counter.add(from, by)?;
            undo_rolling(&mut explanation);
            explanation.steps.push(Step::Extended { by, source: source.to_owned(), from, to: counted.to });
            explanation.steps.extend(counted.month_end);
            finish(explanation, counted.to, counter)
        }
    }
}

/// Only the last rolling stands, and with an earlier one goes what was assumed for it alone.
fn undo_rolling(explanation: &mut Explanation) {
    explanation.steps.retain(|step| !matches!(step, Step::Rolled { .. }));
    let counted_on_calendar = explanation.steps.iter().any(|step| {
        matches!(
            step,
            Step::Counted { period: Period::WorkingDays(_), .. }
                | Step::Extended { by: Period::WorkingDays(_), .. }
                | Step::Binds { .. }
        )
    });
    if !counted_on_calendar {
        explanation.steps.retain(|step| !matches!(step, Step::Assumed { .. }));
        explanation.provisional = false;
    }
}

fn finish(
    mut explanation: Explanation,
    unrolled_last_day: NaiveDate,
    mut counter: Counter<'_>,
) -> Result<Deadline, DeadlineError> {
    let (last_day, rolled) = counter.roll(unrolled_last_day, explanation.rule.roll)?;
    explanation.steps.extend(rolled);
    let years = counter.assumed();
    if !years.is_empty() {
        explanation.steps.push(Step::Assumed { years });
        explanation.provisional = true;
    }
    explanation.last_day = last_day;
    Ok(Deadline {
        due_at: zone::end_of_day(last_day).ok_or(DeadlineError::OutOfRange)?,
        last_day,
        unrolled_last_day,
        provisional: explanation.provisional,
        calendar_version: explanation.calendar_version.clone(),
        explanation,
    })
}
