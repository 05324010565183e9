//! Review (复查) and re-examination (复核): the two remedies against a written opinion (REG-40…44; Art. 35, 36).

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, Outcome, ReviewLevel, ReviewResult};
use huiyin_kernel::{StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Case, Clock, State};

/// A review under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReview {
    /// 复查 or 复核.
    pub level: ReviewLevel,
    /// The reviewing body: the next higher one (REG-40).
    pub unit: UnitCode,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Asked for after the last day; may be taken up all the same, for good cause (A6-5).
    pub late: bool,
    /// The hearing, if one was fixed.
    pub hearing: Option<Hearing>,
    /// Where the case stood: delivered, or closed with a written answer.
    pub before: State,
}

/// A hearing (听证), from its first to its last day (REG-42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What it is about, or what came of it.
    pub note: String,
}

impl Hearing {
    /// Days from the first to the last, both counted.
    pub fn days(&self) -> u32 {
        u32::try_from((self.to - self.from).num_days() + 1).unwrap_or_default()
    }
}

/// The opinion of a reviewing body (复查意见书, 复核意见书; A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpinion {
    /// Uphold, change, set aside, or order anew.
    pub result: ReviewResult,
    /// How the matter is decided, where the reviewing body decides it itself.
    pub outcome: Option<Outcome>,
    /// What was found: the earlier opinion and the facts.
    pub facts_found: String,
    /// 复查意见, 复核意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// Who drafted it; somebody else approves.
    pub proposer: StaffId,
}

impl ReviewOpinion {
    /// The text of the document, part by part; it ends with what can still be done (REG-40, REG-43).
    pub fn text(&self, level: ReviewLevel) -> String {
        let (title, remedy) = match level {
            ReviewLevel::Review => {
                ("信访事项复查意见书", "对复查意见不服的，可以自收到之日起30日内，向复查机关的上一级机关申请复核。")
            }
            ReviewLevel::Reexamination => (
                "信访事项复核意见书",
                "本意见为信访事项的最终处理意见；以同一事实和理由再次提出的，不再受理（信访工作条例第三十六条第三款）。",
            ),
        };
        format!(
            "{title}\n一、查明的事实\n{}\n二、结论\n{}\n三、意见\n{}\n四、法律法规依据\n{}\n{remedy}",
            self.facts_found,
            result_zh(self.result),
            self.opinion,
            self.legal_basis
        )
    }
}

/// A result in Chinese.
pub const fn result_zh(result: ReviewResult) -> &'static str {
    match result {
        ReviewResult::Upheld => "维持原处理意见",
        ReviewResult::Changed => "变更原处理意见",
        ReviewResult::Withdrawn => "撤销原处理意见",
        ReviewResult::Redo => "责令重新办理",
    }
}

/// A level in Chinese and in English.
pub const fn level_words(level: ReviewLevel) -> (&'static str, &'static str) {
    match level {
        ReviewLevel::Review => ("复查", "review"),
        ReviewLevel::Reexamination => ("复核", "re-examination"),
    }
}

/// The clock of a level.
pub const fn clock_of(level: ReviewLevel) -> DeadlineKind {
    match level {
        ReviewLevel::Review => DeadlineKind::Review,
        ReviewLevel::Reexamination => DeadlineKind::Reexamination,
    }
}

/// How a reviewing body's opinion reached the petitioner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDelivery {
    /// By which means.
    pub means: String,
    /// When.
    pub delivered_at: DateTime<Utc>,
    /// Number of the receipt (送达回证), if there is one.
    pub receipt: Option<String>,
    /// The last day to ask for a re-examination; none after one (REG-43).
    pub next_until: Option<NaiveDate>,
}

/// Why a review is not taken up, as the petitioner is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewGround {
    /// From the pack's closed list (A6).
    pub code: String,
    /// Its article.
    pub article: String,
    /// The notice.
    pub text: String,
    /// Where to go.
    pub where_to_go: String,
}

/// What a delivered opinion brings about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "snake_case")]
pub enum AfterReview {
    /// Upheld: the case stands where it stood.
    AsBefore,
    /// Decided otherwise: the unit carries it out and closes.
    CarryOut {
        /// The steps that stay done.
        steps: Vec<String>,
    },
    /// To be handled anew (责令重新办理), within a new period.
    Anew {
        /// The handling clock, from the day of the opinion.
        handling: Box<Clock>,
    },
}

/// A review that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// 复查 or 复核.
    pub level: ReviewLevel,
    /// The reviewing body; none when no body of this city is competent.
    pub unit: Option<UnitCode>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Asked for after the last day.
    pub late: bool,
    /// The hearing, if one was held.
    pub hearing: Option<Hearing>,
    /// How it ended.
    pub end: ReviewEnd,
}

/// How a review ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum ReviewEnd {
    /// With an opinion that reached the petitioner.
    Answered {
        /// The opinion.
        opinion: Box<ReviewOpinion>,
        /// When it was issued.
        issued_at: DateTime<Utc>,
        /// How it got there.
        delivery: ReviewDelivery,
    },
    /// Not taken up.
    Declined(ReviewGround),
    /// Withdrawn by the petitioner's own act.
    Withdrawn,
}

impl Review {
    /// The opinion with the day of issue and its delivery, if it ended with one.
    pub fn answered(&self) -> Option<(&ReviewOpinion, DateTime<Utc>, &ReviewDelivery)> {
        if let ReviewEnd::Answered { opinion, issued_at, delivery } = &self.end {
            Some((opinion, *issued_at, delivery))
        } else {
            None
        }
    }
}

/// Which remedy is open now, and until which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// This one.
    Open(ReviewLevel, NaiveDate),
    /// None any more: the matter has been re-examined (三级终结; REG-43).
    Ended,
}

impl Case {
    /// The review under way, if there is one.
    pub fn open_review(&self) -> Option<&OpenReview> {
        match &self.state {
            State::UnderReview(review)
            | State::ReviewProposed { review, .. }
            | State::ReviewAnswered { review, .. } => Some(review),
            State::Withdrawn(resting) => match &resting.before {
                State::UnderReview(review)
                | State::ReviewProposed { review, .. }
                | State::ReviewAnswered { review, .. } => Some(review),
                _ => None,
            },
            _ => None,
        }
    }

    /// The unit whose turn it is: the reviewing body while a review is under way, else the responsible unit.
    pub fn acting_unit(&self) -> &UnitCode {
        self.open_review().map_or(&self.responsible_unit, |review| &review.unit)
    }

    /// The opinions of reviewing bodies since the matter was last begun, newest first.
    fn answered_reviews(&self) -> impl Iterator<Item = (&Review, &ReviewOpinion, &ReviewDelivery)> {
        let answered = self.reviews.iter().rev().filter_map(|review| {
            let (opinion, _, delivery) = review.answered()?;
            Some((review, opinion, delivery))
        });
        answered.take_while(|(_, opinion, _)| opinion.result != ReviewResult::Redo)
    }

    /// Whose written answer is the newest: the reviewing body that answered last, else the unit that replied. The next remedy lies
    /// above it (REG-40, REG-41).
    pub fn answered_by(&self) -> Option<&UnitCode> {
        let reviewing = self.answered_reviews().next().and_then(|(review, ..)| review.unit.as_ref());
        reviewing.or_else(|| self.state.reply().map(|(reply, _)| &reply.unit))
    }

    /// The remedy open against the answer delivered last; `None` while there is no delivered written answer.
    pub fn remedy(&self) -> Option<Remedy> {
        let (_, delivery) = self.state.reply()?;
        let first = delivery?.review_until;
        Some(match self.answered_reviews().next() {
            None => Remedy::Open(ReviewLevel::Review, first),
            Some((_, _, delivery)) => match delivery.next_until {
                Some(until) => Remedy::Open(ReviewLevel::Reexamination, until),
                None => Remedy::Ended,
            },
        })
    }

    /// The opinion by which a reviewing body decided the matter itself, if one did.
    pub fn deciding_review(&self) -> Option<&ReviewOpinion> {
        self.answered_reviews().map(|(_, opinion, _)| opinion).find(|opinion| opinion.outcome.is_some())
    }

    /// How it decided.
    pub(super) fn decided_by_review(&self) -> Option<Outcome> {
        self.deciding_review().and_then(|opinion| opinion.outcome)
    }

    /// The steps that stay done when the opinion is to be carried out once more: those up to the reply.
    pub(super) fn steps_up_to_reply(&self, policy: &huiyin_policy::Policy) -> Vec<String> {
        let steps = &policy.gates.steps;
        let before: Vec<&str> =
            steps.all().map(|step| step.code.as_str()).take_while(|code| *code != steps.reply).collect();
        self.steps.iter().filter(|done| before.contains(&done.as_str())).cloned().collect()
    }

    /// Ends the review under way; the case stands where it stood.
    pub(super) fn end_review(&mut self, end: ReviewEnd) {
        let taken = match std::mem::replace(&mut self.state, State::Received) {
            State::UnderReview(review)
            | State::ReviewProposed { review, .. }
            | State::ReviewAnswered { review, .. } => Ok(review),
            State::Withdrawn(resting) => match resting.before {
                State::UnderReview(review)
                | State::ReviewProposed { review, .. }
                | State::ReviewAnswered { review, .. } => Ok(review),
                _ => Err(State::Withdrawn(resting)),
            },
            other => Err(other),
        };
        match taken {
            Ok(review) => {
                let OpenReview { level, unit, asked_at, late, hearing, before } = *review;
                self.reviews.push(Review { level, unit: Some(unit), asked_at, late, hearing, end });
                self.state = before;
            }
            Err(other) => self.state = other,
        }
    }

    /// Carries out what a delivered opinion brings about.
    pub(super) fn after_review(&mut self, then: &AfterReview) {
        match then {
            AfterReview::AsBefore => {}
            AfterReview::CarryOut { steps } => {
                self.steps.clone_from(steps);
                self.lift(huiyin_contracts::casework::DeadlineKind::ReturnVisit);
                self.reopen();
            }
            AfterReview::Anew { handling } => {
                self.set_aside = self.state.proposal().cloned().map(Box::new);
                // A matter that was reviewed is not put for the first time any more (REG-30).
                self.simple = None;
                // So is what was agreed on in place of an opinion.
                self.settlement = None;
                self.lift(DeadlineKind::Settlement);
                // And what was put off: it is decided anew.
                self.deferral = None;
                self.lift(DeadlineKind::Deferral);
                // And what was said of the handling was said of the answer that fell.
                self.evaluation = None;
                self.lift(DeadlineKind::ReturnVisit);
                self.steps.clear();
                self.waived.clear();
                self.set_clock(handling);
                self.state = State::Accepted;
            }
        }
    }

    /// A case closed with a written answer stands as delivered again.
    fn reopen(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Received) {
            State::Closed(closing) => match (closing.officer, closing.answer) {
                (Some(officer), super::Answer::Written { proposal, reply, delivery }) => {
                    State::Delivered { officer, proposal: *proposal, reply: *reply, delivery }
                }
                (officer, answer) => State::Closed(Box::new(super::Closing { officer, answer, ..*closing })),
            },
            other => other,
        };
    }
}
