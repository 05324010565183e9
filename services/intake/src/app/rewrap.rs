use std::sync::Arc;

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;
use uuid::Uuid;

use super::Context;
use crate::store;

/// Keys wrapped anew in one transaction.
const BATCH: i64 = 200;

/// Brings data keys that are wrapped under an older key-encryption key under the present one. No field is sealed anew.
#[derive(Debug)]
pub struct Rewrap(pub Arc<Context>);

#[async_trait]
impl Reconciler for Rewrap {
    async fn run(&self) -> Result<usize, BoxError> {
        let context = &self.0;
        let mut tx = context.worker.begin().await?;
        let outdated = store::data_key::lock_outdated(&mut tx, &context.vault.current_kek(), BATCH).await?;
        let mut rewrapped: Vec<(Uuid, Vec<u8>)> = Vec::with_capacity(outdated.len());
        for key in outdated {
            if let Some(wrapped) =
                key.wrapped.as_deref().map(|w| context.vault.rewrap(key.key_id, w)).transpose()?.flatten()
            {
                rewrapped.push((key.key_id, wrapped));
            }
        }
        store::data_key::save(&mut tx, &rewrapped).await?;
        tx.commit().await?;
        Ok(rewrapped.len())
    }
}
