//! The petitioner's own act: withdrawing, and taking that back.

use huiyin_calendar::local_date;
use huiyin_contracts::casework::{DeadlineState, Outcome};

use super::{Decision, Given};
use crate::domain::{Clock, Event, Refusal, Resting, State, StopReason};

impl Given<'_> {
    /// Taken up again where it stood. The days of rest were the petitioner's, so they do not count against the office.
    pub(super) fn resume(self) -> Result<Decision, Refusal> {
        let resting = self.resting()?;
        if self.now >= resting.until {
            return Err(Refusal::RestoreTooLate);
        }
        let days = match (local_date(resting.since), local_date(self.now)) {
            (Some(since), Some(today)) => u32::try_from((today - since).num_days()).unwrap_or_default(),
            _ => 0,
        };
        let clocks = resting.clocks.iter().map(|before| self.revived(before, days)).collect::<Result<_, _>>()?;
        Ok(vec![Event::Resumed { clocks }])
    }

    fn revived(self, before: &Clock, days: u32) -> Result<Clock, Refusal> {
        let mut clock = before.clone();
        // Past every generation used while it rested.
        clock.generation = self.case.clock(before.kind).map_or(before.generation, |lifted| lifted.generation);
        if clock.is_open() {
            let days = if clock.state == DeadlineState::Running { days } else { 0 };
            clock.stop(StopReason::Withdrawn, clock.stopped_days(StopReason::Withdrawn) + days);
            return self.reckoned(clock);
        }
        Ok(clock)
    }

    /// The time to take it back is over: closed as withdrawn, never counted as resolved (DOMAIN part D). What had been answered
    /// before a review was asked for stays answered; only the review is over.
    pub(super) fn lapse(self) -> Result<Decision, Refusal> {
        if self.now < self.resting()?.until {
            return Err(Refusal::LapseTooEarly);
        }
        if self.case.open_review().is_some() {
            return Ok(vec![Event::ReviewWithdrawn]);
        }
        Ok(vec![Event::Closed { outcome: Outcome::Withdrawn }])
    }

    fn resting(&self) -> Result<&Resting, Refusal> {
        if let State::Withdrawn(resting) = &self.case.state {
            return Ok(resting);
        }
        let (command, state) = (crate::domain::CommandKind::Resume, self.case.state.kind());
        Err(Refusal::WrongState { command, state })
    }
}
