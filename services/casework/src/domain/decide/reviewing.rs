//! Review and re-examination (复查、复核; REG-40…44; Art. 35, 36).

use chrono::{DateTime, Utc};
use huiyin_calendar::{deadline_or_provisional, local_date};
use huiyin_contracts::casework::{ReviewLevel, ReviewResult};
use huiyin_kernel::UnitCode;
use huiyin_policy::rules::DeclineReason;

use super::handling::suits;
use super::{Decision, Given};
use crate::domain::{
    AfterReview, Clock, CommandKind, Delivery, Event, Hearing, OpenReview, ProposeReview, Refusal, Remedy,
    ReviewDelivery, ReviewGround, ReviewOpinion, State, StopReason, clock_of,
};

/// A hearing of more days than this is a slip of the pen.
const LONGEST_HEARING: u32 = 30;

/// The grounds on which a review is not taken up (A6-3, A6-5).
const GROUNDS: [DeclineReason; 3] =
    [DeclineReason::ReviewTooLate, DeclineReason::ReviewSkipsLevel, DeclineReason::OtherBody];

impl Given<'_> {
    /// REG-40, REG-41, REG-43: the next remedy, at the next higher body, within its own period from this request; after a
    /// re-examination none. Whoever asks has received the answer, recorded or not.
    pub(super) fn ask_review(self, superior: Option<&UnitCode>) -> Result<Decision, Refusal> {
        let mut events = Vec::new();
        let mut case = self.case.clone();
        if let State::Replied { .. } = case.state {
            let rule = self.policy.clocks.review_request.to_calendar();
            let delivery = Delivery {
                means: "信访人申请复查时确认收到".to_owned(),
                delivered_at: self.now,
                receipt: None,
                review_until: deadline_or_provisional(self.now, &rule, self.calendar)?.last_day,
            };
            let delivered = Event::Delivered { delivery };
            case = case.apply(&delivered, self.now);
            events.push(delivered);
        }
        let remedy = case.remedy().ok_or(Refusal::NothingToReview)?;
        let Remedy::Open(level, until) = remedy else {
            let level = ReviewLevel::Reexamination;
            events.push(self.declined_by_rule(level, DeclineReason::FinallyReviewed, false));
            return Ok(events);
        };
        let late = local_date(self.now).is_some_and(|today| today > until);
        let Some(unit) = superior else {
            events.push(self.declined_by_rule(level, DeclineReason::OtherBody, late));
            return Ok(events);
        };
        let clocks = &self.policy.clocks;
        let rule = match level {
            ReviewLevel::Review => clocks.review.to_calendar(),
            ReviewLevel::Reexamination => clocks.reexamination.to_calendar(),
        };
        let kind = clock_of(level);
        let clock = Clock::start(kind, vec![rule], self.now, self.calendar)?.after(case.clock(kind));
        events.push(Event::ReviewAsked { level, unit: unit.clone(), late, clock: Box::new(clock) });
        Ok(events)
    }

    /// Answered at once, by what the pack says of that ground.
    fn declined_by_rule(self, level: ReviewLevel, reason: DeclineReason, late: bool) -> Event {
        let rule = self.policy.decline.reason(reason);
        let where_to_go = match reason {
            DeclineReason::OtherBody => {
                "请向作出处理意见的机关的上一级机关申请，本市信访机构可以告知其名称和地址".to_owned()
            }
            _ => rule.where_zh.clone(),
        };
        let (code, article) = (reason.code().to_owned(), rule.article.clone());
        let ground = ReviewGround { code, article, text: rule.zh.clone(), where_to_go };
        Event::ReviewDeclined { level, ground, late }
    }

    /// A6: not taken up, for a reason of the closed list, with where to go.
    pub(super) fn decline_review(self, code: &str, text: &str) -> Result<Decision, Refusal> {
        let review = self.review(CommandKind::DeclineReview)?;
        let reason =
            GROUNDS.into_iter().find(|ground| ground.code() == code).ok_or_else(|| Refusal::UnknownGround {
                code: code.to_owned(),
                known: GROUNDS.iter().map(|ground| ground.code()).collect(),
            })?;
        if reason == DeclineReason::ReviewTooLate && !review.late {
            return Err(Refusal::ReviewInTime);
        }
        let rule = self.policy.decline.reason(reason);
        let ground = ReviewGround {
            code: code.to_owned(),
            article: rule.article.clone(),
            text: text.to_owned(),
            where_to_go: rule.where_zh.clone(),
        };
        Ok(vec![Event::ReviewDeclined { level: review.level, ground, late: review.late }])
    }

    /// REG-42: the days of a hearing do not count, in a re-examination; in a review they do. Given again, it takes the place
    /// of what was fixed before.
    pub(super) fn hold_hearing(self, hearing: &Hearing) -> Result<Decision, Refusal> {
        let review = self.review(CommandKind::HoldHearing)?;
        let begins_before = local_date(review.asked_at).is_some_and(|asked| hearing.from < asked);
        if hearing.to < hearing.from || hearing.days() > LONGEST_HEARING || begins_before {
            return Err(Refusal::HearingDays { most: LONGEST_HEARING });
        }
        if review.hearing.as_ref() == Some(hearing) {
            return Err(Refusal::NothingChanges);
        }
        let clock = match (review.level, self.case.clock(clock_of(review.level))) {
            (ReviewLevel::Reexamination, Some(clock)) => {
                let mut clock = clock.clone();
                clock.stop(StopReason::Hearing, hearing.days());
                Some(Box::new(self.reckoned(clock)?))
            }
            _ => None,
        };
        Ok(vec![Event::HearingHeld { hearing: hearing.clone(), clock }])
    }

    /// REG-44: upheld, changed, set aside or ordered anew; whoever decides the matter anew says how.
    pub(super) fn propose_review(self, propose: &ProposeReview) -> Result<Decision, Refusal> {
        self.review(CommandKind::ProposeReview)?;
        let needed = matches!(propose.result, ReviewResult::Changed | ReviewResult::Withdrawn);
        if needed != propose.outcome.is_some() {
            return Err(Refusal::ReviewOutcome { needed });
        }
        let class = self.case.facts.class;
        if let Some(outcome) = propose.outcome.filter(|outcome| !suits(*outcome, class)) {
            return Err(Refusal::OutcomeDoesNotSuit { outcome, class });
        }
        let proposer =
            self.actor.staff_id().ok_or_else(|| Refusal::NotResponsible { unit: self.case.acting_unit().clone() })?;
        let ProposeReview { result, outcome, facts_found, opinion, legal_basis } = propose.clone();
        let opinion = Box::new(ReviewOpinion { result, outcome, facts_found, opinion, legal_basis, proposer });
        Ok(vec![Event::ReviewProposed { opinion }])
    }

    /// The opinion takes effect when it has reached the petitioner; a matter ordered anew has its period from the day of the
    /// opinion, so that no day is gained by sending it late.
    pub(super) fn deliver_review(
        self,
        review: &OpenReview,
        opinion: &ReviewOpinion,
        issued_at: DateTime<Utc>,
        (means, delivered_at, receipt): (&str, DateTime<Utc>, Option<&str>),
    ) -> Result<Decision, Refusal> {
        let delivered_at = self.delivered(issued_at, delivered_at)?;
        let next_until = match review.level {
            ReviewLevel::Review if opinion.result != ReviewResult::Redo => {
                let rule = self.policy.clocks.reexamination_request.to_calendar();
                Some(deadline_or_provisional(delivered_at, &rule, self.calendar)?.last_day)
            }
            _ => None,
        };
        let then = match opinion.result {
            ReviewResult::Upheld => AfterReview::AsBefore,
            ReviewResult::Changed | ReviewResult::Withdrawn => {
                AfterReview::CarryOut { steps: self.case.steps_up_to_reply(self.policy) }
            }
            ReviewResult::Redo => {
                let (kind, rules) = (
                    huiyin_contracts::casework::DeadlineKind::Handling,
                    self.case.handling_rules(self.case.grade, false, self.policy),
                );
                let clock = Clock::start(kind, rules, issued_at, self.calendar)?.after(self.case.clock(kind));
                AfterReview::Anew { handling: Box::new(clock) }
            }
        };
        let (means, receipt) = (means.to_owned(), receipt.map(str::to_owned));
        let delivery = ReviewDelivery { means, delivered_at, receipt, next_until };
        let ordered = self.order_when_set_aside(opinion)?;
        Ok(std::iter::once(Event::ReviewDelivered { delivery, then }).chain(ordered).collect())
    }

    fn review(&self, command: CommandKind) -> Result<&OpenReview, Refusal> {
        self.case.open_review().ok_or_else(|| Refusal::WrongState { command, state: self.case.state.kind() })
    }
}
