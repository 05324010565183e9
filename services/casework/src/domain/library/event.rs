//! What happened to a matter's place in the library, and what it changes.

use chrono::{DateTime, Utc};
use huiyin_contracts::EventType;
use huiyin_contracts::casework::{self, Quarter};
use huiyin_kernel::StaffId;
use serde::{Deserialize, Serialize};

use super::{Instruction, LeaderAnswer, LibraryEntry, Plan, Published, Selection};
use crate::domain::wording::{day, plain};
use crate::domain::{Case, StateKind};

/// One journal entry of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LibraryEvent {
    /// Taken in.
    Added {
        /// The field it belongs to.
        field: String,
        /// Why it is fit.
        reason: String,
        /// By whom.
        by: StaffId,
    },
    /// No longer in it.
    Removed {
        /// Why.
        reason: String,
    },
    /// Its plan was laid down, or changed.
    PlanSet {
        /// The plan.
        plan: Plan,
    },
    /// A leader was asked.
    LeaderSelected {
        /// Who.
        leader: StaffId,
        /// For which quarter.
        quarter: Quarter,
    },
    /// The leader answered.
    LeaderAnswered {
        /// How.
        agrees: bool,
        /// Why not.
        reason: Option<String>,
    },
    /// A leader read it and gave an instruction (REG-03).
    Instructed {
        /// Who.
        leader: StaffId,
        /// What is to be done.
        text: String,
    },
    /// The public notice.
    Published {
        /// In de-identified words.
        summary: String,
    },
}

impl LibraryEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Added { .. } => "library_added",
            Self::Removed { .. } => "library_removed",
            Self::PlanSet { .. } => "plan_set",
            Self::LeaderSelected { .. } => "leader_selected",
            Self::LeaderAnswered { .. } => "leader_answered",
            Self::Instructed { .. } => "leader_instructed",
            Self::Published { .. } => "selection_published",
        }
    }

    /// The published type.
    pub const fn public_type(&self) -> EventType {
        match self {
            Self::Added { .. } => casework::LIBRARY_ADDED,
            Self::Removed { .. } => casework::LIBRARY_REMOVED,
            Self::PlanSet { .. } => casework::PLAN_SET,
            Self::LeaderSelected { .. } => casework::LEADER_SELECTED,
            Self::LeaderAnswered { .. } => casework::LEADER_ANSWERED,
            Self::Instructed { .. } => casework::LEADER_INSTRUCTED,
            Self::Published { .. } => casework::SELECTION_PUBLISHED,
        }
    }
}

impl Case {
    /// Carries it out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn keep_in_library(&mut self, event: &LibraryEvent, at: DateTime<Utc>) {
        match event {
            LibraryEvent::Added { field, reason, by } => {
                let selections = self.library.take().map(|entry| entry.selections).unwrap_or_default();
                let (field, reason) = (field.clone(), reason.clone());
                let entry = LibraryEntry { listed: true, field, reason, added_at: at, by: *by, selections };
                self.library = Some(Box::new(entry));
            }
            LibraryEvent::Removed { .. } => {
                if let Some(entry) = &mut self.library {
                    entry.listed = false;
                    // An asking nobody has answered falls with it.
                    entry.selections.retain(|asked| asked.answer.is_some());
                }
            }
            LibraryEvent::PlanSet { plan } => {
                self.plan = Some(Box::new(plan.clone()));
                self.meet(huiyin_contracts::casework::DeadlineKind::Plan, at);
            }
            LibraryEvent::LeaderSelected { leader, quarter } => {
                let (leader, quarter) = (*leader, *quarter);
                let asked = Selection { leader, quarter, asked_at: at, answer: None, published: None };
                if let Some(entry) = &mut self.library {
                    entry.selections.push(asked);
                }
            }
            LibraryEvent::LeaderAnswered { agrees, reason } => {
                let answer = LeaderAnswer { agrees: *agrees, reason: reason.clone(), at };
                if let Some(asked) = self.newest_selection() {
                    asked.answer = Some(answer);
                }
            }
            LibraryEvent::Instructed { leader, text } => {
                self.instructions.push(Instruction { leader: *leader, text: text.clone(), at });
            }
            LibraryEvent::Published { summary } => {
                let notice = Published { summary: summary.clone(), at };
                if let Some(asked) = self.newest_selection() {
                    asked.published = Some(notice);
                }
            }
        }
    }

    /// An asking nobody has answered falls with the answer to the matter: there is nothing left to take.
    pub(in crate::domain) fn drop_asking(&mut self) {
        let answered = matches!(self.state.kind(), StateKind::Replied | StateKind::Delivered | StateKind::Closed);
        if answered && self.asked_leader().is_some() {
            self.library.iter_mut().for_each(|entry| entry.selections.retain(|asked| asked.answer.is_some()));
        }
    }

    fn newest_selection(&mut self) -> Option<&mut Selection> {
        self.library.as_mut().and_then(|entry| entry.selections.last_mut())
    }
}

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &LibraryEvent) -> (String, String) {
    match event {
        LibraryEvent::Added { field, .. } => {
            (format!("列入案件库（{field}）"), "Taken into the library of matters fit for leaders".to_owned())
        }
        LibraryEvent::Removed { .. } => plain("移出案件库", "Taken out of the library"),
        LibraryEvent::PlanSet { plan } => (
            format!("已制定化解方案，{}前完成", day(plan.until)),
            format!("A plan was laid down, to be done by {}", plan.until),
        ),
        LibraryEvent::LeaderSelected { quarter, .. } => {
            (format!("提请领导包案（{}）", quarter.zh()), format!("A leader was asked to take the case in {quarter}"))
        }
        LibraryEvent::LeaderAnswered { agrees: true, .. } => plain("领导同意包案", "The leader agreed"),
        LibraryEvent::LeaderAnswered { agrees: false, .. } => plain("领导未同意包案", "The leader did not agree"),
        LibraryEvent::Instructed { .. } => plain("领导已阅批", "A leader read it and gave an instruction"),
        LibraryEvent::Published { .. } => plain("包案已公示", "Published"),
    }
}
