//! What happened to competence and reports, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind, ReportLevel};
use serde::{Deserialize, Serialize};

use super::{Competence, CompetenceDecided, ReportedUp, ResultReport, Succeeded};
use crate::domain::wording::plain;
use crate::domain::{Case, Naming, Signed};

/// One journal entry of competence or reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RoutingEvent {
    /// The receiver of a transfer signed for it (签收).
    SignedFor {
        /// By whom and when.
        signed: Signed,
    },
    /// Units do not agree which of them is competent; the office above them decides (REG-15).
    CompetenceReferred {
        /// The question.
        competence: Box<Competence>,
    },
    /// It is decided; the clocks run on (DW-17).
    CompetenceDecided {
        /// How.
        decided: CompetenceDecided,
    },
    /// The demanded result was reported; the clock is met (REG-10).
    ResultReported {
        /// The report.
        report: ResultReport,
    },
    /// Reported upwards as major or urgent (REG-17).
    ReportedUp {
        /// The report.
        report: ReportedUp,
    },
    /// A unit was abolished; its successor has its part in the matter (REG-16).
    Succeeded {
        /// Which part, and who has it now.
        succeeded: Succeeded,
    },
}

impl RoutingEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignedFor { .. } => "signed_for",
            Self::CompetenceReferred { .. } => "competence_referred",
            Self::CompetenceDecided { .. } => "competence_decided",
            Self::ResultReported { .. } => "result_reported",
            Self::ReportedUp { .. } => "reported_up",
            Self::Succeeded { .. } => "succeeded",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::SignedFor { .. } => casework::SIGNED_FOR,
            Self::CompetenceReferred { .. } => casework::COMPETENCE_REFERRED,
            Self::CompetenceDecided { .. } => casework::COMPETENCE_DECIDED,
            Self::ResultReported { .. } => casework::RESULT_REPORTED,
            Self::ReportedUp { .. } => casework::REPORTED_UP,
            Self::Succeeded { .. } => casework::SUCCEEDED,
        }
    }

    /// The duty it speaks of.
    pub(in crate::domain) fn about(&self, case: &Case) -> Option<DeadlineKind> {
        match self {
            Self::ResultReported { .. } => Some(DeadlineKind::DemandedReport),
            Self::Succeeded { succeeded } => succeeded.about(case),
            Self::SignedFor { .. }
            | Self::CompetenceReferred { .. }
            | Self::CompetenceDecided { .. }
            | Self::ReportedUp { .. } => None,
        }
    }
}

impl Case {
    /// Carries such an event out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn route(&mut self, event: &RoutingEvent, at: DateTime<Utc>) {
        match event {
            RoutingEvent::SignedFor { signed } => {
                if let Some(transfer) = &mut self.transfer {
                    transfer.signed = Some(signed.clone());
                }
            }
            RoutingEvent::CompetenceReferred { competence } => self.competence = Some(competence.clone()),
            RoutingEvent::CompetenceDecided { decided } => {
                self.responsible_unit = decided.unit.clone();
                if let Some(question) = &mut self.competence {
                    question.decided = Some(decided.clone());
                }
            }
            RoutingEvent::ResultReported { report } => {
                self.meet(DeadlineKind::DemandedReport, at);
                if let Some(transfer) = &mut self.transfer {
                    transfer.report = Some(report.clone());
                }
            }
            RoutingEvent::ReportedUp { report } => self.reported_up.push(report.clone()),
            RoutingEvent::Succeeded { succeeded } => self.succeeded(succeeded),
        }
    }
}

const fn level_words(level: ReportLevel) -> (&'static str, &'static str) {
    match level {
        ReportLevel::Own => ("本级党委、政府", "the Party committee and government of its own level"),
        ReportLevel::Next => ("上一级信访部门", "the petition office of the next higher level"),
        ReportLevel::State => ("国家信访局", "the State petition bureau"),
    }
}

/// What happened, in Chinese and in English, without the words of officials.
pub(in crate::domain) fn words(event: &RoutingEvent, naming: &Naming) -> (String, String) {
    match event {
        RoutingEvent::SignedFor { .. } => plain("已签收", "The transfer was signed for"),
        RoutingEvent::CompetenceReferred { competence } => {
            let decider = naming.unit(&competence.decider);
            (format!("管辖有争议，报请{decider}确定"), format!("Competence is disputed; {decider} decides"))
        }
        RoutingEvent::CompetenceDecided { decided } => {
            let unit = naming.unit(&decided.unit);
            let assisting: Vec<_> = decided.assisting.iter().map(|unit| naming.unit(unit)).collect();
            if assisting.is_empty() {
                (format!("确定由{unit}办理"), format!("Decided: {unit} handles it"))
            } else {
                let (zh, en) = (assisting.join("、"), assisting.join(", "));
                (format!("确定由{unit}主办，{zh}协办"), format!("Decided: {unit} handles it, assisted by {en}"))
            }
        }
        RoutingEvent::ResultReported { .. } => plain("已报送办结报告", "The demanded result was reported"),
        RoutingEvent::Succeeded { succeeded } => succeeded.words(naming),
        RoutingEvent::ReportedUp { report } => {
            let (zh, en) = level_words(report.level);
            (format!("作为重大、紧急事项报告{zh}"), format!("Reported to {en} as major or urgent"))
        }
    }
}
