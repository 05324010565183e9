use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;
use huiyin_sealing::SealingError;

use super::{Context, likely_same::sign};
use crate::{
    domain::likeness::{Signature, first_id_at, oldest_compared},
    store,
};

/// Petitions signed in one transaction.
const BATCH: i64 = 50;
/// Batches of one run. A backlog, as after an update or a day of campaign, is worked off slowly and in nobody's way.
const BATCHES: usize = 4;
/// For how long after its id was made a petition may still be committed, generously: the writer gives up after seconds, a large import takes
/// a minute. What came in within this time is looked through again.
const LATE: TimeDelta = TimeDelta::minutes(15);

/// Signs the texts of petitions after they were committed, so that registering costs nothing more: in batches, gone on with after a stop, one
/// process at a time and right with several. A text never changes once it is registered (what is added is kept apart), so it is signed
/// once, and anew only under another key or way of signing. Removes signatures too old to be compared.
#[derive(Debug)]
pub struct SignTexts(pub Arc<Context>);

impl SignTexts {
    /// One batch. Says how many were signed or removed.
    ///
    /// # Errors
    /// The database failed, or the key that wraps a petition's key is not at hand: nothing of the batch is kept, and it is tried again.
    pub async fn batch(&self) -> Result<usize, BoxError> {
        let context = &self.0;
        let (now, scheme) = (context.clock.now(), context.vault.likeness().scheme());
        let oldest = oldest_compared(now);
        let mut tx = context.worker.begin().await?;
        let Some(mark) = store::likeness::take_mark(&mut tx, scheme).await? else { return Ok(0) };
        let unsigned = store::likeness::unsigned(&mut tx, scheme, mark.max(oldest), BATCH).await?;
        for one in &unsigned {
            let signature = match sign(context, one) {
                Ok(signature) => signature,
                // A key that is not at hand will be; a text that does not open under its own never will.
                Err(error @ (SealingError::UnknownKek | SealingError::NoRandomness)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, petition.id = %one.petition_id, "a petition's text cannot be opened; it is not compared");
                    Signature { text: None, place: None }
                }
            };
            store::likeness::save(&mut tx, scheme, one, &signature).await?;
        }
        let settled = first_id_at(now - LATE);
        let upto = match unsigned.last() {
            Some(last) if unsigned.len() as i64 == BATCH => settled.min(last.petition_id.uuid()),
            _ => settled,
        };
        // A city in which nothing happens writes nothing.
        if !unsigned.is_empty() || mark < first_id_at(now - LATE - LATE) {
            store::likeness::move_mark(&mut tx, scheme, upto).await?;
        }
        let removed = store::likeness::remove_older(&mut tx, oldest, BATCH).await?;
        tx.commit().await?;
        Ok(unsigned.len() + removed as usize)
    }
}

#[async_trait]
impl Reconciler for SignTexts {
    async fn run(&self) -> Result<usize, BoxError> {
        for _ in 0..BATCHES {
            if self.batch().await? == 0 {
                break;
            }
        }
        // What is left waits for the next time.
        Ok(0)
    }
}
