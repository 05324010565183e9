//! Somebody has seen to an alarm.

use huiyin_authz::Sight;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, StaffId};

use super::context::Context;
use crate::store::alarms;

/// Resolves an open alarm inside the district of `by`. False when there is no such alarm.
pub(crate) async fn resolve_alarm(
    ctx: &Context,
    sight: &Sight,
    id: i64,
    inside: &DistrictCode,
    by: StaffId,
) -> Result<bool, DbError> {
    let mut tx = ctx.api.begin_as(sight).await?;
    let found = alarms::resolve(&mut tx, id, inside, by, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(found)
}
