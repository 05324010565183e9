//! What can be asked of a case.

use super::{
    Candidates, CommandKind, Evaluate, Finding, Fixed, Hearing, LinkKind, Mark, Note, Other, ReplyManner, Road, Settle,
    SimpleAdmission, Supervise, VisitMeans,
};
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, Grade, Outcome, Quarter, ReportLevel, ReviewResult, VisitFinding};
use huiyin_contracts::scheduling::OnSpotConditions;
use huiyin_kernel::{CaseId, SessionId, StaffId, UnitCode, VisitId};

/// What was brought to a leader's reception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reception {
    /// The visit.
    pub visit_id: VisitId,
    /// Its session.
    pub session_id: SessionId,
    /// The leader who received; owns the matter from then on (首接负责制, WH-09).
    pub leader: StaffId,
    /// The leader went down to the place of the matter (下访; HB-14).
    pub is_field_visit: bool,
}

/// An opinion to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Propose {
    /// How the matter is decided.
    pub outcome: Outcome,
    /// 处理意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
    /// 事实和理由
    pub facts_found: String,
    /// 产生原因, de-identified.
    pub cause_found: Option<String>,
    /// De-identified.
    pub opinion_summary: Option<String>,
    /// De-identified.
    pub result_summary: Option<String>,
    /// Real hardship (WH-12).
    pub hardship: bool,
}

/// An opinion on a review to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposeReview {
    /// Uphold, change, set aside, order anew.
    pub result: ReviewResult,
    /// How the matter is decided, when changed or set aside.
    pub outcome: Option<Outcome>,
    /// What was found.
    pub facts_found: String,
    /// 复查意见, 复核意见
    pub opinion: String,
    /// 法律法规依据
    pub legal_basis: String,
}

/// A command with its data. What the directory knows (an officer's unit, a unit's kind) is looked up before and given.
#[expect(missing_docs, reason = "the fields repeat the events', where they are explained")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Accept {
        grade: Grade,
        simple: Option<SimpleAdmission>,
    },
    ConvertToOrdinary {
        reason: String,
    },
    Point {
        to_body: String,
        text: String,
        road: Option<Road>,
    },
    Decline {
        code: String,
        text: String,
    },
    Forward {
        unit: UnitCode,
        is_discipline: bool,
    },
    Assign {
        officer: StaffId,
        officer_unit: UnitCode,
        unit: Option<UnitCode>,
        is_discipline: bool,
    },
    HandOver {
        unit: UnitCode,
        leader: Option<StaffId>,
        reason: String,
        is_discipline: bool,
    },
    Transfer {
        unit: UnitCode,
        demand: Option<String>,
        report_by: Option<NaiveDate>,
        is_discipline: bool,
    },
    /// The receiver has what was transferred in hand.
    SignFor,
    Object {
        reason: String,
    },
    /// `decider` is the office above both, which decides when the sender does not agree; none outside the city.
    AnswerObjection {
        agree: bool,
        reason: String,
        decider: Option<UnitCode>,
    },
    ReferCompetence {
        others: Vec<UnitCode>,
        reason: String,
        decider: Option<UnitCode>,
    },
    /// `discipline` is a discipline body among those named, if there is one.
    DecideCompetence {
        unit: UnitCode,
        assisting: Vec<UnitCode>,
        reason: String,
        discipline: Option<UnitCode>,
    },
    ReportResult {
        found: String,
        done: String,
    },
    LinkMatters {
        other: Other,
        kind: LinkKind,
        reason: String,
    },
    UnlinkMatters {
        other: CaseId,
        reason: String,
    },
    ReportUp {
        level: ReportLevel,
        reported_on: NaiveDate,
        text: String,
    },
    DoStep {
        step: String,
        note: String,
    },
    Waive {
        step: String,
        reason: String,
    },
    Take,
    GivePart {
        unit: UnitCode,
        text: String,
        due_on: NaiveDate,
        is_discipline: bool,
    },
    ReportPart {
        nth: usize,
        done_on: NaiveDate,
        result: String,
    },
    TakePartBack {
        nth: usize,
        reason: String,
    },
    Defer {
        reason: String,
        look_again_on: NaiveDate,
    },
    SettleDeferred {
        done_on: NaiveDate,
        note: String,
    },
    AskAppointment {
        wish: Option<String>,
    },
    GiveMaterial {
        text: String,
    },
    FixAppointment(Fixed),
    ReleaseAppointment {
        visit_id: VisitId,
    },
    RecordConsultation {
        held_on: NaiveDate,
        present: String,
        agreed: String,
    },
    AddToLibrary {
        field: String,
        reason: String,
    },
    RemoveFromLibrary {
        reason: String,
    },
    SetPlan {
        text: String,
        until: NaiveDate,
    },
    SelectLeader {
        leader: StaffId,
        quarter: Quarter,
    },
    AnswerSelection {
        agrees: bool,
        reason: Option<String>,
    },
    Instruct {
        text: String,
    },
    PublishSelection {
        summary: String,
    },
    Propose(Propose),
    RecordSettlement(Settle),
    RecordDutyDone {
        nth: usize,
        done_on: NaiveDate,
        note: String,
    },
    Approve,
    Return {
        reason: String,
    },
    Reply {
        request: String,
        manner: ReplyManner,
    },
    GivePaper {
        means: String,
        delivered_at: DateTime<Utc>,
        receipt: Option<String>,
    },
    Deliver {
        means: String,
        delivered_at: DateTime<Utc>,
        receipt: Option<String>,
    },
    Close,
    Extend {
        days: u32,
        kind: Grade,
        reason: String,
    },
    ChangeGrade {
        grade: Grade,
        reason: String,
    },
    SettleOnSpot {
        conditions: OnSpotConditions,
        result: String,
        result_summary: String,
        reception: Option<Reception>,
    },
    Promise {
        grade: Grade,
        reception: Reception,
    },
    Order {
        grade: Grade,
        reception: Reception,
    },
    Explain {
        summary: String,
        aided: bool,
        reception: Reception,
    },
    /// `superior` is the body above the one whose opinion is to be reviewed; none when it lies outside the city.
    AskReview {
        superior: Option<UnitCode>,
    },
    DeclineReview {
        code: String,
        text: String,
    },
    HoldHearing(Hearing),
    ProposeReview(ProposeReview),
    Evaluate(Evaluate),
    /// `is_petition_office`: the actor is of the petition office of the place or above; the directory was asked.
    Archive {
        is_petition_office: bool,
        receipt: Option<String>,
    },
    /// `person` has an interest in the matter; the actor says so of themself or, as head, of another.
    Recuse {
        person: StaffId,
        reason: String,
    },
    /// The time of the file is over: kept on, or its destruction proposed.
    AppraiseFile {
        is_petition_office: bool,
        finding: Finding,
        reason: String,
    },
    DestroyFile {
        is_petition_office: bool,
    },
    RecordReturnVisit {
        means: VisitMeans,
        visited_on: NaiveDate,
        finding: VisitFinding,
    },
    Withdraw {
        until: DateTime<Utc>,
    },
    Resume,
    Lapse,
    Mark {
        kind: DeadlineKind,
        mark: Mark,
        generation: i32,
        leaders: Candidates,
    },
    Reckon,
    Note(Note),
    Supervise(Supervise),
}

impl Command {
    /// Without its data.
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Accept { .. } => CommandKind::Accept,
            Self::ConvertToOrdinary { .. } => CommandKind::ConvertToOrdinary,
            Self::Point { .. } => CommandKind::Point,
            Self::Decline { .. } => CommandKind::Decline,
            Self::Forward { .. } => CommandKind::Forward,
            Self::Assign { .. } => CommandKind::Assign,
            Self::HandOver { .. } => CommandKind::HandOver,
            Self::Transfer { .. } => CommandKind::Transfer,
            Self::SignFor => CommandKind::SignFor,
            Self::Object { .. } => CommandKind::Object,
            Self::AnswerObjection { .. } => CommandKind::AnswerObjection,
            Self::ReferCompetence { .. } => CommandKind::ReferCompetence,
            Self::DecideCompetence { .. } => CommandKind::DecideCompetence,
            Self::ReportResult { .. } => CommandKind::ReportResult,
            Self::LinkMatters { .. } => CommandKind::LinkMatters,
            Self::UnlinkMatters { .. } => CommandKind::UnlinkMatters,
            Self::ReportUp { .. } => CommandKind::ReportUp,
            Self::DoStep { .. } => CommandKind::DoStep,
            Self::Waive { .. } => CommandKind::Waive,
            Self::Take => CommandKind::Take,
            Self::GivePart { .. } => CommandKind::GivePart,
            Self::ReportPart { .. } => CommandKind::ReportPart,
            Self::TakePartBack { .. } => CommandKind::TakePartBack,
            Self::Defer { .. } => CommandKind::Defer,
            Self::SettleDeferred { .. } => CommandKind::SettleDeferred,
            Self::AskAppointment { .. } => CommandKind::AskAppointment,
            Self::GiveMaterial { .. } => CommandKind::GiveMaterial,
            Self::FixAppointment(_) => CommandKind::FixAppointment,
            Self::ReleaseAppointment { .. } => CommandKind::ReleaseAppointment,
            Self::RecordConsultation { .. } => CommandKind::RecordConsultation,
            Self::AddToLibrary { .. } => CommandKind::AddToLibrary,
            Self::RemoveFromLibrary { .. } => CommandKind::RemoveFromLibrary,
            Self::SetPlan { .. } => CommandKind::SetPlan,
            Self::SelectLeader { .. } => CommandKind::SelectLeader,
            Self::AnswerSelection { .. } => CommandKind::AnswerSelection,
            Self::Instruct { .. } => CommandKind::Instruct,
            Self::PublishSelection { .. } => CommandKind::PublishSelection,
            Self::Propose(_) => CommandKind::Propose,
            Self::RecordSettlement(_) => CommandKind::RecordSettlement,
            Self::RecordDutyDone { .. } => CommandKind::RecordDutyDone,
            Self::Approve => CommandKind::Approve,
            Self::Return { .. } => CommandKind::Return,
            Self::Reply { .. } => CommandKind::Reply,
            Self::GivePaper { .. } => CommandKind::GivePaper,
            Self::Deliver { .. } => CommandKind::Deliver,
            Self::Close => CommandKind::Close,
            Self::Extend { .. } => CommandKind::Extend,
            Self::ChangeGrade { .. } => CommandKind::ChangeGrade,
            Self::SettleOnSpot { .. } => CommandKind::SettleOnSpot,
            Self::Promise { .. } => CommandKind::Promise,
            Self::Order { .. } => CommandKind::Order,
            Self::Explain { .. } => CommandKind::Explain,
            Self::AskReview { .. } => CommandKind::AskReview,
            Self::DeclineReview { .. } => CommandKind::DeclineReview,
            Self::HoldHearing(_) => CommandKind::HoldHearing,
            Self::ProposeReview(_) => CommandKind::ProposeReview,
            Self::Archive { .. } => CommandKind::Archive,
            Self::Recuse { .. } => CommandKind::Recuse,
            Self::AppraiseFile { .. } => CommandKind::AppraiseFile,
            Self::DestroyFile { .. } => CommandKind::DestroyFile,
            Self::Evaluate(_) => CommandKind::Evaluate,
            Self::RecordReturnVisit { .. } => CommandKind::RecordReturnVisit,
            Self::Withdraw { .. } => CommandKind::Withdraw,
            Self::Resume => CommandKind::Resume,
            Self::Lapse => CommandKind::Lapse,
            Self::Mark { .. } => CommandKind::Mark,
            Self::Reckon => CommandKind::Reckon,
            Self::Note(_) => CommandKind::Note,
            Self::Supervise(supervise) => supervise.kind(),
        }
    }
}
