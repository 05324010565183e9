use huiyin_authz::Sight;
use huiyin_sealing::DataKey;
use uuid::Uuid;

use super::{Context, Failure};
use crate::store;

/// The data keys of petitions, for a service that may open their contacts; without those that were destroyed, and none in place of one
/// that does not open: the others are not to wait for it.
pub async fn unwrap_keys(context: &Context, key_ids: &[Uuid]) -> Result<Vec<(Uuid, Option<DataKey>)>, Failure> {
    let mut tx = context.api.look_up_as(&Sight::everything()).await?;
    let stored = store::data_key::find(&mut tx, key_ids).await?;
    drop(tx);
    let unwrap = |key_id, wrapped: Vec<u8>| {
        let key = context.vault.unwrap(key_id, &wrapped);
        let failed = |error| tracing::error!(%key_id, error = &error as &dyn std::error::Error, "a key does not open");
        (key_id, key.map_err(failed).ok())
    };
    Ok(stored.into_iter().filter_map(|key| Some(unwrap(key.key_id, key.wrapped?))).collect())
}
