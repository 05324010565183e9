//! What the petitioner says after the answer, and what the office asks after the end.

use chrono::NaiveDate;
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{DeadlineKind, Dispute, VisitFinding};

use super::{Decision, Given};
use crate::domain::evaluation::ground;
use crate::domain::{
    Clock, Evaluate, EvaluationEvent, EvaluationRefusal, Event, Refusal, ReturnVisit, ReturnVisitEvent,
    ReturnVisitRefusal, VisitMeans,
};

/// What a rule demands of an office whose opinion is said not to be carried out.
const DEMAND_CARRY_OUT: &str = "信访人反映处理意见未落实。请核实落实情况，未落实的抓紧落实，并告知信访人。";
/// What a rule demands of an office whose answer is said not to have arrived.
const DEMAND_DELIVER: &str = "信访人反映未收到答复。请核实送达情况，未送达的重新送达，并告知信访人。";

impl Given<'_> {
    /// REG-07: rated within the pack's time; what is disputed has the office called to account, unless it is already.
    pub(super) fn evaluate(self, said: Evaluate) -> Result<Decision, Refusal> {
        let nothing = EvaluationRefusal::NothingToRate;
        let rules = self.policy.evaluation.as_ref().ok_or_else(|| nothing.clone())?;
        let until = self.case.evaluable_until(self.policy).ok_or(nothing)?;
        if local_date(self.now).is_none_or(|today| today > until) {
            return Err(EvaluationRefusal::Over { until }.into());
        }
        let before = self.case.evaluation.as_deref().cloned().unwrap_or_default();
        let (office, unit) = (said.office, said.unit);
        if [office, unit].iter().flatten().any(|rating| !rules.scale.ratings.contains(rating)) {
            return Err(EvaluationRefusal::NotOnScale.into());
        }
        let office = office.filter(|rating| before.office != Some(*rating));
        let unit = unit.filter(|rating| before.unit != Some(*rating));
        let changes = (office.is_some() && before.office.is_some()) || (unit.is_some() && before.unit.is_some());
        if changes && !rules.may_change.value {
            return Err(EvaluationRefusal::RatedAlready.into());
        }
        let told_to_clerk = said.told_to_clerk;
        let mut events = Vec::new();
        if office.is_some() || unit.is_some() {
            events.push(Event::Evaluation(EvaluationEvent::Rated { office, unit, told_to_clerk }));
        }
        if let Some(dispute) = said.dispute {
            // Said again while the office is called to account for it, it adds nothing.
            let known = before.disputes.last().is_some_and(|last| last.dispute == dispute);
            if known && self.case.open_order().is_some() {
                if events.is_empty() {
                    return Err(EvaluationRefusal::DisputedAlready.into());
                }
            } else {
                events.push(Event::Evaluation(EvaluationEvent::Disputed { dispute, told_to_clerk }));
                events.extend(self.order_when_disputed(dispute)?);
            }
        }
        if said.no_return_visit && !self.case.no_return_visit {
            events.push(Event::ReturnVisit(ReturnVisitEvent::NotWished));
        }
        if events.is_empty() { Err(Refusal::NothingChanges) } else { Ok(events) }
    }

    /// XT-10: what was found of the matter. Not carried out, it is as if the petitioner had said so.
    pub(super) fn record_return_visit(
        self,
        means: VisitMeans,
        visited_on: NaiveDate,
        finding: VisitFinding,
    ) -> Result<Decision, Refusal> {
        let by = self
            .actor
            .staff_id()
            .ok_or_else(|| Refusal::NotResponsible { unit: self.case.responsible_unit.clone() })?;
        let closing = self.case.state.closing().filter(|closing| closing.outcome.answers_the_matter());
        let closed_at = closing.ok_or(ReturnVisitRefusal::NothingToAsk)?.closed_at;
        let fits = local_date(self.now).is_some_and(|today| visited_on <= today)
            && local_date(closed_at).is_some_and(|first| first <= visited_on);
        if !fits {
            return Err(ReturnVisitRefusal::VisitDay.into());
        }
        let visit = ReturnVisit { means, visited_on, finding, recorded_at: self.now, by };
        let mut events = vec![Event::ReturnVisit(ReturnVisitEvent::Made { visit })];
        if finding == VisitFinding::NotCarriedOut {
            events.extend(self.order_when_disputed(Dispute::NotCarriedOut)?);
        }
        Ok(events)
    }

    /// REG-51: nothing when the pack does not ask for it, or an order is open.
    fn order_when_disputed(self, dispute: Dispute) -> Result<Option<Event>, Refusal> {
        let asked = self.policy.evaluation.as_ref().is_some_and(|rules| rules.order_when_disputed.value);
        if !asked {
            return Ok(None);
        }
        let demand = match dispute {
            Dispute::NotCarriedOut => DEMAND_CARRY_OUT,
            Dispute::NotReceived => DEMAND_DELIVER,
        };
        self.by_rule(ground(dispute), demand, &self.case.responsible_unit, Vec::new())
    }

    /// XT-10: with the end of a matter that was answered the time for the return visit begins, where the pack names one.
    pub(super) fn return_visit_after(self, events: &[Event]) -> Result<Option<Event>, Refusal> {
        let Some(rule) = self.policy.clocks.return_visit.as_ref().filter(|_| !self.case.no_return_visit) else {
            return Ok(None);
        };
        let ended = events.iter().any(|event| match event {
            Event::Closed { outcome } => outcome.answers_the_matter(),
            Event::SettledOnSpot { .. } => true,
            _ => false,
        });
        if !ended || self.case.is_accusation() {
            return Ok(None);
        }
        let clock = Clock::start(DeadlineKind::ReturnVisit, vec![rule.to_calendar()], self.now, self.calendar)?;
        let clock = Box::new(clock.after(self.case.clock(DeadlineKind::ReturnVisit)));
        Ok(Some(Event::ReturnVisit(ReturnVisitEvent::Planned { clock })))
    }
}
