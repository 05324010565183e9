//! What is heard from directory, intake and casework. All bodies are snapshots: the newest wins, whatever came between.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_contracts::casework::CaseSnapshot;
use huiyin_contracts::directory::{DISTRICT_CHANGED, STAFF_CHANGED, UNIT_CHANGED};
use huiyin_contracts::intake::{PetitionSnapshot, PetitionState};
use huiyin_contracts::{AggregateKind, EventType};
use huiyin_journal::{HandleError, Handler, Received, Tx};
use huiyin_kernel::{Actor, BusinessClock, CommandId, Ids, PetitionId, Service, SessionId};
use serde::de::DeserializeOwned;

use crate::app::AppError;
use crate::app::destroy_records::destroy_records;
use crate::app::give_back::give_back_all;
use crate::domain::visit::GivenBack;
use crate::events::outgoing::Cause;
use crate::store;

fn bodies<T: DeserializeOwned>(events: &[Received], of: EventType) -> Result<Vec<T>, HandleError> {
    events.iter().filter(|e| e.envelope.type_name == of.type_name()).map(Received::decode).collect()
}

/// Of several snapshots of one thing in a batch, the last.
fn newest<T, K: Ord>(told: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let by_key: std::collections::BTreeMap<K, T> = told.into_iter().map(|t| (key(&t), t)).collect();
    by_key.into_values().collect()
}

/// Districts, units and staff.
#[derive(Debug)]
pub struct FromDirectory;

#[async_trait]
impl Handler for FromDirectory {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let districts =
            newest(bodies(events, DISTRICT_CHANGED)?, |d: &huiyin_contracts::directory::DistrictSnapshot| {
                d.code.clone()
            });
        let units =
            newest(bodies(events, UNIT_CHANGED)?, |u: &huiyin_contracts::directory::UnitSnapshot| u.code.clone());
        let staff = newest(bodies(events, STAFF_CHANGED)?, |s: &huiyin_contracts::directory::StaffSnapshot| s.staff_id);
        store::directory::put_districts(&mut *tx, &districts).await?;
        store::directory::put_units(&mut *tx, &units).await?;
        store::directory::put_staff(&mut *tx, &staff).await?;
        Ok(())
    }
}

/// Petitions. A withdrawn one gives its bookings back (its own sessions free the slot for others).
#[derive(Debug)]
pub struct FromIntake {
    /// Business time.
    pub clock: BusinessClock,
    /// Ids.
    pub ids: Ids,
}

#[async_trait]
impl Handler for FromIntake {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let of_petitions = |e: &&Received| e.envelope.aggregate_kind == AggregateKind::Petition;
        let told: Vec<PetitionSnapshot> =
            events.iter().filter(of_petitions).map(Received::decode).collect::<Result<_, _>>()?;
        let told = newest(told, |p| p.petition_id);
        store::petitions::put(&mut *tx, &told).await?;
        for event in events {
            let withdrawn = told
                .iter()
                .any(|p| p.petition_id.uuid() == event.envelope.aggregate_id && p.state == PetitionState::Withdrawn);
            if withdrawn {
                let petition = PetitionId::from(event.envelope.aggregate_id);
                self.give_back(tx, petition, event.envelope.event_id.uuid().into()).await?;
            }
        }
        Ok(())
    }
}

impl FromIntake {
    async fn give_back(&self, tx: &mut Tx, petition: PetitionId, cause: CommandId) -> Result<(), HandleError> {
        let booked = store::visits::lock_booked_of_petitions(&mut *tx, &[petition]).await?;
        if booked.is_empty() {
            return Ok(());
        }
        let sessions: Vec<SessionId> = booked.iter().map(|v| v.session_id).collect();
        let sessions = store::sessions::read(&mut *tx, &sessions).await?;
        let now: DateTime<Utc> = self.clock.now();
        let mut ids = self.ids.for_cause(cause.uuid());
        let actor = Actor::System { service: Service::Scheduling };
        let mut cause = Cause { actor: &actor, command: cause, at: now, ids: &mut ids };
        let changes =
            give_back_all(tx, booked, &sessions, GivenBack::PetitionWithdrawn, &mut cause).await.map_err(retry)?;
        Ok(huiyin_journal::record(tx, changes).await?)
    }
}

fn retry(error: AppError) -> HandleError {
    if let AppError::Db(error) = error { error.into() } else { HandleError::Retry(error.into()) }
}

/// The state of cases, for display; of a destroyed file the records of its visits are destroyed.
#[derive(Debug)]
pub struct FromCasework {
    /// Business time.
    pub clock: BusinessClock,
    /// Ids.
    pub ids: Ids,
}

#[async_trait]
impl Handler for FromCasework {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let of_cases = |e: &&Received| e.envelope.aggregate_kind == AggregateKind::Case;
        let told: Vec<CaseSnapshot> = events.iter().filter(of_cases).map(Received::decode).collect::<Result<_, _>>()?;
        store::petitions::put_case_states(&mut *tx, &newest(told, |c| c.petition_id)).await?;
        for event in events.iter().filter(of_cases) {
            let case: CaseSnapshot = event.decode()?;
            if case.archive.is_none_or(|file| file.destroyed.is_none()) {
                continue;
            }
            let command: CommandId = event.envelope.event_id.uuid().into();
            let mut ids = self.ids.for_cause(command.uuid());
            let actor = Actor::System { service: Service::Casework };
            let mut cause = Cause { actor: &actor, command, at: self.clock.now(), ids: &mut ids };
            destroy_records(tx, case.petition_id, &mut cause).await.map_err(retry)?;
        }
        Ok(())
    }
}
