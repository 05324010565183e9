use chrono::{DateTime, NaiveDate, Utc};
use huiyin_contracts::{
    casework::{CaseSnapshot, CaseState, Dispute, Outcome, Rating},
    intake::{PetitionClass, PetitionSnapshot, PetitionState},
};

use huiyin_kernel::Text;

use super::{CaseStanding, PetitionEvent, Refusal};

/// A petition with its current values, apart from sealed text and identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Petition {
    /// Its values, as others are told them.
    pub snapshot: PetitionSnapshot,
    /// Its version in the journal.
    pub version: i64,
}

/// What a petitioner says of how the matter was handled; what is absent is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Of the petition office (信访部门).
    pub office: Option<Rating>,
    /// Of the body that answered (责任单位).
    pub unit: Option<Rating>,
    /// Not carried out, or never received.
    pub dispute: Option<Dispute>,
    /// No return visit is wished.
    pub no_return_visit: bool,
    /// In the petitioner's words; for the petition office alone.
    pub words: Option<Text>,
}

impl Said {
    fn ratings(&self) -> impl Iterator<Item = Rating> {
        [self.office, self.unit].into_iter().flatten()
    }

    /// Nothing is said at all.
    pub const fn is_empty(&self) -> bool {
        let is_rated = self.office.is_some() || self.unit.is_some();
        !is_rated && self.dispute.is_none() && !self.no_return_visit && self.words.is_none()
    }
}

/// What comes of a petitioner's wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It happens.
    Changed,
    /// It is so already; nothing happens, and the answer is the same.
    AlreadySo,
}

impl Petition {
    /// May something be added or corrected?
    pub const fn amend(&self, case: CaseStanding) -> Result<Decision, Refusal> {
        match (self.snapshot.state, case) {
            (PetitionState::Withdrawn, _) => Err(Refusal::Withdrawn),
            (PetitionState::Registered, CaseStanding::Ended) => Err(Refusal::Closed),
            (PetitionState::Registered, CaseStanding::NotOpened | CaseStanding::Open) => Ok(Decision::Changed),
        }
    }

    /// May it be withdrawn? The petitioner's own act, at any time before the matter is closed.
    pub const fn withdraw(&self, case: CaseStanding) -> Result<Decision, Refusal> {
        match (self.snapshot.state, case) {
            (PetitionState::Withdrawn, _) => Ok(Decision::AlreadySo),
            (PetitionState::Registered, CaseStanding::Ended) => Err(Refusal::Closed),
            (PetitionState::Registered, CaseStanding::NotOpened | CaseStanding::Open) => Ok(Decision::Changed),
        }
    }

    /// May the withdrawal be taken back at `now`?
    pub fn restore(&self, now: DateTime<Utc>) -> Result<Decision, Refusal> {
        match (self.snapshot.state, self.snapshot.restorable_until) {
            (PetitionState::Registered, _) => Ok(Decision::AlreadySo),
            (PetitionState::Withdrawn, Some(until)) if now >= until => Err(Refusal::TooLate { until }),
            (PetitionState::Withdrawn, _) => Ok(Decision::Changed),
        }
    }

    /// May a review or re-examination be asked for? Only of a written answer, and once at a time; whether it is in time, and who
    /// decides on it, is casework's affair (REG-40, REG-41).
    pub fn ask_review(&self, case: Option<&CaseSnapshot>) -> Result<(), Refusal> {
        let Some(case) = case.filter(|_| self.snapshot.class != PetitionClass::Accusation) else {
            return Err(Refusal::NotAnswered);
        };
        match case.state {
            CaseState::UnderReview | CaseState::ReviewAnswered => Err(Refusal::UnderReview),
            CaseState::Withdrawn => Err(Refusal::Withdrawn),
            CaseState::Replied | CaseState::Closed if is_written(case) => Ok(()),
            _ => Err(Refusal::NotAnswered),
        }
    }

    /// May an appointment with a leader be asked for? Where the place takes applications, and once at a time, as casework has told (QD-02).
    pub fn ask_appointment(&self, case: Option<&CaseSnapshot>) -> Result<(), Refusal> {
        if self.snapshot.state == PetitionState::Withdrawn {
            return Err(Refusal::Withdrawn);
        }
        let told = case.filter(|_| self.snapshot.class != PetitionClass::Accusation);
        match told {
            Some(case) if case.may_ask_appointment => Ok(()),
            Some(case) if case.appointment.as_ref().is_some_and(|asked| asked.open) => Err(Refusal::AppointmentAsked),
            Some(_) | None => Err(Refusal::NoAppointment),
        }
    }

    /// May the handling be rated so, or a dispute be put, on `today` (REG-07)? What can be rated, on which scale and until when, casework has
    /// told. [`Decision::AlreadySo`] when all of it was said before.
    pub fn evaluate(&self, said: &Said, case: Option<&CaseSnapshot>, today: NaiveDate) -> Result<Decision, Refusal> {
        let told = case.filter(|_| self.snapshot.class != PetitionClass::Accusation);
        let told = told.and_then(|case| case.evaluation.as_ref()).ok_or(Refusal::NothingToRate)?;
        if told.until < today {
            return Err(Refusal::EvaluationOver { until: told.until });
        }
        if said.ratings().any(|rating| !told.scale.contains(&rating)) {
            return Err(Refusal::NotOnScale);
        }
        let last = self.snapshot.evaluation.as_ref();
        let changes = |told: Option<Rating>, said: Option<Rating>| told.is_some() && said.is_some() && told != said;
        if !told.may_change && (changes(told.office, said.office) || changes(told.unit, said.unit)) {
            return Err(Refusal::RatedAlready);
        }
        let same = last.is_some_and(|last| {
            (last.office, last.unit, last.dispute, last.no_return_visit)
                == (said.office, said.unit, said.dispute, said.no_return_visit)
        });
        Ok(if same && said.words.is_none() { Decision::AlreadySo } else { Decision::Changed })
    }

    /// May its personal data be destroyed? Only once nobody works on the matter any more.
    pub const fn erase(&self, case: CaseStanding) -> Result<(), Refusal> {
        match (self.snapshot.state, case) {
            (PetitionState::Withdrawn, _) | (PetitionState::Registered, CaseStanding::Ended) => Ok(()),
            (PetitionState::Registered, CaseStanding::NotOpened | CaseStanding::Open) => Err(Refusal::StillOpen),
        }
    }

    /// The petition after `event`. Total: an event that happened cannot be refused.
    #[must_use]
    pub fn apply(mut self, event: &PetitionEvent) -> Self {
        self.version += 1;
        match event {
            PetitionEvent::Registered { petition, .. } => self.snapshot = (**petition).clone(),
            PetitionEvent::Amended { can_be_told, .. } => self.snapshot.can_be_told = *can_be_told,
            PetitionEvent::Withdrawn { restorable_until, .. } => {
                self.snapshot.state = PetitionState::Withdrawn;
                self.snapshot.restorable_until = Some(*restorable_until);
            }
            PetitionEvent::Restored => {
                self.snapshot.state = PetitionState::Registered;
                self.snapshot.restorable_until = None;
            }
            PetitionEvent::Evaluated { evaluation, .. } => self.snapshot.evaluation = Some(evaluation.clone()),
            // Nobody can be told any more: how is not known.
            PetitionEvent::Erased { .. } => self.snapshot.can_be_told = false,
            PetitionEvent::ReviewAsked { .. }
            | PetitionEvent::AppointmentAsked { .. }
            | PetitionEvent::IdentityShown { .. }
            | PetitionEvent::ErasureAsked { .. }
            | PetitionEvent::CopiesErased { .. }
            | PetitionEvent::NotHandedOver { .. } => {}
        }
        self
    }

    /// The petition its journal tells of; `None` when the first event is no registration.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a PetitionEvent>) -> Option<Self> {
        let mut events = events.into_iter();
        let PetitionEvent::Registered { petition, .. } = events.next()? else { return None };
        let registered = Self { snapshot: (**petition).clone(), version: 1 };
        Some(events.fold(registered, Self::apply))
    }
}

/// Answered in writing, with an opinion on the matter itself.
const fn is_written(case: &CaseSnapshot) -> bool {
    use Outcome::{Adopted, Explained, NotAdopted, NotSupported, PartlyAdopted, Supported};
    let on_the_matter =
        matches!(case.outcome, Some(Supported | Explained | NotSupported | Adopted | PartlyAdopted | NotAdopted));
    on_the_matter && case.replied_at.is_some()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
    use huiyin_kernel::{DistrictCode, PetitionId, PetitionNumber};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn registered() -> Petition {
        let now = DateTime::from_timestamp(1_780_000_000, 0).expect("in range");
        let snapshot = PetitionSnapshot {
            petition_id: PetitionId::from(Uuid::nil()),
            number: PetitionNumber::new(2026, 1),
            state: PetitionState::Registered,
            channel: Channel::Net,
            received_at: now,
            registered_at: now,
            class: PetitionClass::Request,
            topic: "other".to_owned(),
            district: DistrictCode::parse("990101001").expect("a code"),
            kind: PetitionKind::Individual,
            people_count: 1,
            concerned_unit: None,
            registered_by: None,
            session_id: None,
            can_be_told: true,
            restorable_until: None,
            evaluation: None,
        };
        Petition { snapshot, version: 1 }
    }

    fn withdrawn(until: DateTime<Utc>) -> Petition {
        registered().apply(&PetitionEvent::Withdrawn { restorable_until: until, sealed: Vec::new() })
    }

    #[derive(Clone, Debug)]
    enum Wish {
        Amend,
        Withdraw,
        Restore,
    }

    proptest! {
        /// Whatever a petitioner does and however long they wait: a withdrawal taken back leaves what was there before, and
        /// the state is always the one that an independent account of the same story gives.
        #[test]
        fn the_petitioners_wishes_lead_where_a_plain_account_says(
            story in prop::collection::vec((prop_oneof![Just(Wish::Amend), Just(Wish::Withdraw), Just(Wish::Restore)], 0_i64..20), 0..30)
        ) {
            let mut petition = registered();
            let mut now = petition.snapshot.registered_at;
            let mut withdrawn_on: Option<DateTime<Utc>> = None;
            for (wish, days) in story {
                now += TimeDelta::days(days);
                let event = match wish {
                    Wish::Amend => petition
                        .amend(CaseStanding::Open)
                        .map(|_| Some(PetitionEvent::Amended { can_be_told: true, sealed: Vec::new() })),
                    Wish::Withdraw => petition.withdraw(CaseStanding::Open).map(|decision| (decision == Decision::Changed)
                        .then(|| PetitionEvent::Withdrawn { restorable_until: now + TimeDelta::days(15), sealed: Vec::new() })),
                    Wish::Restore => petition.restore(now)
                        .map(|decision| (decision == Decision::Changed).then_some(PetitionEvent::Restored)),
                };
                let accepted = match (&wish, withdrawn_on) {
                    (Wish::Amend, on) => on.is_none(),
                    (Wish::Withdraw, _) => true,
                    (Wish::Restore, on) => on.is_none_or(|on| now - on < TimeDelta::days(15)),
                };
                prop_assert_eq!(event.is_ok(), accepted);
                match (wish, accepted, withdrawn_on) {
                    (Wish::Withdraw, true, None) => withdrawn_on = Some(now),
                    (Wish::Restore, true, _) => withdrawn_on = None,
                    _ => {}
                }
                if let Ok(Some(event)) = event {
                    petition = petition.apply(&event);
                }
                prop_assert_eq!(petition.snapshot.state == PetitionState::Withdrawn, withdrawn_on.is_some());
                prop_assert_eq!(petition.snapshot.restorable_until.is_some(), withdrawn_on.is_some());
            }
        }
    }

    #[test]
    fn a_withdrawal_can_be_taken_back_until_the_last_instant_and_not_after() {
        let until = registered().snapshot.registered_at + TimeDelta::days(15);
        let petition = withdrawn(until);
        assert_eq!(petition.restore(until - TimeDelta::microseconds(1)), Ok(Decision::Changed));
        assert_eq!(petition.restore(until), Err(Refusal::TooLate { until }));
        assert_eq!(petition.clone().apply(&PetitionEvent::Restored).snapshot, registered().snapshot);
        assert_eq!(petition.withdraw(CaseStanding::Open), Ok(Decision::AlreadySo));
    }

    #[test]
    fn nothing_is_added_to_or_withdrawn_from_a_closed_matter() {
        assert_eq!(registered().amend(CaseStanding::Ended), Err(Refusal::Closed));
        assert_eq!(registered().withdraw(CaseStanding::Ended), Err(Refusal::Closed));
        assert_eq!(registered().amend(CaseStanding::NotOpened), Ok(Decision::Changed));
    }
}
