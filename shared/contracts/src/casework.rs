//! What casework tells: one snapshot of the case for every event, so that a subscriber needs no history.

mod appointment;
mod archive;
mod call;
mod competence;
mod deadline;
mod deferral;
mod evaluation;
mod library;
mod part;
mod procedure;
mod review;
mod routing;
mod settlement;
mod supervision;

use chrono::{DateTime, Utc};
use huiyin_kernel::{CaseId, DistrictCode, PetitionId, PetitionNumber, Service, SessionId, StaffId, UnitCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::intake::{Channel, PetitionClass};
use crate::{AggregateKind, EventType};

pub use appointment::AppointmentSnapshot;
pub use archive::{ArchiveSnapshot, DestructionSnapshot};
pub use call::{CALL_RAISED, CALL_REMINDED, CALL_REPLIED, CallReply, CallSnapshot, CalledUnit};
pub use competence::{CompetenceSnapshot, ReportLevel};
pub use deadline::{DeadlineKind, DeadlineSnapshot, DeadlineState};
pub use deferral::DeferralSnapshot;
pub use evaluation::{Dispute, EvaluationSnapshot, Rating, VisitFinding};
pub use library::{LibrarySnapshot, Quarter, SelectionSnapshot, SelectionState};
pub use part::PartSnapshot;
pub use procedure::Procedure;
pub use review::{ReviewLevel, ReviewResult, ReviewSnapshot, ReviewState};
pub use routing::{ObjectionState, TransferSnapshot};
pub use settlement::{SettlementKind, SettlementSnapshot};
pub use supervision::{MeasureKind, MeasureSnapshot, SupervisionSnapshot, SupervisionState};

macro_rules! case_events {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: EventType =
            EventType::public(Service::Casework, AggregateKind::Case, $name);)*

        /// Every event about a case.
        pub const CASE_EVENTS: &[EventType] = &[$($constant),*];
    };
}

case_events! {
    /// A case was opened for a petition; its clocks run from the registration.
    OPENED = "opened";
    /// Taken up by the competent body (受理), the petitioner is told (REG-12…14).
    ACCEPTED = "accepted";
    /// Another body is competent; the petitioner is told which (REG-12).
    POINTED = "pointed";
    /// Not taken up, for a reason of the closed list A6.
    DECLINED = "declined";
    /// Sent on to a discipline body (REG-11, REG-22).
    FORWARDED = "forwarded";
    /// Sent on to the competent body (转送), or handed down with a demanded result (交办); the petitioner is told (REG-10, REG-12).
    TRANSFERRED = "transferred";
    /// The receiver holds that another body is competent (异议; REG-14).
    OBJECTED = "objected";
    /// The sender agreed, and has the matter again, or did not (REG-14).
    OBJECTION_ANSWERED = "objection_answered";
    /// A handling officer is named.
    ASSIGNED = "assigned";
    /// Responsibility moved to another unit or leader; clocks keep running (DW-17).
    HANDED_OVER = "handed_over";
    /// A step of handling was done (JD-09).
    STEP_DONE = "step_done";
    /// A step that holds in principle was left out, with a reason that is kept (原则上).
    STEP_WAIVED = "step_waived";
    /// An opinion was proposed.
    PROPOSED = "proposed";
    /// The proposal went back to the officer.
    RETURNED = "returned";
    /// The opinion was approved.
    APPROVED = "approved";
    /// The written reply (信访处理意见书) was issued.
    REPLIED = "replied";
    /// The reply reached the petitioner; the remedy period starts (REG-40).
    DELIVERED = "delivered";
    /// Settled in front of the petitioner (WH-04).
    SETTLED_ON_SPOT = "settled_on_spot";
    /// A promise letter (承诺书) was issued (WH-05).
    PROMISED = "promised";
    /// The handling period was extended (REG-24, JD-10); the petitioner is told the reason.
    EXTENDED = "extended";
    /// The simple procedure no longer fits; the ordinary one goes on, counted from the same acceptance (REG-33).
    CONVERTED_TO_ORDINARY = "converted_to_ordinary";
    /// An answer given by word of mouth reached the petitioner on paper, too (REG-33).
    PAPER_GIVEN = "paper_given";
    /// Both sides agreed (调解、和解); that stands in place of an opinion (REG-27). Its words stay inside.
    SETTLEMENT_RECORDED = "settlement_recorded";
    /// A duty of the agreement was done.
    DUTY_DONE = "duty_done";
    /// A part of the matter was given to another unit with a day of its own (分解任务; JX-09). Its words stay inside.
    PART_GIVEN = "part_given";
    /// That unit reported it done.
    PART_DONE = "part_done";
    /// The part is no longer asked for.
    PART_TAKEN_BACK = "part_taken_back";
    /// What cannot be settled now is settled later, and looked at again on a day that the petitioner is told (适时解决; XT-21).
    DEFERRED = "deferred";
    /// What was put off is settled.
    DEFERRED_SETTLED = "deferred_settled";
    /// Taken into the library of matters fit for leaders (案件库; SZ-07).
    LIBRARY_ADDED = "library_added";
    /// No longer in it.
    LIBRARY_REMOVED = "library_removed";
    /// The plan of the matter was laid down (一事一策; JX-06).
    PLAN_SET = "plan_set";
    /// A leader was asked to take the case in a quarter (SZ-08, SZ-14).
    LEADER_SELECTED = "leader_selected";
    /// The leader agreed, or did not.
    LEADER_ANSWERED = "leader_answered";
    /// Published, after the leader agreed: the matter in de-identified words (公示; SZ-08, SZ-14).
    SELECTION_PUBLISHED = "selection_published";
    /// A leader read the matter and gave an instruction (领导阅批; REG-03). Its words stay inside.
    LEADER_INSTRUCTED = "leader_instructed";
    /// The petitioner asks for an appointment with a leader (申请约访; QD-02).
    APPOINTMENT_ASKED = "appointment_asked";
    /// The unit that answers for the matter gave its material for it. Its words stay inside.
    MATERIAL_GIVEN = "material_given";
    /// Its time and place are fixed, or no longer.
    APPOINTMENT_FIXED = "appointment_fixed";
    /// Those concerned consulted together (协商会办). Its words stay inside.
    CONSULTED = "consulted";
    /// Units do not agree which of them is competent; the office above them decides (REG-15).
    COMPETENCE_REFERRED = "competence_referred";
    /// Decided who handles the matter and who assists (REG-15).
    COMPETENCE_DECIDED = "competence_decided";
    /// A unit was abolished, and its successor has its part in the matter (机构撤并承继; REG-16); `reason_code` says which part. Clocks run on.
    SUCCEEDED = "succeeded";
    /// The result demanded with a hand-over was reported (办结报告; REG-10). Its words stay inside.
    RESULT_REPORTED = "result_reported";
    /// Reported upwards as major or urgent (REG-17). Its words stay inside.
    REPORTED_UP = "reported_up";
    /// Somebody of an office has an interest in the matter and no part in it any more (回避; REG-26). Who, is not told.
    RECUSED = "recused";
    /// The receiver of a transfer signed for it (签收).
    SIGNED_FOR = "signed_for";
    /// The petitioner rated how the matter was handled: two bodies, never a person (满意度评价; REG-07).
    EVALUATED = "evaluated";
    /// The petitioner says the opinion was not carried out, or the answer never arrived.
    DISPUTED = "disputed";
    /// Whether the opinion was carried out was asked after the end (回访; XT-10).
    RETURN_VISITED = "return_visited";
    /// The file of the closed matter is complete and was archived (案卷归档; WH-15).
    ARCHIVED = "archived";
    /// The time of the archived file was over and it was destroyed (销毁; A11): who holds copies of what it held destroys them.
    DESTROYED = "destroyed";
    /// A deadline comes near.
    DUE_SOON = "due_soon";
    /// A deadline has passed.
    OVERDUE = "overdue";
    /// A deadline stands elsewhere now: another grade, or the next year's calendar (T7).
    DEADLINE_MOVED = "deadline_moved";
    /// A leader takes the case (包案; WH-10).
    TAKEN_BY_LEADER = "taken_by_leader";
    /// The petitioner withdrew; the case rests and can be taken up again for 15 days.
    WITHDRAWN = "withdrawn";
    /// Taken up again after a withdrawal.
    RESUMED = "resumed";
    /// Closed, with its outcome.
    CLOSED = "closed";
    /// A review (复查) or re-examination (复核) was asked for; its clock runs (REG-40, REG-41).
    REVIEW_ASKED = "review_asked";
    /// The review is not taken up, for a reason of the closed list A6; the petitioner is told.
    REVIEW_DECLINED = "review_declined";
    /// A hearing (听证) was fixed or held (REG-42).
    HEARING_HELD = "hearing_held";
    /// An opinion on the review awaits approval.
    REVIEW_PROPOSED = "review_proposed";
    /// The draft went back.
    REVIEW_RETURNED = "review_returned";
    /// The written opinion (复查意见书, 复核意见书) was issued.
    REVIEW_ANSWERED = "review_answered";
    /// It reached the petitioner; what it decided takes effect.
    REVIEW_DELIVERED = "review_delivered";
    /// The petitioner withdrew the request and did not take that back.
    REVIEW_WITHDRAWN = "review_withdrawn";
    /// An office was called to account (督办; REG-50, REG-51).
    SUPERVISION_ORDERED = "supervision_ordered";
    /// The office answered the order.
    SUPERVISION_ANSWERED = "supervision_answered";
    /// The answer did not do; another is owed.
    SUPERVISION_RETURNED = "supervision_returned";
    /// The supervisor is satisfied; the order is done.
    SUPERVISION_CONCLUDED = "supervision_concluded";
    /// The office was advised to do better (改进建议; REG-50, REG-51).
    ADVISED = "advised";
    /// The office said whether it adopts the advice.
    ADVICE_ANSWERED = "advice_answered";
    /// The joint conference took a measure on the office (约谈、通报、挂牌督办、限期整改; REG-53). Its words stay inside.
    MEASURE_TAKEN = "measure_taken";
    /// The office reported that it put its work right (整改报告).
    RECTIFICATION_REPORTED = "rectification_reported";
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 已登记，待受理
    Received,
    /// 已受理，待交办
    Accepted,
    /// 已交承办人
    Assigned,
    /// 调查核实中
    Investigating,
    /// 已拟处理意见，待审批
    Proposed,
    /// 已审批，待答复
    Approved,
    /// 已答复，待送达和办结
    Replied,
    /// 已撤回 (rests)
    Withdrawn,
    /// 已办结
    Closed,
    /// 复查或者复核办理中
    UnderReview,
    /// 已出具复查或者复核意见，待送达
    ReviewAnswered,
}

/// How a case ended (REG-25, REG-21, A6, WH-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 予以支持
    Supported,
    /// 合理但缺乏依据，解释说明
    Explained,
    /// 不予支持
    NotSupported,
    /// 现场解决
    SettledOnSpot,
    /// 达成调解、和解协议 (REG-27)
    Settled,
    /// 建议采纳
    Adopted,
    /// 建议部分采纳
    PartlyAdopted,
    /// 建议未采纳，已说明
    NotAdopted,
    /// 告知向有权机关提出
    Pointed,
    /// 不予（不再）受理
    Declined,
    /// 转纪检监察机关
    Forwarded,
    /// 信访人撤回
    Withdrawn,
}

impl Outcome {
    /// An answer to the matter itself, so that there may be something to carry out; a withdrawal, a pointer or a refusal is none.
    pub const fn answers_the_matter(self) -> bool {
        match self {
            Self::Supported
            | Self::Explained
            | Self::NotSupported
            | Self::SettledOnSpot
            | Self::Settled
            | Self::Adopted
            | Self::PartlyAdopted
            | Self::NotAdopted => true,
            Self::Pointed | Self::Declined | Self::Forwarded | Self::Withdrawn => false,
        }
    }
}

/// How heavy the matter is; chooses the local limit (JD-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 一般
    Ordinary,
    /// 复杂
    Complex,
    /// 涉及面广、影响较大、一时难以处理
    Wide,
}

/// A case with its current values; the body of every public case event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseSnapshot {
    /// The case.
    pub case_id: CaseId,
    /// The petition it handles.
    pub petition_id: PetitionId,
    /// The number on the receipt.
    pub number: PetitionNumber,
    /// Where it stands.
    pub state: CaseState,
    /// How the petition came in.
    pub channel: Channel,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Topic code.
    pub topic: String,
    /// Where the matter is.
    pub district: DistrictCode,
    /// Ordinary, complex or wide.
    pub grade: Grade,
    /// The ordinary or the simple procedure (REG-30).
    #[serde(default)]
    pub procedure: Procedure,
    /// When the petition was registered.
    pub registered_at: DateTime<Utc>,
    /// The policy pack the case began with and keeps.
    pub policy_pack: String,
    /// Content hash of that pack.
    pub policy_hash: String,
    /// The unit that answers for the case; never absent (WH-11).
    pub responsible_unit: UnitCode,
    /// The handling officer, once named.
    pub officer: Option<StaffId>,
    /// The leader who received first or took the case (首接, 包案; WH-09, WH-10).
    pub leader: Option<StaffId>,
    /// A leader has taken the case (包案).
    pub taken_by_leader: bool,
    /// The reception session it came from.
    pub session_id: Option<SessionId>,
    /// The deadlines of the case.
    pub deadlines: Vec<DeadlineSnapshot>,
    /// Days granted by extensions so far.
    pub extended_days: u32,
    /// Which deadline the event speaks of, for `due_soon`, `overdue`, `extended` and `deadline_moved`, and those of supervision and advice.
    pub about: Option<DeadlineKind>,
    /// Which unit the event speaks of, where it is another than the responsible one: of parts.
    #[serde(default)]
    pub about_unit: Option<UnitCode>,
    /// Why, as a code of the pack: pointer, decline, extension, hand-over.
    pub reason_code: Option<String>,
    /// Cause of the matter (产生原因) in de-identified words, once found. Absent for accusations.
    pub cause_found: Option<String>,
    /// The opinion in de-identified words (处理意见). Absent for accusations.
    pub opinion_summary: Option<String>,
    /// The result in de-identified words (办理结果). Absent for accusations.
    pub result_summary: Option<String>,
    /// Present once decided.
    pub outcome: Option<Outcome>,
    /// A relief referral was made (WH-12, REG-28).
    pub relief_referral: bool,
    /// A promise letter's number, if issued (WH-05).
    pub promise_number: Option<String>,
    /// When the written reply was issued.
    pub replied_at: Option<DateTime<Utc>>,
    /// When it reached the petitioner.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the case was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// The newest transfer, if there was one.
    #[serde(default)]
    pub transfer: Option<TransferSnapshot>,
    /// The newest question of competence, if there was one (REG-15).
    #[serde(default)]
    pub competence: Option<CompetenceSnapshot>,
    /// The newest review or re-examination, if one was ever asked for.
    #[serde(default)]
    pub review: Option<ReviewSnapshot>,
    /// Every review and re-examination that was asked for, in order, the newest last (REG-54).
    #[serde(default)]
    pub reviews: Vec<ReviewSnapshot>,
    /// The agreement that ended the matter, if there is one (REG-27).
    #[serde(default)]
    pub settlement: Option<SettlementSnapshot>,
    /// Parts given to other units, in order, without their words (JX-09).
    #[serde(default)]
    pub parts: Vec<PartSnapshot>,
    /// What was put off, if anything was (XT-21).
    #[serde(default)]
    pub deferral: Option<DeferralSnapshot>,
    /// Its place in the library of matters fit for leaders, if it stands there (SZ-07).
    #[serde(default)]
    pub library: Option<LibrarySnapshot>,
    /// The newest application for an appointment, if there was one (QD-02).
    #[serde(default)]
    pub appointment: Option<AppointmentSnapshot>,
    /// The petitioner may ask for one now (QD-02).
    #[serde(default)]
    pub may_ask_appointment: bool,
    /// What can be, and was, said of how it was handled (REG-07); absent while there is nothing to rate.
    #[serde(default)]
    pub evaluation: Option<EvaluationSnapshot>,
    /// What the newest return visit found (XT-10).
    #[serde(default)]
    pub return_visit: Option<VisitFinding>,
    /// Its file, while it is archived (WH-15).
    #[serde(default)]
    pub archive: Option<ArchiveSnapshot>,
    /// The newest supervision order (REG-50), if there is one.
    #[serde(default)]
    pub supervision: Option<SupervisionSnapshot>,
    /// The journal version behind this snapshot.
    pub version: i64,
}
