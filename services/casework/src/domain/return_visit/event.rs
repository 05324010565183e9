//! What happened about return visits, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use serde::{Deserialize, Serialize};

use super::{ReturnVisit, finding_words};
use crate::domain::wording::{day, plain};
use crate::domain::{Case, Clock};

/// One journal entry about return visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ReturnVisitEvent {
    /// One is due; its clock starts with the end of the matter.
    Planned {
        /// The clock.
        clock: Box<Clock>,
    },
    /// One was made; the clock is met.
    Made {
        /// What was found.
        visit: ReturnVisit,
    },
    /// None is wished.
    NotWished,
}

impl ReturnVisitEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "return_visit_planned",
            Self::Made { .. } => "return_visited",
            Self::NotWished => "return_visit_not_wished",
        }
    }

    /// The published type; what is only planned or not wished stays inside.
    pub const fn public_type(&self) -> Option<EventType> {
        match self {
            Self::Made { .. } => Some(casework::RETURN_VISITED),
            Self::Planned { .. } | Self::NotWished => None,
        }
    }
}

impl Case {
    /// Carries an event about return visits out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn return_visited(&mut self, event: &ReturnVisitEvent, at: DateTime<Utc>) {
        match event {
            ReturnVisitEvent::Planned { clock } => self.set_clock(clock),
            ReturnVisitEvent::Made { visit } => {
                self.return_visits.push(visit.clone());
                self.meet(DeadlineKind::ReturnVisit, at);
            }
            ReturnVisitEvent::NotWished => {
                self.no_return_visit = true;
                self.lift(DeadlineKind::ReturnVisit);
            }
        }
    }
}

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &ReturnVisitEvent) -> (String, String) {
    match event {
        ReturnVisitEvent::Planned { clock } => (
            format!("应在{}前回访", day(clock.deadline.last_day)),
            format!("A return visit is due by {}", clock.deadline.last_day),
        ),
        ReturnVisitEvent::Made { visit } => {
            let ((means_zh, means_en), (zh, en)) = (visit.means.words(), finding_words(visit.finding));
            (format!("{}{means_zh}：{zh}", day(visit.visited_on)), format!("{} {means_en}: {en}", visit.visited_on))
        }
        ReturnVisitEvent::NotWished => plain("信访人表示不需要回访", "No return visit is wished"),
    }
}
