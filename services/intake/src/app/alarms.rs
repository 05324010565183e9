use super::{Context, Failure};
use crate::store;

/// What somebody has to look at.
#[derive(Clone, Copy, Debug)]
pub struct OpenAlarms {
    /// How many petitions wait for a case beyond their time.
    pub not_handed_over: i64,
    /// Of how many petitions whose personal data was destroyed another service may still hold copies.
    pub unconfirmed_erasures: i64,
}

/// What somebody has to look at now.
pub async fn open_alarms(context: &Context) -> Result<OpenAlarms, Failure> {
    let mut tx = context.worker.read().await?;
    Ok(OpenAlarms {
        not_handed_over: store::alarm::count_open(&mut tx).await?,
        unconfirmed_erasures: store::erasure::count_unconfirmed(&mut tx).await?,
    })
}
