//! Matters that belong together (关联、重复): linked by an officer with a reason, on both sides, and as freely undone. A link is between
//! matters; it says nothing of who put them, and no page counts or lists them by person (DOMAIN part D).

mod event;
mod refusal;

use chrono::{DateTime, Utc};
use huiyin_kernel::{Actor, CaseId, PetitionNumber, StaffId};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind};

pub use event::LinkEvent;
pub(super) use event::words;
pub use refusal::LinkRefusal;

/// The most matters one is linked with: what is closed together is locked together.
pub const MOST_LINKS: usize = 50;

/// How two matters belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// 重复: the same matter put again.
    SameMatter,
    /// 关联: another matter of the same cause.
    Related,
}

impl LinkKind {
    /// In Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::SameMatter => "同一事项",
            Self::Related => "关联事项",
        }
    }
}

/// A link to another matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The other.
    pub case_id: CaseId,
    /// Its number.
    pub number: PetitionNumber,
    /// How they belong together.
    pub kind: LinkKind,
    /// The other was registered first.
    pub is_earlier: bool,
    /// Why.
    pub reason: String,
    /// When they were linked.
    pub linked_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// What a link needs to know of the other matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Which.
    pub case_id: CaseId,
    /// Its number.
    pub number: PetitionNumber,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

impl Case {
    /// As the other side of a link sees it.
    pub fn as_other(&self) -> Other {
        let facts = &self.facts;
        Other { case_id: facts.case_id, number: facts.number.clone(), registered_at: facts.registered_at }
    }

    /// The link to that matter.
    pub fn link_to(&self, case_id: CaseId) -> Option<&Link> {
        self.links.iter().find(|link| link.case_id == case_id)
    }

    /// The same matter was put before (REG-30).
    pub(super) fn is_repeat(&self) -> bool {
        self.links.iter().any(|link| link.kind == LinkKind::SameMatter && link.is_earlier)
    }

    /// Only who takes part in a matter links it; whoever links two takes part in both.
    pub(super) fn links_allow(&self, command: CommandKind, actor: &Actor) -> Result<(), LinkRefusal> {
        let takes_part = self.units().into_iter().any(|(unit, _)| actor.unit() == Some(unit));
        match command {
            CommandKind::LinkMatters | CommandKind::UnlinkMatters if !takes_part => {
                Err(LinkRefusal::TakesNoPart { number: self.facts.number.clone() })
            }
            CommandKind::LinkMatters if self.links.len() >= MOST_LINKS => Err(LinkRefusal::TooMany),
            CommandKind::UnlinkMatters if self.links.is_empty() => Err(LinkRefusal::NotLinked),
            _ => Ok(()),
        }
    }
}

impl CommandKind {
    /// Goes on beside the road, as supervision does, and changes no state.
    pub const fn is_linking(self) -> bool {
        matches!(self, Self::LinkMatters | Self::UnlinkMatters)
    }
}
