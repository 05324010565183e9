//! Which permission a command needs (the roles behind it stand in `huiyin-authz`).

use huiyin_authz::Permission;

use crate::domain::CommandKind;

/// The permission; `None` for what nobody commands.
pub(super) const fn needed(kind: CommandKind) -> Option<Permission> {
    Some(match kind {
        CommandKind::Accept
        | CommandKind::SignFor
        | CommandKind::ConvertToOrdinary
        | CommandKind::Point
        | CommandKind::Decline
        | CommandKind::ChangeGrade => Permission::AcceptCase,
        CommandKind::Forward
        | CommandKind::Transfer
        | CommandKind::Object
        | CommandKind::AnswerObjection
        | CommandKind::ReferCompetence
        | CommandKind::DecideCompetence
        | CommandKind::ReportResult
        | CommandKind::ReportUp => Permission::TransferCase,
        CommandKind::Assign | CommandKind::HandOver | CommandKind::GivePart | CommandKind::TakePartBack => {
            Permission::AssignCase
        }
        CommandKind::DeclineReview | CommandKind::HoldHearing | CommandKind::ProposeReview => Permission::ReviewOpinion,
        CommandKind::DoStep
        | CommandKind::Recuse
        | CommandKind::RecordDutyDone
        | CommandKind::ReportPart
        | CommandKind::Defer
        | CommandKind::SettleDeferred
        | CommandKind::AddToLibrary
        | CommandKind::RemoveFromLibrary
        | CommandKind::SetPlan
        | CommandKind::GiveMaterial
        | CommandKind::RecordConsultation
        | CommandKind::RecordReturnVisit
        | CommandKind::LinkMatters
        | CommandKind::UnlinkMatters => Permission::RecordStep,
        CommandKind::AskAppointment => Permission::BookVisit,
        CommandKind::Waive => Permission::WaiveRule,
        CommandKind::Take | CommandKind::AnswerSelection | CommandKind::Instruct => Permission::TakeCase,
        CommandKind::Propose | CommandKind::RecordSettlement => Permission::ProposeOpinion,
        CommandKind::Approve | CommandKind::Return => Permission::ApproveOpinion,
        CommandKind::Reply | CommandKind::Deliver | CommandKind::GivePaper => Permission::DeliverReply,
        CommandKind::Close => Permission::CloseCase,
        CommandKind::Archive | CommandKind::AppraiseFile => Permission::ArchiveCase,
        CommandKind::DestroyFile => Permission::DestroyFile,
        CommandKind::Extend => Permission::ApproveExtension,
        CommandKind::SettleOnSpot => Permission::SettleOnTheSpot,
        CommandKind::OrderSupervision
        | CommandKind::SelectLeader
        | CommandKind::PublishSelection
        | CommandKind::ReturnSupervision
        | CommandKind::ConcludeSupervision
        | CommandKind::Advise
        | CommandKind::RecordSiteVisit
        | CommandKind::TakeMeasure => Permission::OrderSupervision,
        CommandKind::AnswerSupervision | CommandKind::AnswerAdvice | CommandKind::ReportRectification => {
            Permission::AnswerSupervision
        }
        CommandKind::Promise
        | CommandKind::Order
        | CommandKind::Explain
        | CommandKind::AskReview
        | CommandKind::Evaluate
        | CommandKind::FixAppointment
        | CommandKind::ReleaseAppointment
        | CommandKind::Withdraw
        | CommandKind::Resume
        | CommandKind::Lapse
        | CommandKind::Mark
        | CommandKind::Reckon
        | CommandKind::Note => return None,
    })
}
