use huiyin_journal::{BoxError, Db};
use huiyin_kernel::InfraClock;

use crate::store;

/// Forgets sessions that are over; says how many.
pub(crate) async fn sweep(worker: &Db, clock: &InfraClock) -> Result<usize, BoxError> {
    let mut tx = worker.begin().await?;
    let gone = store::sessions::sweep(&mut tx, clock.now()).await?;
    tx.commit().await?;
    Ok(usize::try_from(gone)?)
}
