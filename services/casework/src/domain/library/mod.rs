//! The library of matters fit for leaders (案件库) and the leaders asked to take them, quarter by quarter (SZ-07, SZ-08, SZ-14): a matter with its
//! field and the reason why it is fit, one plan (一事一策; JX-06, QD-10), one leader who agrees first, and only then the public notice.
//! It is about matters; nobody who put one is named, chosen or counted (DOMAIN part D).

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{LibrarySnapshot, Quarter, SelectionSnapshot, SelectionState};
use huiyin_kernel::{Actor, Role, StaffId};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind, StateKind};

pub use event::LibraryEvent;
pub(super) use event::words;
pub use refusal::LibraryRefusal;

/// What the library holds of a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryEntry {
    /// It stands in the library now.
    pub listed: bool,
    /// The field it belongs to (领域), as the office calls it.
    pub field: String,
    /// Why it is fit for a leader.
    pub reason: String,
    /// When it was taken in.
    pub added_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
    /// Leaders asked, the newest last.
    pub selections: Vec<Selection>,
}

/// The plan of a matter (一事一策). Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How it is to be resolved.
    pub text: String,
    /// Until when, that day included.
    pub until: NaiveDate,
    /// When it was laid down.
    pub set_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// A leader asked to take the case in a quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Who.
    pub leader: StaffId,
    /// For which quarter.
    pub quarter: Quarter,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// What came of it.
    pub answer: Option<LeaderAnswer>,
    /// The public notice.
    pub published: Option<Published>,
}

/// What the leader said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderAnswer {
    /// Takes the case.
    pub agrees: bool,
    /// Why not.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a leader wrote on reading the matter (领导阅批; REG-03, Art. 18(2)): letters and net petitions are read by leaders, not only by offices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// Who.
    pub leader: StaffId,
    /// What is to be done.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The public notice (公示).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The matter in de-identified words.
    pub summary: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Selection {
    /// Where it stands.
    pub fn state(&self) -> SelectionState {
        match (&self.answer, &self.published) {
            (None, _) => SelectionState::Asked,
            (Some(answer), None) if answer.agrees => SelectionState::Agreed,
            (Some(answer), Some(_)) if answer.agrees => SelectionState::Published,
            (Some(_), _) => SelectionState::Declined,
        }
    }
}

impl Case {
    /// Its place in the library while it stands there.
    pub fn listed(&self) -> Option<&LibraryEntry> {
        self.library.as_deref().filter(|entry| entry.listed)
    }

    /// The newest asking of a leader.
    pub fn selection(&self) -> Option<&Selection> {
        self.library.as_deref().and_then(|entry| entry.selections.last())
    }

    /// The leader whose answer is awaited.
    pub fn asked_leader(&self) -> Option<StaffId> {
        self.selection().filter(|asked| asked.answer.is_none()).map(|asked| asked.leader)
    }

    /// As others are told.
    pub(super) fn library_told(&self) -> Option<LibrarySnapshot> {
        let entry = self.library.as_deref()?;
        let selection = entry.selections.last().map(|asked| SelectionSnapshot {
            leader: asked.leader,
            quarter: asked.quarter,
            state: asked.state(),
            summary: asked.published.as_ref().map(|notice| notice.summary.clone()),
        });
        let (listed, field, has_plan) = (entry.listed, entry.field.clone(), self.plan.is_some());
        Some(LibrarySnapshot { listed, field, has_plan, selection })
    }

    /// Refuses what no data could make right: what is not there, what came before, somebody else's to do.
    pub(super) fn library_allows(&self, command: CommandKind, actor: &Actor) -> Result<(), LibraryRefusal> {
        use LibraryRefusal as No;
        if !command.is_library() {
            return Ok(());
        }
        if command == CommandKind::AnswerSelection {
            let asked = self.asked_leader().ok_or(No::NobodyAsked)?;
            return if actor.staff_id() == Some(asked) { Ok(()) } else { Err(No::AskedAnother) };
        }
        if command == CommandKind::Instruct {
            let leads = [Role::Leader, Role::MainLeader].iter().any(|role| actor.has_role(*role));
            return if leads { Ok(()) } else { Err(No::LeadersOnly) };
        }
        let supervises = self.supervised_by(actor);
        if matches!(command, CommandKind::SelectLeader | CommandKind::PublishSelection) {
            supervises.then_some(()).ok_or(No::SupervisorsOnly)?;
        } else {
            let leads = actor.staff_id().is_some() && actor.staff_id() == self.leader;
            let may = supervises || leads || actor.unit() == Some(&self.responsible_unit);
            may.then_some(()).ok_or_else(|| No::NotYours { unit: self.responsible_unit.clone() })?;
        }
        match command {
            CommandKind::AddToLibrary if self.listed().is_some() => Err(No::ListedAlready),
            CommandKind::RemoveFromLibrary | CommandKind::SelectLeader if self.listed().is_none() => Err(No::NotListed),
            CommandKind::SelectLeader if self.asked_leader().is_some() => Err(No::AwaitsAnswer),
            CommandKind::SelectLeader if self.taken_by_leader => Err(No::HasLeader),
            CommandKind::PublishSelection => match self.selection().map(Selection::state) {
                Some(SelectionState::Agreed) => Ok(()),
                Some(SelectionState::Published) => Err(No::PublishedAlready),
                Some(SelectionState::Asked | SelectionState::Declined) | None => Err(No::NotAgreed),
            },
            _ => Ok(()),
        }
    }

    /// By a supervisor or main leader whose district is the matter's or lies above it.
    fn supervised_by(&self, actor: &Actor) -> bool {
        let Actor::Staff { district, .. } = actor else { return false };
        [Role::Supervisor, Role::MainLeader].iter().any(|role| actor.has_role(*role))
            && district.contains(&self.facts.district)
    }
}

impl StateKind {
    /// Does a matter in this state take that command of the library? A leader takes it after it was taken up and before it is answered; what
    /// has ended is only taken out.
    pub(super) fn takes_of_library(self, command: CommandKind) -> bool {
        match command {
            CommandKind::RemoveFromLibrary => self != Self::Withdrawn,
            CommandKind::SelectLeader | CommandKind::AnswerSelection => self.takes(CommandKind::Take),
            CommandKind::PublishSelection => !matches!(self, Self::Received | Self::Withdrawn | Self::Closed),
            _ => !matches!(self, Self::Withdrawn | Self::Closed),
        }
    }
}

impl CommandKind {
    /// Of the library, the plan and leaders' instructions: beside the road, wherever the matter stands unless it rests.
    pub const fn is_library(self) -> bool {
        matches!(
            self,
            Self::AddToLibrary
                | Self::RemoveFromLibrary
                | Self::SetPlan
                | Self::SelectLeader
                | Self::AnswerSelection
                | Self::PublishSelection
                | Self::Instruct
        )
    }
}
