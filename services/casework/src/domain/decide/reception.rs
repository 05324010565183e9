//! What a leader's reception does to a case (接访): settled, promised, ordered, explained.

use huiyin_contracts::casework::{Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::OnSpotConditions;

use super::{Decision, Given};
use crate::domain::{Event, Explanation, OnSpot, Promise, Reception, Refusal, StateKind};

impl Given<'_> {
    /// WH-04: only when all conditions hold; the answer is given there and then.
    pub(super) fn settle_on_spot(
        self,
        conditions: OnSpotConditions,
        result: &str,
        result_summary: &str,
        reception: Option<&Reception>,
    ) -> Result<Decision, Refusal> {
        let missing = conditions.missing();
        if !missing.is_empty() {
            return Err(Refusal::ConditionsMissing { missing });
        }
        let on_spot = OnSpot { conditions, result: result.to_owned(), result_summary: result_summary.to_owned() };
        let mut events =
            reception.map(|reception| self.received(reception)).transpose()?.into_iter().collect::<Vec<_>>();
        events.push(Event::SettledOnSpot { on_spot: Box::new(on_spot) });
        events.push(Event::Closed { outcome: Outcome::SettledOnSpot });
        Ok(events)
    }

    /// WH-05: the matter is taken up and a promise letter issued, whose date is the handling deadline's.
    pub(super) fn promise(self, grade: Grade, reception: &Reception) -> Result<Decision, Refusal> {
        let mut events = self.taken_up(grade, reception)?;
        events.push(self.promise_letter());
        Ok(events)
    }

    /// XT-08: the matter is taken up for handling. Where the pack asks for a promise letter whenever a matter is not
    /// settled on the spot, one is issued (WH-05).
    pub(super) fn order(self, grade: Grade, reception: &Reception) -> Result<Decision, Refusal> {
        let mut events = self.taken_up(grade, reception)?;
        if self.policy.gates.promise_letter.required && self.case.promise.is_none() {
            events.push(self.promise_letter());
        }
        Ok(events)
    }

    /// A suggestion or enquiry may be answered by word of mouth and is closed with that (A9). A request keeps its right to
    /// a written reply (REG-25): the explanation is kept and the case goes on.
    pub(super) fn explain(self, summary: &str, aided: bool, reception: &Reception) -> Result<Decision, Refusal> {
        let explanation = Explanation { summary: summary.to_owned(), given_at: self.now };
        let mut events = if self.case.facts.class == PetitionClass::Request {
            self.taken_up(self.case.grade, reception)?
        } else {
            vec![self.received(reception)?]
        };
        events.push(Event::Explained { explanation });
        if aided {
            events.push(Event::ReliefReferred);
        }
        if self.case.facts.class != PetitionClass::Request {
            events.push(Event::Closed { outcome: Outcome::Explained });
        }
        Ok(events)
    }

    /// WH-09: the leader who received owns the matter; a petition not yet decided on is taken up.
    fn taken_up(self, grade: Grade, reception: &Reception) -> Result<Decision, Refusal> {
        let mut events = vec![self.received(reception)?];
        if self.case.state.kind() == StateKind::Received {
            events.push(self.accepted(grade, reception.is_field_visit)?);
        }
        Ok(events)
    }

    fn received(self, reception: &Reception) -> Result<Event, Refusal> {
        if self.case.visits.contains(&reception.visit_id) {
            return Err(Refusal::VisitKnown);
        }
        Ok(Event::ReceivedByLeader {
            visit_id: reception.visit_id,
            session_id: reception.session_id,
            leader: reception.leader,
        })
    }

    /// One per matter, so its number is the petition's.
    fn promise_letter(self) -> Event {
        let promise = Promise {
            number: format!("CN-{}", self.case.facts.number),
            issued_at: self.now,
            held_by_unit: self.case.responsible_unit.clone(),
        };
        Event::Promised { promise }
    }
}
