//! One visitor's turn: booked or walked in, received, recorded (接访登记表, C3). Who came is known to intake alone.

use chrono::{DateTime, Utc};
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::{CompetentPlaces, VisitOutcome, VisitState};
use huiyin_kernel::{PetitionId, SessionId, StaffId, VisitId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// A visitor's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Which one.
    pub id: VisitId,
    /// Journal version.
    pub version: i64,
    /// Its session.
    pub session_id: SessionId,
    /// The matter brought.
    pub petition_id: PetitionId,
    /// Where it stands.
    pub state: VisitState,
    /// Number in the queue, from arrival on.
    pub ticket: Option<u32>,
    /// When the visitor is expected.
    pub expected_at: DateTime<Utc>,
    /// When the visitor came.
    pub arrived_at: Option<DateTime<Utc>>,
    /// The leader who received.
    pub received_by: Option<StaffId>,
    /// When the record was complete.
    pub concluded_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<VisitOutcome>,
    /// The record; none before the end, and none once it was destroyed.
    pub record: Option<Record>,
    /// Why it was booked before the level below gave its opinion (XT-06).
    pub waived: Option<String>,
    /// Where the matter is received by law, told to whoever came to a place far above (REG-06).
    pub competent: Option<CompetentPlaces>,
}

/// The handwritten part of the record (C3: 陪同接待单位或人员, 反映的主要问题和诉求, 接访领导意见, 办理结果, 信访人意见).
/// Leader, date and place stand in the session; name, sex, age, contact, companions and address stay in intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// 陪同接待单位或人员
    pub attended_by: Vec<String>,
    /// 反映的主要问题和诉求
    pub main_problem: String,
    /// 接访领导意见
    pub leader_opinion: String,
    /// 办理结果
    pub result: String,
    /// 信访人意见: the petitioner's own words; blank when they wrote none (WH-18).
    pub petitioner_opinion: Option<String>,
}

/// Why a booking was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenBack {
    /// By the petitioner.
    ByPetitioner,
    /// With the petition (撤回).
    PetitionWithdrawn,
    /// The session was cancelled.
    SessionCancelled,
    /// The session ended without the turn being used. Says nothing about anyone.
    SessionEnded,
}

impl GivenBack {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByPetitioner => "by_petitioner",
            Self::PetitionWithdrawn => "petition_withdrawn",
            Self::SessionCancelled => "session_cancelled",
            Self::SessionEnded => "session_ended",
        }
    }
}

/// What happened to a turn, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VisitEvent {
    /// Booked.
    Booked {
        /// The session.
        session_id: SessionId,
        /// The matter.
        petition_id: PetitionId,
        /// The slot.
        slot: u32,
        /// When.
        expected_at: DateTime<Utc>,
        /// Why before the level below gave its opinion, where that was needed (XT-06).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waived: Option<String>,
        /// Where the matter is received by law, where that was told (REG-06).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        competent: Option<CompetentPlaces>,
    },
    /// Walked in.
    WalkedIn {
        /// The session.
        session_id: SessionId,
        /// The matter.
        petition_id: PetitionId,
        /// The number called.
        ticket: u32,
        /// Where the matter is received by law, where that was told (REG-06).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        competent: Option<CompetentPlaces>,
    },
    /// Came to the booked turn.
    Arrived {
        /// The number called.
        ticket: u32,
    },
    /// Given back.
    Cancelled {
        /// Why.
        because: GivenBack,
    },
    /// Moved with its session.
    Moved {
        /// The new time.
        expected_at: DateTime<Utc>,
    },
    /// Received and recorded.
    Concluded {
        /// By whom.
        received_by: StaffId,
        /// The record.
        record: Record,
        /// How it ended.
        outcome: VisitOutcome,
    },
    /// The file of its matter was destroyed, and what was written down with it (A11).
    RecordDestroyed,
}

impl VisitEvent {
    /// The journal's name for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Booked { .. } => "visit_booked",
            Self::WalkedIn { .. } => "visit_walked_in",
            Self::Arrived { .. } => "visit_arrived",
            Self::Cancelled { .. } => "visit_cancelled",
            Self::Moved { .. } => "visit_moved",
            Self::Concluded { .. } => "visit_concluded",
            Self::RecordDestroyed => "record_destroyed",
        }
    }
}

impl Visit {
    /// A turn that begins with `event` at `at`; `None` for an event that begins none.
    pub fn begun(id: VisitId, event: &VisitEvent, at: DateTime<Utc>) -> Option<Self> {
        let (session_id, petition_id, state, ticket, expected_at, arrived_at, waived, competent) = match event {
            VisitEvent::Booked { session_id, petition_id, expected_at, waived, competent, .. } => {
                (*session_id, *petition_id, VisitState::Booked, None, *expected_at, None, waived.clone(), competent)
            }
            VisitEvent::WalkedIn { session_id, petition_id, ticket, competent } => {
                (*session_id, *petition_id, VisitState::Registered, Some(*ticket), at, Some(at), None, competent)
            }
            VisitEvent::Arrived { .. }
            | VisitEvent::Cancelled { .. }
            | VisitEvent::Moved { .. }
            | VisitEvent::Concluded { .. }
            | VisitEvent::RecordDestroyed => return None,
        };
        Some(Self {
            id,
            version: 1,
            session_id,
            petition_id,
            state,
            ticket,
            expected_at,
            arrived_at,
            received_by: None,
            concluded_at: None,
            outcome: None,
            record: None,
            waived,
            competent: competent.clone(),
        })
    }

    /// The visitor came to the booked turn.
    pub fn arrive(&self, ticket: u32) -> Result<VisitEvent, Refusal> {
        match self.state {
            VisitState::Booked => Ok(VisitEvent::Arrived { ticket }),
            VisitState::Registered => Err(Refusal::AlreadyBooked),
            VisitState::Cancelled | VisitState::Concluded => Err(Refusal::VisitOver),
        }
    }

    /// Gives a booking back.
    pub fn give_back(&self, because: GivenBack) -> Result<VisitEvent, Refusal> {
        match self.state {
            VisitState::Booked => Ok(VisitEvent::Cancelled { because }),
            VisitState::Registered | VisitState::Cancelled | VisitState::Concluded => Err(Refusal::VisitOver),
        }
    }

    /// Completes the record. The first receiver is the leader announced (WH-09).
    pub fn conclude(
        &self,
        class: PetitionClass,
        received_by: StaffId,
        record: Record,
        outcome: VisitOutcome,
    ) -> Result<VisitEvent, Refusal> {
        if !matches!(self.state, VisitState::Booked | VisitState::Registered) {
            return Err(Refusal::VisitOver);
        }
        Ok(VisitEvent::Concluded { received_by, record, outcome: admit_outcome(class, outcome)? })
    }

    /// The turn after `event`.
    #[must_use]
    pub fn apply(mut self, event: &VisitEvent, at: DateTime<Utc>) -> Self {
        self.version += 1;
        match event {
            VisitEvent::Booked { .. } | VisitEvent::WalkedIn { .. } => {}
            VisitEvent::Arrived { ticket } => {
                self.state = VisitState::Registered;
                self.ticket = Some(*ticket);
                self.arrived_at = Some(at);
            }
            VisitEvent::Cancelled { .. } => self.state = VisitState::Cancelled,
            VisitEvent::Moved { expected_at } => self.expected_at = *expected_at,
            VisitEvent::Concluded { received_by, record, outcome } => {
                self.state = VisitState::Concluded;
                self.received_by = Some(*received_by);
                self.concluded_at = Some(at);
                self.record = Some(record.clone());
                self.outcome = Some(outcome.clone());
            }
            VisitEvent::RecordDestroyed => (self.record, self.waived) = (None, None),
        }
        self
    }
}

/// What stands in place of a summary whose matter is not to be known (REG-22).
pub const WITHHELD: &str = "检举控告事项，内容依法不公开。";

/// Settling on the spot needs all five conditions (WH-04); words for the public identify nobody; of an accusation nothing
/// is told at all.
fn admit_outcome(class: PetitionClass, mut outcome: VisitOutcome) -> Result<VisitOutcome, Refusal> {
    if let VisitOutcome::SettledOnSpot { conditions, .. } = &outcome {
        let missing = conditions.missing();
        if !missing.is_empty() {
            return Err(Refusal::ConditionsNotMet(missing));
        }
    }
    match &mut outcome {
        VisitOutcome::SettledOnSpot { result_summary, .. }
        | VisitOutcome::Explained { result_summary }
        | VisitOutcome::Aided { result_summary } => {
            if class == PetitionClass::Accusation {
                WITHHELD.clone_into(result_summary);
            } else if identifies(result_summary) {
                return Err(Refusal::SummaryIdentifies);
            }
        }
        VisitOutcome::Promised { .. } | VisitOutcome::Assigned { .. } => {}
    }
    Ok(outcome)
}

/// Nine digits in a row or more, spaces and dashes between them ignored: a telephone, document or account number. Dates and sums of
/// money have fewer.
fn identifies(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars() {
        match c {
            '0'..='9' | '０'..='９' => run += 1,
            ' ' | '-' => {}
            _ => run = 0,
        }
        if run >= 9 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use huiyin_contracts::casework::Grade;
    use huiyin_contracts::scheduling::OnSpotConditions;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::plan::tests::at;

    fn record() -> Record {
        Record {
            attended_by: vec![],
            main_problem: "工资拖欠".to_owned(),
            leader_opinion: "限期核查".to_owned(),
            result: "转人社局办理".to_owned(),
            petitioner_opinion: None,
        }
    }

    fn walked_in() -> Visit {
        let event = VisitEvent::WalkedIn {
            session_id: Uuid::from_u128(2).into(),
            petition_id: Uuid::from_u128(1).into(),
            ticket: 1,
            competent: None,
        };
        Visit::begun(Uuid::from_u128(5).into(), &event, at("2026-03-02T01:00:00Z")).expect("begins a turn")
    }

    #[test]
    fn of_an_accusation_no_content_is_published_reg_22() {
        let outcome = VisitOutcome::Explained { result_summary: "某局某人收钱".to_owned() };
        let told = walked_in().conclude(PetitionClass::Accusation, Uuid::from_u128(9).into(), record(), outcome);
        assert!(matches!(
            told,
            Ok(VisitEvent::Concluded { outcome: VisitOutcome::Explained { result_summary }, .. }) if result_summary == WITHHELD
        ));
    }

    #[test]
    fn a_public_summary_holds_no_number_that_identifies() {
        for (text, ok) in [
            ("2026年3月1日前补发工资12000元", true),
            ("电话 138-0013-8000", false),
            ("身份证１１０１０１１９９００３０７", false),
        ] {
            let outcome = VisitOutcome::Explained { result_summary: text.to_owned() };
            let told = walked_in().conclude(PetitionClass::Request, Uuid::from_u128(9).into(), record(), outcome);
            assert_eq!(told.is_ok(), ok, "{text}");
        }
    }

    proptest! {
        /// WH-04: settled on the spot exactly when all five hold; otherwise those that do not are named.
        #[test]
        fn settling_on_the_spot_needs_all_five_wh_04(holds in any::<[bool; 5]>()) {
            let [reasonable, facts_clear, lawful_basis, evidence_sufficient, solvable_here] = holds;
            let conditions =
                OnSpotConditions { reasonable, facts_clear, lawful_basis, evidence_sufficient, solvable_here };
            let outcome = VisitOutcome::SettledOnSpot { conditions, result_summary: "当场补发".to_owned() };
            let told = walked_in().conclude(PetitionClass::Request, Uuid::from_u128(9).into(), record(), outcome);
            let names = ["reasonable", "facts_clear", "lawful_basis", "evidence_sufficient", "solvable_here"];
            let expected: Vec<&str> = names.into_iter().zip(holds).filter(|(_, h)| !h).map(|(n, _)| n).collect();
            if expected.is_empty() { prop_assert!(told.is_ok()) }
            else { prop_assert_eq!(told, Err(Refusal::ConditionsNotMet(expected))) }
        }
    }

    #[test]
    fn the_petitioner_s_word_may_stay_blank_wh_18() {
        let outcome = VisitOutcome::Assigned { grade: Grade::Ordinary };
        let event = walked_in()
            .conclude(PetitionClass::Request, Uuid::from_u128(9).into(), record(), outcome.clone())
            .expect("complete without it");
        let visit = walked_in().apply(&event, at("2026-03-02T02:00:00Z"));
        assert_eq!((visit.state, visit.outcome, visit.version), (VisitState::Concluded, Some(outcome), 2));
    }

    #[test]
    fn a_record_is_written_once_and_a_received_visitor_s_turn_is_not_given_back() {
        let outcome = VisitOutcome::Assigned { grade: Grade::Ordinary };
        let leader = Uuid::from_u128(9).into();
        let event = walked_in().conclude(PetitionClass::Request, leader, record(), outcome.clone()).expect("complete");
        let done = walked_in().apply(&event, at("2026-03-02T02:00:00Z"));
        assert_eq!(done.conclude(PetitionClass::Request, leader, record(), outcome), Err(Refusal::VisitOver));
        assert_eq!(walked_in().give_back(GivenBack::ByPetitioner), Err(Refusal::VisitOver));
    }
}
