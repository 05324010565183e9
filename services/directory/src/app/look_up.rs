//! Reading.

use uuid::Uuid;

use super::{Context, Error, refresh_session::is_live};
use crate::domain::{District, Unit};
use crate::store::{self, Kept, staff::StaffRow};

/// Districts whose code begins with `prefix`, after a code.
pub async fn list_districts(
    context: &Context,
    prefix: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Kept<District>>, Error> {
    let mut tx = context.db.read().await?;
    Ok(store::districts::list(&mut tx, prefix, after, limit).await?)
}

/// Units by filter, after a code.
pub async fn list_units(
    context: &Context,
    filter: store::units::Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<Kept<Unit>>, Error> {
    let mut tx = context.db.read().await?;
    Ok(store::units::list(&mut tx, filter, after, limit).await?)
}

/// Staff by filter, after a login.
pub async fn list_staff(
    context: &Context,
    filter: store::staff::Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<StaffRow>, Error> {
    let mut tx = context.db.read().await?;
    Ok(store::staff::list(&mut tx, filter, after, limit).await?)
}

/// Whether a session can still be used: asked by the portal at every click, so that a disabled user is out at once.
pub async fn is_session_live(context: &Context, session: Uuid) -> Result<bool, Error> {
    let mut tx = context.db.read().await?;
    let found = store::sessions::find(&mut tx, session).await?;
    Ok(found.is_some_and(|session| is_live(&session, context.infra.now())))
}
