//! Parts of a matter that other units do (一人牵头、分解落实; JX-09): one unit answers for the matter (XT-20), and each part has its unit and its
//! day (XT-12). No opinion is proposed before every part is done or taken back. Between offices; the petitioner waits for the matter alone.

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::PartSnapshot;
use huiyin_kernel::{Actor, StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind};

pub use event::PartEvent;
pub(super) use event::words;
pub use refusal::PartRefusal;

/// The most parts a matter is divided into.
const MOST_PARTS: usize = 20;

/// A part of the matter. Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPart {
    /// Who does it.
    pub unit: UnitCode,
    /// What.
    pub text: String,
    /// Until when, that day included.
    pub due_on: NaiveDate,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
    /// How it ended, once it did.
    pub end: Option<PartEnd>,
}

/// How a part ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum PartEnd {
    /// Done, and reported to the unit that leads.
    Done {
        /// On which day.
        done_on: NaiveDate,
        /// What came of it.
        result: String,
        /// When that was reported.
        reported_at: DateTime<Utc>,
        /// By whom.
        by: StaffId,
    },
    /// Taken back by the unit that leads.
    TakenBack {
        /// Why.
        reason: String,
    },
    /// The matter ended without it.
    Fell,
}

impl WorkPart {
    /// Its unit takes part in the matter: what it did, it may still read.
    pub(super) const fn takes_part(&self) -> bool {
        matches!(self.end, None | Some(PartEnd::Done { .. }))
    }
}

impl Case {
    /// The parts still to be done.
    pub fn open_parts(&self) -> impl Iterator<Item = &WorkPart> {
        self.parts.iter().filter(|part| part.end.is_none())
    }

    /// As others are told.
    pub(super) fn parts_told(&self) -> Vec<PartSnapshot> {
        let told = |part: &WorkPart| PartSnapshot {
            unit: part.unit.clone(),
            due_on: part.due_on,
            open: part.end.is_none(),
            done_on: if let Some(PartEnd::Done { done_on, .. }) = &part.end { Some(*done_on) } else { None },
        };
        self.parts.iter().map(told).collect()
    }

    /// Refuses what no data could make right: nothing to do, somebody else's to do, parts still open.
    pub(super) fn parts_allow(&self, command: CommandKind, actor: &Actor) -> Result<(), PartRefusal> {
        match command {
            CommandKind::GivePart if self.parts.len() >= MOST_PARTS => Err(PartRefusal::TooMany),
            CommandKind::TakePartBack | CommandKind::ReportPart if self.open_parts().next().is_none() => {
                Err(PartRefusal::NothingOpen)
            }
            CommandKind::ReportPart if !self.open_parts().any(|part| actor.unit() == Some(&part.unit)) => {
                Err(PartRefusal::NotYours)
            }
            CommandKind::Propose if self.open_parts().next().is_some() => {
                let units = self.open_parts().map(|part| part.unit.clone()).collect();
                Err(PartRefusal::StillOpen { units })
            }
            _ => Ok(()),
        }
    }
}
