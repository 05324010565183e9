use huiyin_authz::Sight;
use huiyin_sealing::DataKey;
use uuid::Uuid;

use super::{Context, Failure};
use crate::store;

/// The data key of a petition, for a service that may open its contact. Unknown once destroyed.
pub async fn unwrap_key(context: &Context, key_id: Uuid) -> Result<DataKey, Failure> {
    let mut tx = context.api.read_as(&Sight::everything()).await?;
    let stored = store::data_key::find(&mut tx, key_id).await?;
    let wrapped = stored.and_then(|key| key.wrapped).ok_or(Failure::Unknown)?;
    Ok(context.vault.unwrap(key_id, &wrapped)?)
}
