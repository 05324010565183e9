//! Sets a password.

use huiyin_authz::{Permission, Sight};
use huiyin_journal::record;
use huiyin_kernel::{Actor, Redacted, StaffId};

use super::{Context, Error, context::authorise};
use crate::domain::Password;
use crate::events::outgoing::account_event;
use crate::store;

/// Sets a member of staff's password and ends their sessions. An administrator may for all of the district, everybody
/// for themselves.
pub async fn set_password(
    context: &Context,
    actor: &Actor,
    id: StaffId,
    password: Redacted<String>,
) -> Result<(), Error> {
    // Looked up and hashed before the transaction that writes: hashing takes long and must hold no lock.
    let mut read = context.db.begin_as(&Sight::of(actor)).await?;
    let row = store::staff::lock(&mut read, id).await?.ok_or(Error::NotFound)?;
    read.rollback().await?;
    if actor.staff_id() != Some(id) {
        authorise(actor, Permission::ManageStaff, &row.district)?;
    }
    let password = Password::parse(password, &row.staff.login)?;
    let hash = context.passwords.hash(Redacted::new(password.expose().clone())).await?;
    let mut tx = context.db.begin_as(&Sight::of(actor)).await?;
    let row = store::staff::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let act = context.act(actor, "staff", &id.to_string(), row.version);
    let mut ids = context.ids_of(&act);
    let change = account_event(&act, row.version, &row.staff, &row.district, &mut ids, "password_set", None);
    store::staff::set_password(&mut tx, id, row.version + 1, &hash).await?;
    store::sessions::end_all(&mut tx, &[id.uuid()], context.infra.now()).await?;
    record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(())
}
