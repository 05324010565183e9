//! Signs out.

use huiyin_authz::{Sight, StaffClaims};
use huiyin_journal::record;
use uuid::Uuid;

use super::{Context, Error};
use crate::events::outgoing::{Act, account_event};
use crate::store;

/// Ends a session of the person themselves; another's looks as if it were not there. Ending it twice is no error.
pub async fn end_session(context: &Context, claims: &StaffClaims, session: Uuid) -> Result<(), Error> {
    let mut tx = context.db.begin_as(&Sight::everything()).await?;
    let found = store::sessions::find(&mut tx, session).await?;
    let row = store::staff::lock(&mut tx, claims.sub).await?;
    let (Some(found), Some(row)) = (found, row) else { return Err(Error::NotFound) };
    if found.staff_id != claims.sub.uuid() {
        return Err(Error::NotFound);
    }
    if store::sessions::end(&mut tx, session, context.infra.now()).await? {
        let act = Act {
            actor: claims.actor(),
            cause: super::context::cause(&["signed_out", &session.to_string()]),
            at: context.clock.now(),
        };
        let mut ids = context.ids_of(&act);
        let event = account_event(&act, row.version, &row.staff, &row.district, &mut ids, "signed_out", Some(session));
        store::staff::set_version(&mut tx, claims.sub, row.version + 1).await?;
        record(&mut tx, vec![event]).await?;
    }
    tx.commit().await?;
    Ok(())
}
