//! Supervision orders (督办单; REG-50, REG-51, DW-19, DZ-10): an office is called to account for how it handles a matter, answers, and the
//! supervisor says whether that does. An order is part of its case: one journal, one history, one set of clocks. It goes on beside the road:
//! the matter never waits for it, and closing the matter does not end it.

mod command;
mod event;
mod measure;
mod permit;
mod refusal;
mod wording;

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::casework::{DeadlineKind, DeadlineState, SupervisionSnapshot, SupervisionState};
use huiyin_kernel::{StaffId, UnitCode};
use huiyin_policy::rules::SupervisionGround;
use serde::{Deserialize, Serialize};

use super::Case;

pub use command::Supervise;
pub use event::SupervisionEvent;
pub use measure::{Measure, RectificationReport, measure_words};
pub(super) use permit::permit;
pub use refusal::SupervisionRefusal;
pub(super) use wording::words;

/// A supervision order (C4 督办单).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionOrder {
    /// `DB-<petition number>-<n>`, n counted from 1 within the matter.
    pub number: String,
    /// From the pack's closed list.
    pub ground: SupervisionGround,
    /// What is demanded of the office.
    pub demand: String,
    /// The office that answers: responsible when the order was made. It stays the one addressed, and sees the matter, when it hands over.
    pub target_unit: UnitCode,
    /// The offices that passed the matter on before, in order, where that is the ground (DW-19).
    pub passed_on_by: Vec<UnitCode>,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// Who made it.
    pub issued_by: IssuedBy,
    /// Every answer given; only the last may stand.
    pub answers: Vec<SupervisionAnswer>,
    /// Present once the supervisor was satisfied.
    pub conclusion: Option<SupervisionConclusion>,
    /// 改进建议, in order.
    pub advice: Vec<Advice>,
    /// 实地督查, in order of recording.
    pub visits: Vec<SiteVisit>,
    /// Measures of the joint conference, in order (REG-53).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
}

/// Who made an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IssuedBy {
    /// A supervisor or main leader.
    Staff {
        /// Who.
        staff_id: StaffId,
    },
    /// A rule of the pack (REG-51, DW-19).
    Rule,
}

/// What an office answers to an order (XY-02 督办反馈).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionAnswer {
    /// What was done, and why not sooner.
    pub done: String,
    /// When the matter will be done; absent when it is.
    pub will_be_done_on: Option<NaiveDate>,
    /// When it was given.
    pub answered_at: DateTime<Utc>,
    /// By whom, for the office.
    pub by: StaffId,
    /// Why it did not do, if it was sent back.
    pub returned: Option<AnswerReturned>,
}

/// An answer that did not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerReturned {
    /// Why.
    pub reason: String,
    /// When it was sent back.
    pub returned_at: DateTime<Utc>,
}

/// The end of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionConclusion {
    /// What the supervisor adds.
    pub note: Option<String>,
    /// When.
    pub concluded_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

/// Advice to do better (改进建议; REG-50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What should change.
    pub text: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
    /// What the office said to it.
    pub answer: Option<AdviceAnswer>,
}

/// Whether advice is adopted (REG-50: in writing).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviceAnswer {
    /// Whether.
    pub is_adopted: bool,
    /// How it is carried out, or why it is not adopted; never absent in the second case (REG-51).
    pub text: Option<String>,
    /// When.
    pub answered_at: DateTime<Utc>,
    /// By whom, for the office.
    pub by: StaffId,
}

/// A supervision visit to the place (实地督查; SZ-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteVisit {
    /// Who headed it: a supervisor or main leader.
    pub head: StaffId,
    /// On which day.
    pub visited_on: NaiveDate,
    /// What was found of how the matter is handled.
    pub finding: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl SupervisionOrder {
    /// Not concluded yet.
    pub const fn is_open(&self) -> bool {
        self.conclusion.is_none()
    }

    /// The answer that stands: given and not sent back.
    pub fn answer(&self) -> Option<&SupervisionAnswer> {
        self.answers.last().filter(|answer| answer.returned.is_none())
    }

    /// Advice still to be answered.
    pub fn open_advice(&self) -> Option<&Advice> {
        self.advice.last().filter(|advice| advice.answer.is_none())
    }
}

impl Case {
    /// The newest order.
    pub fn newest_order(&self) -> Option<&SupervisionOrder> {
        self.supervision.last()
    }

    /// The order not concluded yet; there is at most one.
    pub fn open_order(&self) -> Option<&SupervisionOrder> {
        self.newest_order().filter(|order| order.is_open())
    }

    /// The number of the next order.
    pub(super) fn next_order_number(&self) -> String {
        format!("DB-{}-{}", self.facts.number, self.supervision.len() + 1)
    }

    /// The order whose advice is still to be answered; there is at most one, not always the newest.
    pub fn advised_order(&self) -> Option<&SupervisionOrder> {
        self.supervision.iter().find(|order| order.open_advice().is_some())
    }

    /// Offices that must see the matter because an order or advice is addressed to them, whoever is responsible now.
    pub(super) fn supervised_units(&self) -> Vec<&UnitCode> {
        let orders = [self.open_order(), self.advised_order()].into_iter().flatten().map(|order| &order.target_unit);
        let mut units: Vec<_> = orders.chain(self.open_rectification().map(|measure| &measure.unit)).collect();
        units.sort();
        units.dedup();
        units
    }

    /// Where an order of this case stands.
    pub fn supervision_state(&self, order: &SupervisionOrder) -> SupervisionState {
        let is_overdue =
            self.clock(DeadlineKind::Supervision).is_some_and(|clock| clock.state == DeadlineState::Overdue);
        if !order.is_open() {
            SupervisionState::Concluded
        } else if order.answer().is_some() {
            SupervisionState::Answered
        } else if is_overdue {
            SupervisionState::Overdue
        } else {
            SupervisionState::AwaitingAnswer
        }
    }

    /// The newest order as others are told.
    pub fn supervision_told(&self) -> Option<SupervisionSnapshot> {
        let order = self.newest_order()?;
        let clock = self.clock(DeadlineKind::Supervision).filter(|clock| order.is_open() && clock.is_open());
        let advice = || self.supervision.iter().flat_map(|order| &order.advice);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(SupervisionSnapshot {
            number: order.number.clone(),
            ground: order.ground.code().to_owned(),
            target_unit: order.target_unit.clone(),
            state: self.supervision_state(order),
            due_at: clock.map(|clock| clock.deadline.due_at),
            orders: count(self.supervision.len()),
            advice_given: count(advice().count()),
            advice_adopted: count(advice().filter(|one| one.answer.as_ref().is_some_and(|a| a.is_adopted)).count()),
            measures: self.measures_told(),
            advised_unit: self.advised_order().map(|order| order.target_unit.clone()),
        })
    }
}
