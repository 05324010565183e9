//! Effects of what other services tell.

use async_trait::async_trait;
use huiyin_journal::{HandleError, Handler, Received, Tx};
use uuid::Uuid;

use super::HAND_OVER;
use crate::{
    events::incoming::{self, CityChange},
    store,
};

/// Keeps the newest snapshot of each case and calls the watchdog off.
#[derive(Clone, Copy, Debug)]
pub struct HearCases;

#[async_trait]
impl Handler for HearCases {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        let mut cases = Vec::with_capacity(events.len());
        for event in events {
            cases.extend(incoming::case(event)?);
        }
        if cases.is_empty() {
            return Ok(());
        }
        let petitions: Vec<Uuid> = cases.iter().map(|case| case.petition_id.uuid()).collect();
        store::petition::lock_watched(tx, &petitions, HAND_OVER).await?;
        store::case_status::upsert(tx, &cases).await?;
        Ok(store::alarm::call_off(tx, &petitions, HAND_OVER).await?)
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
