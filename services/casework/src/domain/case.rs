//! The case (信访事项办理) and its states.

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{CaseState, DeadlineKind, DeadlineState, Grade, Outcome};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
use huiyin_kernel::{CaseId, DistrictCode, PetitionId, PetitionNumber, SessionId, StaffId, UnitCode, VisitId};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Appointment, Approval, Archived, Clock, Competence, Consultation, Deferral, Delivery, Evaluation,
    Explanation, FoundBy, Instruction, LibraryEntry, Link, OpenReview, Plan, Promise, Proposal, Recusal, Reply,
    ReportedUp, ReturnVisit, Review, ReviewOpinion, Settlement, Simple, StateKind, SupervisionOrder, Transfer,
    WorkPart,
};

/// The city's handling of one petition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What was known when it was opened.
    pub facts: CaseFacts,
    /// The unit that answers for it; never absent (WH-11).
    pub responsible_unit: UnitCode,
    /// The leader who received first or took the case (首接, 包案).
    pub leader: Option<StaffId>,
    /// A leader has taken the case (包案; WH-10).
    pub taken_by_leader: bool,
    /// By what that leader was found, where a rule found them (QD-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader_found_by: Option<FoundBy>,
    /// The reception session it came from or was brought to.
    pub session_id: Option<SessionId>,
    /// Ordinary until accepted with another grade.
    pub grade: Grade,
    /// The simple procedure, if it was admitted to it (简易办理; REG-30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simple: Option<Simple>,
    /// The steps recorded, by code, in order (JD-09).
    pub steps: Vec<String>,
    /// Steps left out with a reason (原则上).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
    /// Acceptance first, then handling and reviews, and what offices owe each other.
    pub clocks: Vec<Clock>,
    /// How it came to the responsible unit, if it was sent there (转送、交办).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Which unit is competent, if that was put to the office above (REG-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competence: Option<Box<Competence>>,
    /// Reports upwards as a major or urgent matter, in order (REG-17).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reported_up: Vec<ReportedUp>,
    /// Matters that belong together with it, in the order they were linked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Parts that other units do, in the order given (JX-09).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<WorkPart>,
    /// What is settled later (XT-21).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferral: Option<Box<Deferral>>,
    /// Its place in the library of matters fit for leaders (SZ-07).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<Box<LibraryEntry>>,
    /// The newest application for an appointment with a leader (QD-02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Box<Appointment>>,
    /// The newest consultation (协商会办; QD-02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consultation: Option<Box<Consultation>>,
    /// Its plan (一事一策; JX-06).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Box<Plan>>,
    /// What leaders wrote on reading it, the newest last (REG-03).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instructions: Vec<Instruction>,
    /// Who has no part in it, having an interest (回避; REG-26).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recusals: Vec<Recusal>,
    /// The promise letter, if there is one.
    pub promise: Option<Promise>,
    /// What a leader explained at a reception, if the case went on after it.
    pub explained: Option<Explanation>,
    /// A relief referral was made (WH-12).
    pub relief_referral: bool,
    /// Visits already taken into account.
    pub visits: Vec<VisitId>,
    /// Reviews and re-examinations that have ended, in order (REG-40…43).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// The opinion that a reviewing body set aside when it ordered the matter handled anew; it is not given again (REG-44).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<Box<Proposal>>,
    /// The agreement that stands in place of an opinion (调解、和解; REG-27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Box<Settlement>>,
    /// What the petitioner said of how it was handled (REG-07).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Box<Evaluation>>,
    /// Return visits, in the order of recording (回访; XT-10).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub return_visits: Vec<ReturnVisit>,
    /// The petitioner does not wish one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_return_visit: bool,
    /// Its file, once archived (案卷归档; WH-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<Box<Archived>>,
    /// How often it was withdrawn; the generation of the timer that ends the rest.
    pub rests: i32,
    /// Supervision orders (督办), the newest last; at most that one is open.
    #[serde(default)]
    pub supervision: Vec<SupervisionOrder>,
    /// The units that handed it over in a row, with nothing done between (DW-19).
    #[serde(default)]
    pub passed_on_by: Vec<UnitCode>,
    /// Where it stands.
    pub state: State,
    /// The journal version.
    pub version: i64,
}

/// What never changes about a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The case.
    pub case_id: CaseId,
    /// The petition it handles.
    pub petition_id: PetitionId,
    /// The number on the receipt.
    pub number: PetitionNumber,
    /// How the petition came in.
    pub channel: Channel,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Who petitions together.
    #[serde(default = "individual")]
    pub kind: PetitionKind,
    /// Topic code.
    pub topic: String,
    /// Where the matter is.
    pub district: DistrictCode,
    /// When the petition was registered; the clocks start here.
    pub registered_at: DateTime<Utc>,
    /// Which unit registered it.
    pub registered_by: Option<UnitCode>,
    /// The pack the case began with and keeps (D-5).
    pub policy: PolicyRef,
}

const fn individual() -> PetitionKind {
    PetitionKind::Individual
}

/// A pack by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Its id.
    pub pack: String,
    /// Content hash of the resolved pack, parents included.
    pub hash: String,
}

/// Where a case stands, with what is known only there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// 已登记，待受理
    Received,
    /// 已受理，待交办
    Accepted,
    /// 已交承办人
    Assigned {
        /// The handling officer.
        officer: StaffId,
    },
    /// 调查核实中
    Investigating {
        /// The handling officer.
        officer: StaffId,
    },
    /// 已拟处理意见，待审批
    Proposed {
        /// The handling officer.
        officer: StaffId,
        /// The draft.
        proposal: Proposal,
        /// Approvals given so far, in order.
        approvals: Vec<Approval>,
    },
    /// 已审批，待答复
    Approved {
        /// The handling officer.
        officer: StaffId,
        /// The approved opinion.
        proposal: Proposal,
    },
    /// 已答复，待送达
    Replied {
        /// The handling officer.
        officer: StaffId,
        /// The approved opinion.
        proposal: Proposal,
        /// The document.
        reply: Reply,
    },
    /// 已送达，待办结
    Delivered {
        /// The handling officer.
        officer: StaffId,
        /// The approved opinion.
        proposal: Proposal,
        /// The document.
        reply: Reply,
        /// How it got there.
        delivery: Delivery,
    },
    /// 复查或者复核办理中
    UnderReview(Box<OpenReview>),
    /// 已拟复查或者复核意见，待审批
    ReviewProposed {
        /// The review.
        review: Box<OpenReview>,
        /// The draft.
        opinion: Box<ReviewOpinion>,
        /// Approvals given so far, in order.
        approvals: Vec<Approval>,
    },
    /// 已出具复查或者复核意见书，待送达
    ReviewAnswered {
        /// The review.
        review: Box<OpenReview>,
        /// The document.
        opinion: Box<ReviewOpinion>,
        /// When it was issued.
        issued_at: DateTime<Utc>,
    },
    /// 已撤回: rests, and can be taken up again until a day.
    Withdrawn(Box<Resting>),
    /// 已办结
    Closed(Box<Closing>),
}

/// A resting case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resting {
    /// Since when.
    pub since: DateTime<Utc>,
    /// The first instant at which it can no longer be taken up again.
    pub until: DateTime<Utc>,
    /// Where it stood.
    pub before: State,
    /// Its clocks as they stood.
    pub clocks: Vec<Clock>,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The outcome.
    pub outcome: Outcome,
    /// When.
    pub closed_at: DateTime<Utc>,
    /// The officer who handled it, if one was named.
    pub officer: Option<StaffId>,
    /// What the petitioner was answered with.
    pub answer: Answer,
}

impl Closing {
    fn written(&self) -> Option<(&Proposal, &Reply, &Delivery)> {
        if let Answer::Written { proposal, reply, delivery } = &self.answer {
            Some((proposal, reply, delivery))
        } else {
            None
        }
    }
}

impl State {
    /// Its name in the table of transitions.
    pub const fn kind(&self) -> StateKind {
        match self {
            Self::Received => StateKind::Received,
            Self::Accepted => StateKind::Accepted,
            Self::Assigned { .. } => StateKind::Assigned,
            Self::Investigating { .. } => StateKind::Investigating,
            Self::Proposed { .. } => StateKind::Proposed,
            Self::Approved { .. } => StateKind::Approved,
            Self::Replied { .. } => StateKind::Replied,
            Self::Delivered { .. } => StateKind::Delivered,
            Self::UnderReview(_) => StateKind::UnderReview,
            Self::ReviewProposed { .. } => StateKind::ReviewProposed,
            Self::ReviewAnswered { .. } => StateKind::ReviewAnswered,
            Self::Withdrawn(_) => StateKind::Withdrawn,
            Self::Closed(_) => StateKind::Closed,
        }
    }

    /// The handling officer, once named.
    pub fn officer(&self) -> Option<StaffId> {
        match self {
            Self::Received | Self::Accepted => None,
            Self::Assigned { officer }
            | Self::Investigating { officer }
            | Self::Proposed { officer, .. }
            | Self::Approved { officer, .. }
            | Self::Replied { officer, .. }
            | Self::Delivered { officer, .. } => Some(*officer),
            Self::UnderReview(review) | Self::ReviewProposed { review, .. } | Self::ReviewAnswered { review, .. } => {
                review.before.officer()
            }
            Self::Withdrawn(resting) => resting.before.officer(),
            Self::Closed(closing) => closing.officer,
        }
    }

    /// The opinion, from its proposal on.
    pub fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Proposed { proposal, .. }
            | Self::Approved { proposal, .. }
            | Self::Replied { proposal, .. }
            | Self::Delivered { proposal, .. } => Some(proposal),
            Self::UnderReview(review) | Self::ReviewProposed { review, .. } | Self::ReviewAnswered { review, .. } => {
                review.before.proposal()
            }
            Self::Withdrawn(resting) => resting.before.proposal(),
            Self::Closed(closing) => closing.written().map(|(proposal, _, _)| proposal),
            Self::Received | Self::Accepted | Self::Assigned { .. } | Self::Investigating { .. } => None,
        }
    }

    /// The written reply, once issued, and its delivery, once recorded.
    pub fn reply(&self) -> Option<(&Reply, Option<&Delivery>)> {
        match self {
            Self::Replied { reply, .. } => Some((reply, None)),
            Self::Delivered { reply, delivery, .. } => Some((reply, Some(delivery))),
            Self::UnderReview(review) | Self::ReviewProposed { review, .. } | Self::ReviewAnswered { review, .. } => {
                review.before.reply()
            }
            Self::Withdrawn(resting) => resting.before.reply(),
            Self::Closed(closing) => closing.written().map(|(_, reply, delivery)| (reply, Some(delivery))),
            Self::Received
            | Self::Accepted
            | Self::Assigned { .. }
            | Self::Investigating { .. }
            | Self::Proposed { .. }
            | Self::Approved { .. } => None,
        }
    }

    /// How the case ended, once closed.
    pub fn closing(&self) -> Option<&Closing> {
        if let Self::Closed(closing) = self { Some(closing) } else { None }
    }

    /// The state as others are told.
    pub const fn published(&self) -> CaseState {
        match self.kind() {
            StateKind::Received => CaseState::Received,
            StateKind::Accepted => CaseState::Accepted,
            StateKind::Assigned => CaseState::Assigned,
            StateKind::Investigating => CaseState::Investigating,
            StateKind::Proposed => CaseState::Proposed,
            StateKind::Approved => CaseState::Approved,
            StateKind::Replied | StateKind::Delivered => CaseState::Replied,
            StateKind::UnderReview | StateKind::ReviewProposed => CaseState::UnderReview,
            StateKind::ReviewAnswered => CaseState::ReviewAnswered,
            StateKind::Withdrawn => CaseState::Withdrawn,
            StateKind::Closed => CaseState::Closed,
        }
    }
}

impl Case {
    /// The clock of a duty, if it has begun.
    pub fn clock(&self, kind: DeadlineKind) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind == kind)
    }

    /// True for accusations (检举控告), which discipline bodies alone handle (REG-22).
    pub const fn is_accusation(&self) -> bool {
        matches!(self.facts.class, PetitionClass::Accusation)
    }

    /// The nearest instant by which something is owed; in the past when it is overdue.
    pub fn next_due_at(&self) -> Option<DateTime<Utc>> {
        self.clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.deadline.due_at).min()
    }

    /// A clock that is open was reckoned with another calendar than that one (T7).
    pub fn is_reckoned_otherwise(&self, calendar_version: &str) -> bool {
        self.clocks.iter().any(|clock| clock.is_open() && clock.deadline.calendar_version != calendar_version)
    }

    /// A duty is overdue and not met.
    pub fn is_overdue(&self) -> bool {
        self.clocks.iter().any(|clock| clock.state == DeadlineState::Overdue)
    }

    /// The outcome, once decided: on closing, with the approved opinion, or by a reviewing body instead.
    pub fn outcome(&self) -> Option<Outcome> {
        if let Some(closing) = self.state.closing() {
            return Some(closing.outcome);
        }
        let decided = !matches!(self.state, State::Proposed { .. } | State::Withdrawn(_));
        let opinion = self.state.proposal().filter(|_| decided)?;
        Some(self.decided_by_review().unwrap_or(opinion.outcome))
    }
}
