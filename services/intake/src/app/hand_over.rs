use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_journal::{Tx, record};
use huiyin_kernel::{Actor, PetitionId, Service};
use huiyin_timers::{Due, FireError, Fired, TimerHandler};
use uuid::Uuid;

use super::{Context, story::Happening};
use crate::domain::{Petition, PetitionEvent};
use crate::store;

/// The timer that watches whether a case is opened.
pub const HAND_OVER: &str = "hand_over";

/// Raises the alarm when no case was opened in time: journal, alarm row, metric and log. The petition itself is safe; the
/// repair road goes on trying.
#[derive(Debug)]
pub struct HandOverWatchdog(pub Arc<Context>);

#[async_trait]
impl TimerHandler for HandOverWatchdog {
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError> {
        let fired = self.fire_all(tx, std::slice::from_ref(due), now).await?;
        Ok(fired.first().copied().unwrap_or(Fired::Stale))
    }

    /// All locks at once and in the order of ids, as the consumer of casework's events takes them: the two never wait for each other.
    async fn fire_all(&self, tx: &mut Tx, due: &[Due], now: DateTime<Utc>) -> Result<Vec<Fired>, FireError> {
        let watched = due.iter().filter(|due| due.kind == HAND_OVER);
        let ids: Vec<PetitionId> = watched.map(|due| PetitionId::from(due.aggregate_id)).collect();
        let locked = store::petition::lock_all(tx, &ids).await?;
        let opened = store::case_status::load(tx, &locked).await?;
        let waiting: Vec<PetitionId> = locked.into_iter().filter(|id| !opened.contains_key(id)).collect();
        let stored = store::petition::load(tx, &waiting).await?;
        let petitions: BTreeMap<Uuid, &Petition> =
            stored.iter().map(|stored| (stored.petition.snapshot.petition_id.uuid(), &stored.petition)).collect();
        self.raise(tx, due, &petitions, now).await?;
        let is_alarm = |due: &Due| due.kind == HAND_OVER && petitions.contains_key(&due.aggregate_id);
        Ok(due.iter().map(|due| if is_alarm(due) { Fired::Effect } else { Fired::Stale }).collect())
    }
}

impl HandOverWatchdog {
    async fn raise(
        &self,
        tx: &mut Tx,
        due: &[Due],
        petitions: &BTreeMap<Uuid, &Petition>,
        now: DateTime<Utc>,
    ) -> Result<(), FireError> {
        let late: Vec<(&Due, &Petition)> = due
            .iter()
            .filter(|due| due.kind == HAND_OVER)
            .filter_map(|due| Some((due, *petitions.get(&due.aggregate_id)?)))
            .collect();
        if late.is_empty() {
            return Ok(());
        }
        let before: Vec<&Petition> = late.iter().map(|(_, petition)| *petition).collect();
        if !store::petition::save_versions(tx, &before).await? {
            return Err(FireError("a petition changed under its lock".into()));
        }
        let mut changes = Vec::with_capacity(late.len());
        for (due, before) in &late {
            let event = PetitionEvent::NotHandedOver { due_at: due.due_at };
            let happening = Happening {
                before,
                event: &event,
                event_id: self.0.ids.for_cause(due.timer_id).next(now),
                actor: Actor::System { service: Service::Intake },
                cause: due.timer_id,
                at: now,
                outgoing: Vec::new(),
            };
            changes.push(happening.change().map_err(|error| FireError(error.into()))?);
        }
        record(tx, changes).await?;
        let alarms: Vec<_> = late.iter().map(|(due, _)| (due.aggregate_id, due.due_at)).collect();
        store::alarm::raise(tx, &alarms).await?;
        for (due, _) in &late {
            metrics::counter!("huiyin_intake_watchdog_fired_total").increment(1);
            tracing::error!(petition.id = %due.aggregate_id, due_at = %due.due_at, "no case was opened for a petition in time");
        }
        Ok(())
    }
}
