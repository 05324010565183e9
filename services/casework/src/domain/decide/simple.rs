//! Taking up by the simple procedure, and going over to the ordinary one (REG-30…33).

use chrono::{DateTime, Utc};
use huiyin_calendar::deadline_or_provisional;
use huiyin_contracts::casework::{DeadlineKind, Grade};

use super::{Decision, Given};
use crate::domain::{Clock, Delivery, Event, Refusal, SimpleAdmission, SimpleRefusal};

impl Given<'_> {
    /// REG-32: ten working days beside the law's sixty, from the same acceptance; the earlier binds (E-2).
    pub(super) fn accept_simply(self, grade: Grade, admission: SimpleAdmission) -> Result<Decision, Refusal> {
        let hindrances = self.case.hindrances(admission.conditions, grade);
        if !hindrances.is_empty() {
            return Err(SimpleRefusal::Unfit { hindrances }.into());
        }
        let mut rules = self.case.handling_rules(grade, false, self.policy);
        rules.push(self.policy.clocks.simple.to_calendar());
        let handling = Clock::start(DeadlineKind::Handling, rules, self.now, self.calendar)?;
        Ok(vec![Event::Accepted { grade, handling: Box::new(handling), simple: Some(admission) }])
    }

    /// REG-33: the same clock without the shorter limit, so that the period counts from the first acceptance.
    pub(super) fn convert(self, reason: &str) -> Result<Event, Refusal> {
        let mut clock = self.case.clock(DeadlineKind::Handling).cloned().ok_or(SimpleRefusal::NotSimpleNow)?;
        let simple = self.policy.clocks.simple.path();
        clock.rules.retain(|rule| rule.code != simple);
        let handling = Box::new(self.reckoned(clock)?);
        Ok(Event::ConvertedToOrdinary { reason: reason.to_owned(), handling })
    }

    /// The case after the conversion that `reason` brings about, and the conversion itself; both as they were when it is not simple.
    pub(super) fn converted_for(self, reason: &str) -> Result<(crate::domain::Case, Option<Event>), Refusal> {
        if !self.case.is_simple() {
            return Ok((self.case.clone(), None));
        }
        let converted = self.convert(reason)?;
        Ok((self.case.clone().apply(&converted, self.now), Some(converted)))
    }

    /// REG-33: on paper, because the petitioner asked for it; the time to ask for a review runs from its receipt (REG-40).
    pub(super) fn give_paper(
        self,
        means: &str,
        delivered_at: DateTime<Utc>,
        receipt: Option<&str>,
    ) -> Result<Decision, Refusal> {
        let answered_at = self.case.state.reply().map_or(self.now, |(reply, _)| reply.issued_at);
        if delivered_at < answered_at || delivered_at > self.now {
            return Err(Refusal::DeliveryTime);
        }
        let rule = self.policy.clocks.review_request.to_calendar();
        let review_until = deadline_or_provisional(delivered_at, &rule, self.calendar)?.last_day;
        let receipt = receipt.map(str::to_owned);
        let delivery = Delivery { means: means.to_owned(), delivered_at, receipt, review_until };
        Ok(vec![Event::PaperGiven { delivery }])
    }
}
