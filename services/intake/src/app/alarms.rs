use super::{Context, Failure};
use crate::store;

/// How many petitions wait for a case beyond their time.
pub async fn open_alarms(context: &Context) -> Result<i64, Failure> {
    let mut tx = context.worker.read().await?;
    Ok(store::alarm::count_open(&mut tx).await?)
}
