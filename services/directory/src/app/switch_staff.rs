//! Disables or enables an account.

use huiyin_authz::Sight;
use huiyin_kernel::{Actor, StaffId};

use super::{Context, Error, change_staff::write};
use crate::domain::Staff;
use crate::store;

/// Disables (`active = false`) or enables an account. Disabling ends every session in the same transaction.
pub async fn switch_staff(context: &Context, actor: &Actor, id: StaffId, active: bool) -> Result<(), Error> {
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let row = store::staff::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let after = Staff { active, ..row.staff.clone() };
    write(context, &mut tx, actor, &row, after).await?;
    tx.commit().await?;
    Ok(())
}
