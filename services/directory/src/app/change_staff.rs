//! Changes a member of staff.

use huiyin_authz::{Permission, Sight};
use huiyin_journal::{Tx, record};
use huiyin_kernel::{Actor, StaffId};

use super::{Context, Error, context::authorise};
use crate::domain::{Refusal, Staff, StaffEdit};
use crate::events::outgoing::staff_changed;
use crate::store::{self, staff::StaffRow};

/// Changes a member of staff. `expected` is the version the caller saw, if it minds.
pub async fn change_staff(
    context: &Context,
    actor: &Actor,
    id: StaffId,
    expected: Option<i64>,
    edit: StaffEdit,
) -> Result<(), Error> {
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let row = store::staff::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if expected.is_some_and(|version| version != row.version) {
        return Err(Error::Stale);
    }
    let after = row.staff.edited(edit)?;
    write(context, &mut tx, actor, &row, after).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes a member of staff as they now are, ends sessions whose tokens no longer say the truth, and tells others.
pub(super) async fn write(
    context: &Context,
    tx: &mut Tx,
    actor: &Actor,
    row: &StaffRow,
    after: Staff,
) -> Result<(), Error> {
    authorise(actor, Permission::ManageStaff, &row.district)?;
    if after == row.staff {
        return Ok(());
    }
    let unit = store::units::lock(tx, &after.unit).await?.filter(|kept| kept.value.active || !after.active);
    let unit = unit.ok_or_else(|| Refusal::NoUnit(after.unit.clone()))?.value;
    authorise(actor, Permission::ManageStaff, &unit.district)?;
    after.answers_within(&unit.district)?;
    let loses = row.staff.is_administrator() && !after.is_administrator();
    if loses && store::staff::other_administrators(tx, after.staff_id).await? == 0 {
        return Err(Refusal::LastAdministrator.into());
    }
    let act = context.act(actor, "staff", &after.staff_id.to_string(), row.version);
    let change = staff_changed(&act, row.version, &after, &unit.district, &mut context.ids_of(&act));
    store::staff::save(tx, &[(row.version + 1, after.clone())]).await?;
    if after.tokens_are_stale(&row.staff) {
        store::sessions::end_all(tx, &[after.staff_id.uuid()], context.infra.now()).await?;
    }
    record(tx, vec![change]).await?;
    Ok(())
}
