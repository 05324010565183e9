//! Return visits (回访; XT-10, QD-08): after the end the office asks whether the opinion was carried out. What is kept is found of the matter;
//! there is no place for a word about the person, and who does not wish to be asked is not.

mod event;
mod refusal;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, VisitFinding};
use huiyin_kernel::{Actor, Role, StaffId};
use serde::{Deserialize, Serialize};

use super::{Case, CommandKind, Refusal};

pub use event::ReturnVisitEvent;
pub(super) use event::words;
pub use refusal::ReturnVisitRefusal;

/// How it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitMeans {
    /// 电话回访
    Phone,
    /// 上门回访
    InPerson,
    /// 书信回访
    Letter,
    /// 网上回访
    Net,
}

impl VisitMeans {
    /// In Chinese and in English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Phone => ("电话回访", "by phone"),
            Self::InPerson => ("上门回访", "in person"),
            Self::Letter => ("书信回访", "by letter"),
            Self::Net => ("网上回访", "over the net"),
        }
    }
}

/// A return visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnVisit {
    /// How.
    pub means: VisitMeans,
    /// On which day.
    pub visited_on: NaiveDate,
    /// What was found of the matter.
    pub finding: VisitFinding,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// In Chinese and in English.
pub const fn finding_words(finding: VisitFinding) -> (&'static str, &'static str) {
    match finding {
        VisitFinding::CarriedOut => ("处理意见已落实", "the opinion was carried out"),
        VisitFinding::PartlyCarriedOut => ("处理意见部分落实", "the opinion was carried out in part"),
        VisitFinding::NotCarriedOut => ("处理意见未落实", "the opinion was not carried out"),
        VisitFinding::NotWished => ("信访人不愿接受回访", "nothing was asked, as that was not wished"),
    }
}

impl Case {
    /// A return visit is due and was not made yet (待回访).
    pub fn awaits_return_visit(&self) -> bool {
        self.clock(DeadlineKind::ReturnVisit).is_some_and(super::Clock::is_open)
    }

    /// By the unit that answered, or a supervisor of the petition office whose district is the matter's or lies above it; never of one who
    /// does not wish it.
    pub(super) fn return_visit_allows(&self, command: CommandKind, actor: &Actor) -> Result<(), Refusal> {
        if command != CommandKind::RecordReturnVisit {
            return Ok(());
        }
        let supervises = match actor {
            Actor::Staff { district, .. } => {
                actor.has_role(Role::Supervisor) && district.contains(&self.facts.district)
            }
            Actor::Petitioner | Actor::System { .. } => false,
        };
        if !supervises && actor.unit() != Some(&self.responsible_unit) {
            return Err(Refusal::NotResponsible { unit: self.responsible_unit.clone() });
        }
        if self.no_return_visit { Err(ReturnVisitRefusal::NotWished.into()) } else { Ok(()) }
    }
}
