//! The first administrator of an installation, from the operator's command line.

use huiyin_kernel::{Actor, Redacted, Service, StaffId};
use uuid::Uuid;

use super::{Context, Error, load_city, set_password};
use crate::domain::{City, Refusal};
use crate::store;

/// The login that becomes the first to sign in, and its password.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// A login with the role `administrator` in the city file.
    pub login: String,
    /// The password.
    pub password: Redacted<String>,
}

/// Loads the city and gives its administrator a password. Refused once an administrator can sign in: from then on they do it.
pub async fn bootstrap(context: &Context, city: &City, first: FirstAdministrator) -> Result<StaffId, Error> {
    let mut tx = context.db.begin().await?;
    let administrators = store::staff::other_administrators(&mut tx, StaffId::from(Uuid::nil())).await?;
    tx.rollback().await?;
    if administrators > 0 {
        return Err(Refusal::AdministratorExists.into());
    }
    let actor = Actor::System { service: Service::Directory };
    Box::pin(load_city(context, &actor, city)).await?;
    let mut read = context.db.read().await?;
    let row = store::staff::find_by_login(&mut read, &first.login).await?;
    drop(read);
    let row = row.filter(|row| row.staff.is_administrator()).ok_or(Error::NotFound)?;
    set_password(context, &actor, row.staff.staff_id, first.password).await?;
    Ok(row.staff.staff_id)
}
