//! Whether a petition is taken up: accept, point, decline, forward.

use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::UnitCode;
use huiyin_policy::rules::{DeclineKind, DeclineReason};

use super::{Decision, Given};
use crate::domain::{Clock, Event, Refusal, Road, RoutingRefusal};

impl Given<'_> {
    /// REG-12…14: taken up; the handling period starts now (REG-24).
    pub(super) fn accept(self, grade: Grade) -> Result<Decision, Refusal> {
        Ok(vec![self.accepted(grade, false)?])
    }

    pub(super) fn accepted(self, grade: Grade, at_field_visit: bool) -> Result<Event, Refusal> {
        let rules = self.case.handling_rules(grade, at_field_visit, self.policy);
        let handling = Clock::start(DeadlineKind::Handling, rules, self.now, self.calendar)?;
        Ok(Event::Accepted { grade, handling: Box::new(handling), simple: None })
    }

    /// REG-12, REG-23: not this body's matter, or one for a procedure of another law; the petitioner is told which body and which procedure.
    pub(super) fn point(self, to_body: &str, text: &str, road: Option<Road>) -> Result<Decision, Refusal> {
        if road.is_some() && self.case.facts.class != PetitionClass::Request {
            return Err(RoutingRefusal::RoadOfRequests.into());
        }
        let pointed = Event::Pointed { to_body: to_body.to_owned(), text: text.to_owned(), road };
        Ok(vec![pointed, Event::Closed { outcome: Outcome::Pointed }])
    }

    /// A6: the closed list of grounds; each names its article and where to go.
    pub(super) fn decline(self, code: &str, text: &str) -> Result<Decision, Refusal> {
        let known = || DeclineReason::ALL.iter().map(|(_, code)| *code).collect();
        let reason = DeclineReason::with_code(code)
            .ok_or_else(|| Refusal::UnknownGround { code: code.to_owned(), known: known() })?;
        let rule = self.policy.decline.reason(reason);
        let outcome = match rule.kind {
            DeclineKind::Refused | DeclineKind::Ended => Outcome::Declined,
            DeclineKind::Pointed | DeclineKind::Routed => Outcome::Pointed,
        };
        let declined = Event::Declined {
            code: code.to_owned(),
            article: rule.article.clone(),
            text: text.to_owned(),
            where_to_go: rule.where_zh.clone(),
            outcome,
        };
        Ok(vec![declined, Event::Closed { outcome }])
    }
}

/// REG-11, REG-22: an accusation goes to a discipline body and nowhere else.
pub(super) fn forward(unit: &UnitCode, is_discipline: bool) -> Result<Decision, Refusal> {
    if !is_discipline {
        return Err(Refusal::NotDiscipline { unit: unit.clone() });
    }
    Ok(vec![Event::Forwarded { unit: unit.clone() }, Event::Closed { outcome: Outcome::Forwarded }])
}
