//! Who is competent when offices do not agree (REG-15, REG-16; Art. 24), the report on a result that was demanded (办结报告; REG-10), and the
//! report of major or urgent matters upwards (REG-17; Art. 25). All of it goes on between offices; the petitioner hears who handles the
//! matter.

mod event;
mod refusal;
mod succession;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{CompetenceSnapshot, ReportLevel};
use huiyin_kernel::{Actor, StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind, StateKind};

pub use event::RoutingEvent;
pub(super) use event::words;
pub use refusal::RoutingRefusal;
pub use succession::{Succeeded, Successor, succeed};

/// The question which of several units is competent, put to the office above them (报请共同上一级机关确定管辖).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competence {
    /// The petition office above all of them; it decides.
    pub decider: UnitCode,
    /// The units concerned.
    pub parties: Vec<UnitCode>,
    /// Why it was put.
    pub reason: String,
    /// When.
    pub referred_at: DateTime<Utc>,
    /// How it was decided, once it was.
    pub decided: Option<CompetenceDecided>,
}

/// Who is competent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetenceDecided {
    /// Answers for the matter (主办).
    pub unit: UnitCode,
    /// Assist it, and see the matter (协办).
    pub assisting: Vec<UnitCode>,
    /// Why.
    pub reason: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

/// What came of a matter that was handed down (办结报告; REG-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultReport {
    /// What was found.
    pub found: String,
    /// What was done.
    pub done: String,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// By whom, for the unit.
    pub by: StaffId,
}

/// A major or urgent matter was reported upwards (REG-17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedUp {
    /// To which level.
    pub level: ReportLevel,
    /// On which day.
    pub reported_on: NaiveDate,
    /// What was reported.
    pub text: String,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

impl Case {
    /// The question of competence while it is open.
    pub fn open_competence(&self) -> Option<&Competence> {
        self.competence.as_deref().filter(|question| question.decided.is_none())
    }

    /// The units that assist (协办).
    pub(super) fn assisting(&self) -> &[UnitCode] {
        let decided = self.competence.as_ref().and_then(|question| question.decided.as_ref());
        decided.map_or(&[], |decided| &decided.assisting)
    }

    /// The report on a demanded result is still owed, whoever has the matter now.
    pub fn owes_report(&self) -> bool {
        self.transfer.as_ref().is_some_and(|sent| sent.stands() && sent.demand.is_some() && sent.report.is_none())
    }

    /// As others are told.
    pub fn competence_told(&self) -> Option<CompetenceSnapshot> {
        let question = self.competence.as_ref()?;
        Some(CompetenceSnapshot {
            decider: question.decider.clone(),
            parties: question.parties.clone(),
            unit: question.decided.as_ref().map(|decided| decided.unit.clone()),
            assisting: self.assisting().to_vec(),
        })
    }

    /// Refuses what no data could make right: nothing to decide, nothing to report, somebody else's to do.
    pub(super) fn routing_allows(&self, command: CommandKind, actor: &Actor) -> Result<(), RoutingRefusal> {
        let of_unit = actor.unit() == Some(&self.responsible_unit);
        match command {
            CommandKind::ReferCompetence if self.open_competence().is_some() => Err(RoutingRefusal::ReferredAlready),
            CommandKind::DecideCompetence => match self.open_competence() {
                None => Err(RoutingRefusal::NothingReferred),
                Some(question) if actor.unit() == Some(&question.decider) => Ok(()),
                Some(question) => Err(RoutingRefusal::NotYours { unit: question.decider.clone() }),
            },
            CommandKind::ReportResult | CommandKind::ReportUp if !of_unit => {
                Err(RoutingRefusal::NotYours { unit: self.responsible_unit.clone() })
            }
            CommandKind::ReportResult if !self.owes_report() => Err(RoutingRefusal::NothingDemanded),
            _ => Ok(()),
        }
    }

    /// A question of competence is about a matter nobody has taken up.
    pub fn is_unclaimed(&self) -> bool {
        self.state.kind() == StateKind::Received
    }
}

impl CommandKind {
    /// Goes on beside the road, as supervision does: between offices, wherever the matter stands unless it rests.
    pub const fn is_reporting(self) -> bool {
        matches!(self, Self::ReportResult | Self::ReportUp)
    }
}
