//! What happened to a case: the entries of its journal. Bodies may hold the words of officials and petitioners; what
//! others are told is the snapshot, which holds none.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome, ReviewLevel};
use huiyin_kernel::{Role, SessionId, StaffId, UnitCode, VisitId};
use serde::{Deserialize, Serialize};

use super::{
    AfterReview, AppointmentEvent, ArchiveEvent, CaseFacts, Clock, DeferralEvent, Delivery, EvaluationEvent,
    Explanation, FoundBy, Hearing, LibraryEvent, LinkEvent, Mark, Note, OnSpot, PartEvent, Promise, Proposal, Recusal,
    Reply, ReturnVisitEvent, ReviewDelivery, ReviewGround, ReviewOpinion, Road, RoutingEvent, SettlementEvent,
    SimpleAdmission, SupervisionEvent,
};

/// One journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The case was opened.
    Opened(Box<Opened>),
    /// Taken up; the acceptance clock is met and the handling clock starts.
    Accepted {
        /// Ordinary, complex or wide.
        grade: Grade,
        /// The clock that starts.
        handling: Box<Clock>,
        /// Admitted to the simple procedure (REG-30).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        simple: Option<SimpleAdmission>,
    },
    /// From the simple to the ordinary procedure; the petitioner is told (REG-33).
    ConvertedToOrdinary {
        /// Why.
        reason: String,
        /// The clock as it is now, counted from the first acceptance.
        handling: Box<Clock>,
    },
    /// The petitioner was pointed to the competent body.
    Pointed {
        /// Which one.
        to_body: String,
        /// The notice.
        text: String,
        /// The procedure the request is led into, if it is one of another law (REG-23).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        road: Option<Road>,
    },
    /// Not taken up.
    Declined {
        /// The ground's code.
        code: String,
        /// Its article.
        article: String,
        /// The notice.
        text: String,
        /// Where to go.
        where_to_go: String,
        /// How the case ends by that ground.
        outcome: Outcome,
    },
    /// Sent on to a discipline body.
    Forwarded {
        /// Which one.
        unit: UnitCode,
    },
    /// Sent on to the competent body (转送), or handed down with a demanded result (交办); the petitioner is told where it went.
    Transferred {
        /// Who received it; it is responsible from now on.
        unit: UnitCode,
        /// Who sent it.
        from: UnitCode,
        /// The result demanded, when handed down.
        demand: Option<String>,
        /// The last day to object.
        objection_until: NaiveDate,
        /// The receiver's own clock.
        acceptance: Box<Clock>,
        /// The clock of the report demanded, when handed down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<Box<Clock>>,
    },
    /// The receiver objects: another body is competent (异议).
    Objected {
        /// Why.
        reason: String,
    },
    /// The sender answered; when it agreed the matter is its own again.
    ObjectionAnswered {
        /// Whether it agreed.
        agreed: bool,
        /// Why.
        reason: String,
    },
    /// An officer was named.
    Assigned {
        /// Who.
        officer: StaffId,
        /// Of which unit; it is responsible from now on.
        unit: UnitCode,
    },
    /// Responsibility moved; the clocks keep running.
    HandedOver {
        /// The unit responsible from now on.
        unit: UnitCode,
        /// The unit responsible until now.
        from: UnitCode,
        /// The leader from now on, if another was named.
        leader: Option<StaffId>,
        /// Why.
        reason: String,
    },
    /// A step was done.
    StepDone {
        /// Its code.
        step: String,
        /// The officer's note.
        note: String,
    },
    /// Somebody of an office has an interest in it, and no part any more (回避; REG-26).
    Recused {
        /// Who, why, by whose word.
        recusal: Recusal,
    },
    /// A step that holds in principle was left out.
    StepWaived {
        /// Its code.
        step: String,
        /// Why.
        reason: String,
    },
    /// An opinion was proposed.
    Proposed {
        /// The draft.
        proposal: Box<Proposal>,
    },
    /// The opinion was approved in one role.
    ApprovalGiven {
        /// Who.
        by: StaffId,
        /// In which role.
        role: Role,
    },
    /// All approvals are there.
    Approved,
    /// The draft went back.
    Returned {
        /// Why.
        reason: String,
    },
    /// The written reply was issued; the handling clock is met.
    Replied {
        /// The document.
        reply: Box<Reply>,
    },
    /// The reply reached the petitioner.
    Delivered {
        /// How.
        delivery: Delivery,
    },
    /// What was answered otherwise was given on paper, too (REG-33).
    PaperGiven {
        /// How; the time to ask for a review runs from here.
        delivery: Delivery,
    },
    /// A relief referral was made (WH-12).
    ReliefReferred,
    /// A leader received the petitioner and owns the matter (WH-09).
    ReceivedByLeader {
        /// The visit.
        visit_id: VisitId,
        /// Its session.
        session_id: SessionId,
        /// Who.
        leader: StaffId,
    },
    /// A promise letter was issued.
    Promised {
        /// The letter.
        promise: Promise,
    },
    /// A leader explained by word of mouth.
    Explained {
        /// What.
        explanation: Explanation,
    },
    /// Settled in front of the petitioner.
    SettledOnSpot {
        /// How.
        on_spot: Box<OnSpot>,
    },
    /// The handling period was extended.
    Extended {
        /// By so many days.
        days: u32,
        /// As a matter of that grade.
        kind: Grade,
        /// Why; the petitioner is told.
        reason: String,
        /// The clock as it is now.
        handling: Box<Clock>,
    },
    /// The grade changed, and with it the local limit.
    GradeChanged {
        /// The new grade.
        grade: Grade,
        /// Why.
        reason: String,
        /// The clock as it is now.
        handling: Box<Clock>,
    },
    /// A deadline comes near.
    DueSoon {
        /// Which.
        kind: DeadlineKind,
        /// Which mark.
        mark: Mark,
    },
    /// A deadline has passed.
    Overdue {
        /// Which.
        kind: DeadlineKind,
    },
    /// A leader takes the case (包案).
    TakenByLeader {
        /// Who.
        leader: StaffId,
        /// By what the rule found them; none when they took it themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found_by: Option<FoundBy>,
    },
    /// Withdrawn by the petitioner.
    Withdrawn {
        /// The first instant at which it can no longer be taken up again.
        until: DateTime<Utc>,
    },
    /// Taken up again.
    Resumed {
        /// The clocks as they are now.
        clocks: Vec<Clock>,
    },
    /// A deadline was reckoned again with a new calendar and stands elsewhere now, or is no longer provisional.
    DeadlineMoved {
        /// The last day before; none in what was written before it was kept.
        #[serde(default)]
        from: Option<NaiveDate>,
        /// The clock as it is now.
        clock: Box<Clock>,
    },
    /// Reckoned again with a new calendar, and it stands where it stood: nobody is told.
    DeadlineKept {
        /// The clock as it is now.
        clock: Box<Clock>,
    },
    /// A review or re-examination was asked for; its clock starts.
    ReviewAsked {
        /// Which.
        level: ReviewLevel,
        /// The reviewing body.
        unit: UnitCode,
        /// Asked for after the last day.
        late: bool,
        /// The clock that starts.
        clock: Box<Clock>,
    },
    /// The review is not taken up; the petitioner is told why and where to go.
    ReviewDeclined {
        /// Which.
        level: ReviewLevel,
        /// Why.
        ground: ReviewGround,
        /// Asked for after the last day.
        late: bool,
    },
    /// A hearing was fixed, moved, or recorded.
    HearingHeld {
        /// The hearing.
        hearing: Hearing,
        /// The clock as it is now, where its days do not count.
        clock: Option<Box<Clock>>,
    },
    /// An opinion on the review was proposed.
    ReviewProposed {
        /// The draft.
        opinion: Box<ReviewOpinion>,
    },
    /// The draft went back.
    ReviewReturned {
        /// Why.
        reason: String,
    },
    /// The written opinion was issued; the review's clock is met.
    ReviewAnswered,
    /// It reached the petitioner, and takes effect.
    ReviewDelivered {
        /// How.
        delivery: ReviewDelivery,
        /// What it brings about.
        then: AfterReview,
    },
    /// The request for review was withdrawn and not taken up again in time.
    ReviewWithdrawn,
    /// Something worth keeping that changes nothing.
    Noted {
        /// What.
        note: Note,
    },
    /// What the petitioner said of the handling.
    Evaluation(EvaluationEvent),
    /// Something about return visits (回访).
    ReturnVisit(ReturnVisitEvent),
    /// Something about the file (案卷).
    Archive(ArchiveEvent),
    /// Linked with another matter, or no longer.
    Link(LinkEvent),
    /// Something about a part that another unit does.
    Part(PartEvent),
    /// Something about what is settled later.
    Deferral(DeferralEvent),
    /// Something about an appointment with a leader.
    Appointment(AppointmentEvent),
    /// Something about the library, the plan or a leader asked.
    Library(LibraryEvent),
    /// Something about competence, or a report between offices.
    Routing(RoutingEvent),
    /// Something about an agreement (调解、和解).
    Settlement(SettlementEvent),
    /// Something in supervision (督办).
    Supervision(SupervisionEvent),
    /// Closed.
    Closed {
        /// With which outcome.
        outcome: Outcome,
    },
}

/// The beginning of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What never changes.
    pub facts: CaseFacts,
    /// The unit that answers for it.
    pub responsible_unit: UnitCode,
    /// The session it was registered for.
    pub session_id: Option<SessionId>,
    /// The acceptance clock.
    pub acceptance: Clock,
}

impl Event {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Accepted { .. } => "accepted",
            Self::ConvertedToOrdinary { .. } => "converted_to_ordinary",
            Self::Pointed { .. } => "pointed",
            Self::Declined { .. } => "declined",
            Self::Forwarded { .. } => "forwarded",
            Self::Transferred { .. } => "transferred",
            Self::Objected { .. } => "objected",
            Self::ObjectionAnswered { .. } => "objection_answered",
            Self::Assigned { .. } => "assigned",
            Self::HandedOver { .. } => "handed_over",
            Self::StepDone { .. } => "step_done",
            Self::Recused { .. } => "recused",
            Self::StepWaived { .. } => "step_waived",
            Self::Proposed { .. } => "proposed",
            Self::ApprovalGiven { .. } => "approval_given",
            Self::Approved => "approved",
            Self::Returned { .. } => "returned",
            Self::Replied { .. } => "replied",
            Self::Delivered { .. } => "delivered",
            Self::PaperGiven { .. } => "paper_given",
            Self::ReliefReferred => "relief_referred",
            Self::ReceivedByLeader { .. } => "received_by_leader",
            Self::Promised { .. } => "promised",
            Self::Explained { .. } => "explained",
            Self::SettledOnSpot { .. } => "settled_on_spot",
            Self::Extended { .. } => "extended",
            Self::GradeChanged { .. } => "grade_changed",
            Self::DueSoon { .. } => "due_soon",
            Self::Overdue { .. } => "overdue",
            Self::TakenByLeader { .. } => "taken_by_leader",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Resumed { .. } => "resumed",
            Self::DeadlineMoved { .. } => "deadline_moved",
            Self::DeadlineKept { .. } => "deadline_kept",
            Self::ReviewAsked { .. } => "review_asked",
            Self::ReviewDeclined { .. } => "review_declined",
            Self::HearingHeld { .. } => "hearing_held",
            Self::ReviewProposed { .. } => "review_proposed",
            Self::ReviewReturned { .. } => "review_returned",
            Self::ReviewAnswered => "review_answered",
            Self::ReviewDelivered { .. } => "review_delivered",
            Self::ReviewWithdrawn => "review_withdrawn",
            Self::Noted { .. } => "noted",
            Self::Settlement(event) => event.name(),
            Self::Routing(event) => event.name(),
            Self::Link(event) => event.name(),
            Self::Part(event) => event.name(),
            Self::Deferral(event) => event.name(),
            Self::Appointment(event) => event.name(),
            Self::Library(event) => event.name(),
            Self::Archive(event) => event.name(),
            Self::Evaluation(event) => event.name(),
            Self::ReturnVisit(event) => event.name(),
            Self::Supervision(event) => event.name(),
            Self::Closed { .. } => "closed",
        }
    }
}
