//! What can be asked of a case in supervision.

use chrono::NaiveDate;
use huiyin_contracts::casework::MeasureKind;
use huiyin_kernel::StaffId;

use crate::domain::CommandKind;

/// A command of supervision with its data.
#[expect(missing_docs, reason = "the fields repeat the order's, where they are explained")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supervise {
    Order { ground: String, demand: String },
    Answer { done: String, will_be_done_on: Option<NaiveDate> },
    Return { reason: String },
    Conclude { note: Option<String> },
    Advise { text: String },
    AnswerAdvice { is_adopted: bool, text: Option<String> },
    Measure { kind: MeasureKind, reason: String, rectify_by: Option<NaiveDate> },
    ReportRectification { done: String },
    Visit { head: StaffId, may_head: bool, visited_on: NaiveDate, finding: String },
}

impl Supervise {
    /// Without its data.
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Order { .. } => CommandKind::OrderSupervision,
            Self::Answer { .. } => CommandKind::AnswerSupervision,
            Self::Return { .. } => CommandKind::ReturnSupervision,
            Self::Conclude { .. } => CommandKind::ConcludeSupervision,
            Self::Advise { .. } => CommandKind::Advise,
            Self::AnswerAdvice { .. } => CommandKind::AnswerAdvice,
            Self::Measure { .. } => CommandKind::TakeMeasure,
            Self::ReportRectification { .. } => CommandKind::ReportRectification,
            Self::Visit { .. } => CommandKind::RecordSiteVisit,
        }
    }
}

impl CommandKind {
    /// Goes on beside the road: taken up wherever the case stands, unless it rests, and changes no state.
    pub const fn is_supervision(self) -> bool {
        matches!(
            self,
            Self::OrderSupervision
                | Self::AnswerSupervision
                | Self::ReturnSupervision
                | Self::ConcludeSupervision
                | Self::Advise
                | Self::AnswerAdvice
                | Self::RecordSiteVisit
                | Self::TakeMeasure
                | Self::ReportRectification
        )
    }
}
