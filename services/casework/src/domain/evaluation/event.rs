//! What was said of how the matter was handled, and what that changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, Dispute, Rating};
use serde::{Deserialize, Serialize};

use super::Disputed;
use crate::domain::Case;
use crate::domain::wording::plain;

/// One journal entry of evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum EvaluationEvent {
    /// Rated, or rated otherwise.
    Rated {
        /// The petition office, if it was rated this time.
        office: Option<Rating>,
        /// The body that answered, if it was rated this time.
        unit: Option<Rating>,
        /// Told to a clerk, who wrote it down.
        told_to_clerk: bool,
    },
    /// Something is said not to be so.
    Disputed {
        /// What.
        dispute: Dispute,
        /// Told to a clerk, who wrote it down.
        told_to_clerk: bool,
    },
}

impl EvaluationEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rated { .. } => "evaluated",
            Self::Disputed { .. } => "disputed",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Rated { .. } => casework::EVALUATED,
            Self::Disputed { .. } => casework::DISPUTED,
        }
    }
}

impl Case {
    /// Carries an event of evaluation out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn evaluated(&mut self, event: &EvaluationEvent, at: DateTime<Utc>) {
        let said = self.evaluation.get_or_insert_default();
        match event {
            EvaluationEvent::Rated { office, unit, .. } => {
                said.office = office.or(said.office);
                said.unit = unit.or(said.unit);
                said.rated_at = Some(at);
            }
            EvaluationEvent::Disputed { dispute, .. } => said.disputes.push(Disputed { dispute: *dispute, at }),
        }
    }
}

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &EvaluationEvent) -> (String, String) {
    let told = |told_to_clerk: bool| {
        if told_to_clerk { ("（由工作人员代为登记）", " (taken down by a clerk)") } else { ("", "") }
    };
    match event {
        EvaluationEvent::Rated { told_to_clerk, .. } => {
            let (zh, en) = told(*told_to_clerk);
            (format!("信访人已评价{zh}"), format!("The petitioner rated the handling{en}"))
        }
        EvaluationEvent::Disputed { dispute, told_to_clerk } => {
            let (zh, en) = told(*told_to_clerk);
            let (what_zh, what_en) = match dispute {
                Dispute::NotCarriedOut => plain("处理意见未落实", "the opinion was not carried out"),
                Dispute::NotReceived => plain("未收到答复", "no answer arrived"),
            };
            (format!("信访人反映{what_zh}{zh}"), format!("The petitioner says that {what_en}{en}"))
        }
    }
}
