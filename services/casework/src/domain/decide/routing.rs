//! Routing: transfer, handing down, objection (REG-10…14).

use huiyin_calendar::{deadline_or_provisional, local_date};
use huiyin_contracts::casework::DeadlineKind;
use huiyin_kernel::UnitCode;

use super::{Decision, Given};
use crate::domain::{Clock, Event, Refusal};

impl Given<'_> {
    /// REG-10, REG-12, REG-14: to the competent body, told to the petitioner; the receiver's 15 days and its five working days to
    /// object start with its own receipt.
    pub(super) fn transfer(
        self,
        unit: &UnitCode,
        demand: Option<&str>,
        is_discipline: bool,
    ) -> Result<Decision, Refusal> {
        if is_discipline {
            return Err(Refusal::IsDiscipline { unit: unit.clone() });
        }
        if *unit == self.case.responsible_unit {
            return Err(Refusal::SameUnit { unit: unit.clone() });
        }
        let clocks = &self.policy.clocks;
        let objection = deadline_or_provisional(self.now, &clocks.objection.to_calendar(), self.calendar)?;
        let rules = vec![clocks.notice.to_calendar()];
        let before = self.case.clock(DeadlineKind::Acceptance);
        let acceptance = Clock::start(DeadlineKind::Acceptance, rules, self.now, self.calendar)?.after(before);
        Ok(vec![Event::Transferred {
            unit: unit.clone(),
            from: self.case.responsible_unit.clone(),
            demand: demand.map(str::to_owned),
            objection_until: objection.last_day,
            acceptance: Box::new(acceptance),
        }])
    }

    /// REG-14: within five working days of its receipt, with reasons, once.
    pub(super) fn object(self, reason: &str) -> Result<Decision, Refusal> {
        let transfer = self.case.transfer.as_ref().filter(|transfer| transfer.objection.is_none());
        let today = local_date(self.now);
        let in_time = transfer.is_some_and(|transfer| today.is_some_and(|today| today <= transfer.objection_until));
        if in_time { Ok(vec![Event::Objected { reason: reason.to_owned() }]) } else { Err(Refusal::NoObjection) }
    }

    /// REG-14: the sender verifies and agrees, or says why not.
    pub(super) fn answer_objection(self, agreed: bool, reason: &str) -> Decision {
        vec![Event::ObjectionAnswered { agreed, reason: reason.to_owned() }]
    }
}
