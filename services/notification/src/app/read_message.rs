//! A member of staff has read a message.

use huiyin_authz::Sight;
use huiyin_journal::DbError;
use huiyin_kernel::{MessageId, StaffId};

use super::context::Context;
use crate::store::messages;

/// Marks a message of `staff` as read; again changes nothing. False when there is no such message.
pub(crate) async fn read_message(ctx: &Context, staff: StaffId, id: MessageId) -> Result<bool, DbError> {
    let mut tx = ctx.api.begin_as(&Sight::of_person(staff)).await?;
    let found = messages::mark_read(&mut tx, staff, id, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(found)
}
