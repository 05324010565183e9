use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use huiyin_journal::{Tx, record};
use huiyin_kernel::{Actor, PetitionId, Service};
use huiyin_timers::{Due, FireError, Fired, TimerHandler};

use super::{Context, story::Happening};
use crate::{domain::PetitionEvent, store};

/// The timer that watches whether a case is opened.
pub const HAND_OVER: &str = "hand_over";

/// Raises the alarm when no case was opened in time: journal, alarm row, metric and log. The petition itself is safe; the
/// repair road goes on trying.
#[derive(Debug)]
pub struct HandOverWatchdog(pub Arc<Context>);

#[async_trait]
impl TimerHandler for HandOverWatchdog {
    async fn fire(&self, tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> Result<Fired, FireError> {
        if due.kind != HAND_OVER {
            return Ok(Fired::Stale);
        }
        let id = PetitionId::from(due.aggregate_id);
        if !store::petition::lock(tx, id).await? || store::case_status::find(tx, id).await?.is_some() {
            return Ok(Fired::Stale);
        }
        let Some(stored) = store::petition::find(tx, id).await? else { return Ok(Fired::Stale) };
        let before = &stored.petition;
        if !store::petition::save_versions(tx, &[before]).await? {
            return Err(FireError("the petition changed under its lock".into()));
        }
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
        let change = happening.change().map_err(|error| FireError(error.into()))?;
        record(tx, vec![change]).await?;
        store::alarm::raise(tx, id, due.due_at).await?;
        metrics::counter!("huiyin_intake_watchdog_fired_total").increment(1);
        tracing::error!(petition.id = %id, due_at = %due.due_at, "no case was opened for a petition in time");
        Ok(Fired::Effect)
    }
}
