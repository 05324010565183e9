//! Evaluation by the petitioner (满意度评价; REG-07, DOMAIN A8): two bodies are rated, the petition office and the body that answered, never a
//! person. Not rating changes nothing. Whoever says that the opinion was not carried out, or that no answer arrived, has the office called
//! to account for it (REG-51); the matter itself is not decided again by that.

mod event;
mod refusal;

use chrono::{DateTime, Days, NaiveDate, Utc};
use huiyin_calendar::local_date;
use huiyin_contracts::casework::{Dispute, EvaluationSnapshot, Rating};
use huiyin_policy::Policy;
use huiyin_policy::rules::SupervisionGround;
use serde::{Deserialize, Serialize};

use super::{Case, ReviewEnd};

pub use event::EvaluationEvent;
pub(super) use event::words;
pub use refusal::EvaluationRefusal;

/// What was said of how the matter was handled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Of the petition office, once rated; the last counts.
    pub office: Option<Rating>,
    /// Of the body that answered, once rated; the last counts.
    pub unit: Option<Rating>,
    /// When something was rated last.
    pub rated_at: Option<DateTime<Utc>>,
    /// What was disputed, in order.
    pub disputes: Vec<Disputed>,
}

/// Something that the petitioner says is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputed {
    /// What.
    pub dispute: Dispute,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a petitioner says; what is absent is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluate {
    /// Of the petition office.
    pub office: Option<Rating>,
    /// Of the body that answered.
    pub unit: Option<Rating>,
    /// Not carried out, or never received.
    pub dispute: Option<Dispute>,
    /// No return visit is wished.
    pub no_return_visit: bool,
    /// Told to a clerk, who wrote it down.
    pub told_to_clerk: bool,
}

/// The ground on which the office is called to account (REG-51).
pub(super) const fn ground(dispute: Dispute) -> SupervisionGround {
    match dispute {
        Dispute::NotCarriedOut => SupervisionGround::OpinionNotExecuted,
        Dispute::NotReceived => SupervisionGround::ProcedureNotFollowed,
    }
}

impl Case {
    /// When the petitioner had the answer: the last of reply and reviews; else the end.
    fn answered_at(&self) -> Option<DateTime<Utc>> {
        let closed_at = self.state.closing().map(|closing| closing.closed_at);
        let Some((_, delivery)) = self.state.reply() else { return closed_at };
        let of_reviews = self.reviews.iter().filter_map(|review| match &review.end {
            ReviewEnd::Answered { delivery, .. } => Some(delivery.delivered_at),
            ReviewEnd::Declined(_) | ReviewEnd::Withdrawn => None,
        });
        of_reviews.chain([delivery?.delivered_at]).max()
    }

    /// The last day to rate; `None` while there is nothing to rate, and for matters that are not asked about: accusations (REG-22), and what
    /// another procedure answers for.
    pub fn evaluable_until(&self, policy: &Policy) -> Option<NaiveDate> {
        let rules = policy.evaluation.as_ref().filter(|_| !self.is_accusation())?;
        self.outcome().filter(|outcome| !rules.not_asked.outcomes.contains(outcome))?;
        local_date(self.answered_at()?)?.checked_add_days(Days::new(rules.within.value.into()))
    }

    /// As others are told.
    pub fn evaluation_told(&self, policy: &Policy) -> Option<EvaluationSnapshot> {
        let (until, rules) = (self.evaluable_until(policy)?, policy.evaluation.as_ref()?);
        let said = self.evaluation.as_deref();
        Some(EvaluationSnapshot {
            until,
            scale: rules.scale.ratings.clone(),
            may_change: rules.may_change.value,
            office: said.and_then(|said| said.office),
            unit: said.and_then(|said| said.unit),
            dispute: said.and_then(|said| said.disputes.last()).map(|disputed| disputed.dispute),
        })
    }
}
