//! What happened in supervision, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, DeadlineKind};
use serde::{Deserialize, Serialize};

use super::{
    Advice, AdviceAnswer, AnswerReturned, Measure, RectificationReport, SiteVisit, SupervisionAnswer,
    SupervisionConclusion, SupervisionOrder,
};
use crate::domain::{Case, Clock};

/// One journal entry of supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SupervisionEvent {
    /// An order was made; the clock for its answer starts.
    Ordered {
        /// The order.
        order: Box<SupervisionOrder>,
        /// The clock.
        clock: Box<Clock>,
    },
    /// The office answered; the clock is met.
    Answered {
        /// What.
        answer: SupervisionAnswer,
    },
    /// The answer did not do; the clock starts anew.
    Returned {
        /// Why.
        reason: String,
        /// The clock.
        clock: Box<Clock>,
    },
    /// The supervisor was satisfied.
    Concluded {
        /// The end.
        conclusion: SupervisionConclusion,
    },
    /// The office was advised to do better; the clock for its answer starts.
    Advised {
        /// The advice.
        advice: Advice,
        /// The clock.
        clock: Box<Clock>,
    },
    /// The office said whether it adopts the advice; the clock is met.
    AdviceAnswered {
        /// What.
        answer: AdviceAnswer,
    },
    /// A supervision visit was recorded.
    SiteVisited {
        /// The visit.
        visit: SiteVisit,
    },
    /// The joint conference took a measure on the office (REG-53); with a rectification its clock starts.
    MeasureTaken {
        /// The measure.
        measure: Box<Measure>,
        /// The clock.
        clock: Option<Box<Clock>>,
    },
    /// The office reported what it put right; the clock is met.
    RectificationReported {
        /// What.
        report: RectificationReport,
    },
}

impl SupervisionEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ordered { .. } => "supervision_ordered",
            Self::Answered { .. } => "supervision_answered",
            Self::Returned { .. } => "supervision_returned",
            Self::Concluded { .. } => "supervision_concluded",
            Self::Advised { .. } => "advised",
            Self::AdviceAnswered { .. } => "advice_answered",
            Self::SiteVisited { .. } => "site_visited",
            Self::MeasureTaken { .. } => "measure_taken",
            Self::RectificationReported { .. } => "rectification_reported",
        }
    }

    /// The published type; visits stay inside.
    pub const fn public_type(&self) -> Option<EventType> {
        Some(match self {
            Self::Ordered { .. } => casework::SUPERVISION_ORDERED,
            Self::Answered { .. } => casework::SUPERVISION_ANSWERED,
            Self::Returned { .. } => casework::SUPERVISION_RETURNED,
            Self::Concluded { .. } => casework::SUPERVISION_CONCLUDED,
            Self::Advised { .. } => casework::ADVISED,
            Self::AdviceAnswered { .. } => casework::ADVICE_ANSWERED,
            Self::MeasureTaken { .. } => casework::MEASURE_TAKEN,
            Self::RectificationReported { .. } => casework::RECTIFICATION_REPORTED,
            Self::SiteVisited { .. } => return None,
        })
    }

    /// The duty it speaks of.
    pub const fn about(&self) -> Option<DeadlineKind> {
        match self {
            Self::Ordered { .. } | Self::Answered { .. } | Self::Returned { .. } | Self::Concluded { .. } => {
                Some(DeadlineKind::Supervision)
            }
            Self::Advised { .. } | Self::AdviceAnswered { .. } => Some(DeadlineKind::Advice),
            Self::MeasureTaken { .. } | Self::RectificationReported { .. } => Some(DeadlineKind::Rectification),
            Self::SiteVisited { .. } => None,
        }
    }
}

impl Case {
    /// Carries an event of supervision out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn supervise(&mut self, event: &SupervisionEvent, at: DateTime<Utc>) {
        match event {
            SupervisionEvent::Ordered { order, clock } => {
                self.supervision.push((**order).clone());
                self.set_clock(clock);
            }
            SupervisionEvent::Answered { answer } => {
                self.meet(DeadlineKind::Supervision, at);
                self.with_order(|order| order.answers.push(answer.clone()));
            }
            SupervisionEvent::Returned { reason, clock } => {
                let returned = AnswerReturned { reason: reason.clone(), returned_at: at };
                self.with_order(|order| {
                    if let Some(answer) = order.answers.last_mut() {
                        answer.returned = Some(returned);
                    }
                });
                self.set_clock(clock);
            }
            SupervisionEvent::Concluded { conclusion } => {
                self.with_order(|order| order.conclusion = Some(conclusion.clone()));
            }
            SupervisionEvent::Advised { advice, clock } => {
                self.with_order(|order| order.advice.push(advice.clone()));
                self.set_clock(clock);
            }
            SupervisionEvent::AdviceAnswered { answer } => {
                self.meet(DeadlineKind::Advice, at);
                let advised = self.supervision.iter_mut().find(|order| order.open_advice().is_some());
                if let Some(advice) = advised.and_then(|order| order.advice.last_mut()) {
                    advice.answer = Some(answer.clone());
                }
            }
            SupervisionEvent::MeasureTaken { measure, clock } => {
                self.with_order(|order| order.measures.push((**measure).clone()));
                if let Some(clock) = clock {
                    self.set_clock(clock);
                }
            }
            SupervisionEvent::RectificationReported { report } => self.rectified(report, at),
            SupervisionEvent::SiteVisited { visit } => self.with_order(|order| order.visits.push(visit.clone())),
        }
    }

    fn with_order(&mut self, change: impl FnOnce(&mut SupervisionOrder)) {
        if let Some(order) = self.supervision.last_mut() {
            change(order);
        }
    }
}
