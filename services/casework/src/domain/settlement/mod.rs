//! Mediation and settlement (调解、和解; REG-27; Art. 33): an agreement takes the place of an opinion. It is answered, delivered and closed
//! as an opinion is, with the same remedies; what it lays down is carried out by days of its own, also after the end.
//!
//! Only what offices and the other party have to do is followed here; nothing the petitioner promised is (DOMAIN part D).

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{SettlementKind, SettlementSnapshot};
use huiyin_kernel::{StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind};

pub use event::SettlementEvent;
pub(super) use event::words;
pub use refusal::SettlementRefusal;

/// An agreement. Its words are those of officials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// How it came about.
    pub kind: SettlementKind,
    /// The day of the agreement.
    pub agreed_on: NaiveDate,
    /// What is to be done, in the order written down.
    pub duties: Vec<Duty>,
    /// Who signed for the unit.
    pub signed_by: StaffId,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Something the agreement lays down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// What.
    pub text: String,
    /// Until when, that day included.
    pub due_on: NaiveDate,
    /// How it was done, once it was.
    pub done: Option<DutyDone>,
}

/// How a duty was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyDone {
    /// On which day.
    pub done_on: NaiveDate,
    /// How.
    pub note: String,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// An agreement to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settle {
    /// How it came about.
    pub kind: SettlementKind,
    /// The day of the agreement.
    pub agreed_on: NaiveDate,
    /// What the dispute was, as found.
    pub facts_found: String,
    /// What was agreed on.
    pub terms: String,
    /// What is to be done until when.
    pub duties: Vec<(String, NaiveDate)>,
    /// Who signed for the unit.
    pub signed_by: StaffId,
    /// The unit that person heads or leads; the directory was asked.
    pub signer_heads: Option<UnitCode>,
}

/// In Chinese and in English.
pub const fn settlement_words(kind: SettlementKind) -> (&'static str, &'static str) {
    match kind {
        SettlementKind::Mediation => ("调解", "mediation"),
        SettlementKind::Settlement => ("和解", "settlement"),
    }
}

impl Settlement {
    /// The day of the duty that comes first of those not done.
    pub fn next_due_on(&self) -> Option<NaiveDate> {
        self.open().map(|duty| duty.due_on).min()
    }

    fn open(&self) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(|duty| duty.done.is_none())
    }

    /// As others are told.
    pub fn told(&self) -> SettlementSnapshot {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        SettlementSnapshot {
            kind: self.kind,
            agreed_on: self.agreed_on,
            duties: count(self.duties.len()),
            open: count(self.open().count()),
            next_due_on: self.next_due_on(),
        }
    }
}

impl Case {
    /// Refuses what no data could make right: nothing agreed on, or nothing left to do.
    pub(super) fn settlement_allows(&self, command: CommandKind) -> Result<(), SettlementRefusal> {
        use huiyin_contracts::intake::PetitionClass::Request;
        match command {
            CommandKind::RecordSettlement if self.facts.class != Request => Err(SettlementRefusal::RequestsOnly),
            CommandKind::RecordDutyDone => match &self.settlement {
                None => Err(SettlementRefusal::NoAgreement),
                Some(settlement) if settlement.next_due_on().is_none() => Err(SettlementRefusal::AllDone),
                Some(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }
}
