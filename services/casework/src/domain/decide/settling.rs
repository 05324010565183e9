//! An agreement in place of an opinion, and its carrying out (调解、和解; REG-27).

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{DeadlineKind, Outcome};

use super::{Decision, Given};
use crate::domain::{
    Clock, Duty, DutyDone, Event, Proposal, Refusal, Settle, Settlement, SettlementEvent, SettlementRefusal,
    settlement_words,
};

/// What an agreement rests on.
const BASIS: &str = "《信访工作条例》第三十三条";

impl Given<'_> {
    /// Art. 33: both sides agreed, the head signed for the unit; nothing is left to approve.
    pub(super) fn record_settlement(self, settle: &Settle) -> Result<Decision, Refusal> {
        let by = self
            .actor
            .staff_id()
            .ok_or_else(|| Refusal::NotResponsible { unit: self.case.responsible_unit.clone() })?;
        let (today, first) = (local_date(self.now), local_date(self.case.facts.registered_at));
        let fits = today.is_some_and(|today| settle.agreed_on <= today)
            && first.is_some_and(|first| first <= settle.agreed_on);
        if !fits {
            return Err(SettlementRefusal::AgreedOn.into());
        }
        if settle.duties.iter().any(|(_, due_on)| today.is_some_and(|today| *due_on < today)) {
            return Err(SettlementRefusal::DueOn.into());
        }
        if settle.signer_heads.as_ref() != Some(&self.case.responsible_unit) {
            return Err(SettlementRefusal::MayNotSign.into());
        }
        let duties =
            settle.duties.iter().map(|(text, due_on)| Duty { text: text.clone(), due_on: *due_on, done: None });
        let settlement = Settlement {
            kind: settle.kind,
            agreed_on: settle.agreed_on,
            duties: duties.collect(),
            signed_by: settle.signed_by,
            recorded_at: self.now,
        };
        let proposal = Proposal {
            outcome: Outcome::Settled,
            opinion: settle.terms.clone(),
            legal_basis: BASIS.to_owned(),
            facts_found: settle.facts_found.clone(),
            cause_found: None,
            opinion_summary: Some(format!("双方达成{}协议", settlement_words(settle.kind).0)),
            result_summary: None,
            hardship: false,
            proposer: by,
        };
        let clock = settlement.next_due_on().map(|day| self.duty_clock(&settlement, day)).transpose()?;
        let (settlement, proposal) = (Box::new(settlement), Box::new(proposal));
        Ok(vec![Event::Settlement(SettlementEvent::Recorded { settlement, proposal, clock })])
    }

    /// The `nth` duty, counted from 1 as people count.
    pub(super) fn record_duty_done(self, nth: usize, done_on: NaiveDate, note: &str) -> Result<Decision, Refusal> {
        let mut settlement = self.case.settlement.as_deref().cloned().ok_or(SettlementRefusal::NoAgreement)?;
        let by = self
            .actor
            .staff_id()
            .ok_or_else(|| Refusal::NotResponsible { unit: self.case.responsible_unit.clone() })?;
        if done_on < settlement.agreed_on || local_date(self.now).is_some_and(|today| done_on > today) {
            return Err(SettlementRefusal::DoneOn.into());
        }
        let done = DutyDone { done_on, note: note.to_owned(), recorded_at: self.now, by };
        let index = nth.checked_sub(1);
        let duty = index.and_then(|index| settlement.duties.get_mut(index)).filter(|duty| duty.done.is_none());
        let (Some(duty), Some(nth)) = (duty, index) else { return Err(SettlementRefusal::NoSuchDuty { nth }.into()) };
        duty.done = Some(done.clone());
        let clock = settlement.next_due_on().map(|day| self.duty_clock(&settlement, day)).transpose()?;
        Ok(vec![Event::Settlement(SettlementEvent::DutyDone { nth, done, clock })])
    }

    /// The day as both sides wrote it down: not moved, whatever day of the week it is.
    fn duty_clock(self, settlement: &Settlement, day: NaiveDate) -> Result<Box<Clock>, Refusal> {
        let (kind, source) = (DeadlineKind::Settlement, format!("{}协议约定", settlement_words(settlement.kind).0));
        let clock = Clock::until(kind, settlement.recorded_at, day, &source, self.calendar)?;
        Ok(Box::new(clock.after(self.case.clock(kind))))
    }
}
