//! Effects of what other services tell.

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_journal::{HandleError, Handler, Received, Tx};
use uuid::Uuid;

use super::{Context, HAND_OVER, erase::erase_with_file};
use crate::{
    events::incoming::{self, CityChange},
    store,
};

/// Keeps the newest snapshot of each case and calls the watchdog off; with a destroyed file the personal data goes.
#[derive(Clone, Debug)]
pub struct HearCases(pub Arc<Context>);

#[async_trait]
impl Handler for HearCases {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let (mut cases, mut destroyed) = (Vec::with_capacity(events.len()), Vec::new());
        for event in events {
            let Some(case) = incoming::case(event)? else { continue };
            if let Some(end) = case.archive.as_ref().and_then(|file| file.destroyed.clone()) {
                destroyed.push((event.envelope.event_id.uuid(), case.petition_id, end));
            }
            cases.push(case);
        }
        if cases.is_empty() {
            return Ok(());
        }
        let petitions: Vec<Uuid> = cases.iter().map(|case| case.petition_id.uuid()).collect();
        store::petition::lock_watched(tx, &petitions, HAND_OVER).await?;
        store::case_status::upsert(tx, &cases).await?;
        store::alarm::call_off(tx, &petitions, HAND_OVER).await?;
        for (cause, petition, end) in destroyed {
            erase_with_file(&self.0, tx, petition, &end, cause).await?;
        }
        Ok(())
    }
}

/// Keeps which districts are served and what each unit is for.
#[derive(Clone, Copy, Debug)]
pub struct HearDirectory;

#[async_trait]
impl Handler for HearDirectory {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        match incoming::city(event)? {
            Some(CityChange::District(district)) => store::known::save_district(tx, &district).await?,
            Some(CityChange::Unit(unit)) => store::known::save_unit(tx, &unit).await?,
            None => {}
        }
        Ok(())
    }
}
