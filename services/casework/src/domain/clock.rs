//! A clock of the case: its inputs, and the deadline they give with the present calendar (D-4).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_calendar::{
    Calendar, Deadline, DeadlineError, EndRoll, Period, Rule, deadline_or_provisional, earlier_of,
    extend_or_provisional, local_date,
};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState};
use serde::{Deserialize, Serialize};

/// One duty with its date. The inputs stand beside the result, so that the date can be reckoned again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which duty.
    pub kind: DeadlineKind,
    /// The limits that apply together: the earlier one binds (E-2).
    pub rules: Vec<Rule>,
    /// When the period began.
    pub started_at: DateTime<Utc>,
    /// Extensions granted.
    pub extensions: Vec<Extension>,
    /// Times that do not count.
    #[serde(default)]
    pub stops: Vec<Stop>,
    /// The present result.
    pub deadline: Deadline,
    /// Raised whenever the date or the state changes; timers of an older generation have no effect (T4).
    pub generation: i32,
    /// Where it stands.
    pub state: DeadlineState,
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Calendar days.
    pub days: u32,
    /// The article that allows it.
    pub source: String,
}

/// Days that do not count, one after the other with those of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub why: StopReason,
    /// Calendar days.
    pub days: u32,
}

/// Why a clock stops. The law knows no other reason (REG-42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The petition was withdrawn; those days were the petitioner's.
    Withdrawn,
    /// A hearing in a re-examination (Art. 36(2)).
    Hearing,
}

impl StopReason {
    /// As the explanation of the date says it.
    const fn source(self) -> &'static str {
        match self {
            Self::Withdrawn => "信访人撤回期间不计",
            Self::Hearing => "听证所需时间不计算在内，信访工作条例第三十六条第二款 (REG-42)",
        }
    }
}

impl Clock {
    /// Starts a clock. The first rule is the law's.
    pub fn start(
        kind: DeadlineKind,
        rules: Vec<Rule>,
        started_at: DateTime<Utc>,
        calendar: &Calendar,
    ) -> Result<Self, DeadlineError> {
        let deadline = reckon(&rules, started_at, &[], &[], calendar)?;
        Ok(Self {
            kind,
            rules,
            started_at,
            extensions: Vec::new(),
            stops: Vec::new(),
            deadline,
            generation: 1,
            state: DeadlineState::Running,
        })
    }

    /// A clock to a day that people set: the day itself, whether worked or not. A day before the start counts as that of the start.
    pub fn until(
        kind: DeadlineKind,
        started_at: DateTime<Utc>,
        day: NaiveDate,
        source: &str,
        calendar: &Calendar,
    ) -> Result<Self, DeadlineError> {
        let first = local_date(started_at).ok_or(DeadlineError::OutOfRange)?;
        let days = u32::try_from((day - first).num_days()).unwrap_or_default();
        let (period, source) = (Period::CalendarDays(days), source.to_owned());
        let rule = Rule { code: "day_set".to_owned(), period, roll: EndRoll::None, source };
        Self::start(kind, vec![rule], started_at, calendar)
    }

    /// The same duty begun once more, past every generation of the clock before (T4).
    #[must_use]
    pub fn after(mut self, before: Option<&Self>) -> Self {
        self.generation += before.map_or(0, |before| before.generation);
        self
    }

    /// The same clock reckoned again from its inputs, one generation on.
    pub fn reckoned(mut self, calendar: &Calendar) -> Result<Self, DeadlineError> {
        self.deadline = reckon(&self.rules, self.started_at, &self.extensions, &self.stops, calendar)?;
        self.generation += 1;
        Ok(self)
    }

    /// Days stopped for that reason so far.
    pub fn stopped_days(&self, why: StopReason) -> u32 {
        self.stops.iter().filter(|stop| stop.why == why).map(|stop| stop.days).sum()
    }

    /// Stops for that reason so many days in all, whatever was stopped for it before.
    pub fn stop(&mut self, why: StopReason, days: u32) {
        self.stops.retain(|stop| stop.why != why);
        if days > 0 {
            self.stops.push(Stop { why, days });
        }
    }

    /// Days granted so far.
    pub fn extended_days(&self) -> u32 {
        self.extensions.iter().map(|extension| extension.days).sum()
    }

    /// Something is still owed.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, DeadlineState::Running | DeadlineState::Overdue)
    }

    /// Met at that instant, in time or late; a clock that is not open stays as it is.
    pub fn met(&mut self, at: DateTime<Utc>) {
        if self.is_open() {
            self.state = if self.deadline.is_late(at) { DeadlineState::MetLate } else { DeadlineState::Met };
            self.generation += 1;
        }
    }

    /// No longer owed; a clock that is not open stays as it is.
    pub fn lift(&mut self) {
        if self.is_open() {
            self.state = DeadlineState::Lifted;
            self.generation += 1;
        }
    }
}

fn reckon(
    rules: &[Rule],
    started_at: DateTime<Utc>,
    extensions: &[Extension],
    stops: &[Stop],
    calendar: &Calendar,
) -> Result<Deadline, DeadlineError> {
    let mut binding: Option<Deadline> = None;
    for rule in rules {
        let mut deadline = deadline_or_provisional(started_at, rule, calendar)?;
        for extension in extensions {
            let by = Period::CalendarDays(extension.days);
            deadline = extend_or_provisional(&deadline, by, &extension.source, calendar)?;
        }
        for stop in stops {
            let by = Period::CalendarDays(stop.days);
            deadline = extend_or_provisional(&deadline, by, stop.why.source(), calendar)?;
        }
        binding = Some(match binding {
            None => deadline,
            Some(other) => earlier_of(other, deadline),
        });
    }
    binding.ok_or(DeadlineError::OutOfRange)
}
