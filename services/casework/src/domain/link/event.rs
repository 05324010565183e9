//! What happened to links, and what it changes. All of it stays inside.

use huiyin_kernel::{CaseId, PetitionNumber};
use serde::{Deserialize, Serialize};

use super::Link;
use crate::domain::Case;

/// One journal entry of a link; the other matter's journal holds its like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum LinkEvent {
    /// Linked with another.
    Linked {
        /// The link.
        link: Box<Link>,
    },
    /// The link was undone.
    Unlinked {
        /// The other matter.
        case_id: CaseId,
        /// Its number.
        number: PetitionNumber,
        /// Why.
        reason: String,
    },
}

impl LinkEvent {
    /// Its name in the journal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
        }
    }
}

impl Case {
    /// Carries an event of a link out; total, as [`Case::apply`] is.
    pub(in crate::domain) fn linked(&mut self, event: &LinkEvent) {
        match event {
            LinkEvent::Linked { link } => {
                self.links.retain(|known| known.case_id != link.case_id);
                self.links.push((**link).clone());
            }
            LinkEvent::Unlinked { case_id, .. } => self.links.retain(|known| known.case_id != *case_id),
        }
    }
}

/// What happened, in Chinese and in English.
pub(in crate::domain) fn words(event: &LinkEvent) -> (String, String) {
    match event {
        LinkEvent::Linked { link } => {
            (format!("与 {} 关联（{}）", link.number, link.kind.zh()), format!("Linked with {}", link.number))
        }
        LinkEvent::Unlinked { number, .. } => {
            (format!("解除与 {number} 的关联"), format!("No longer linked with {number}"))
        }
    }
}
