//! Renews a session's token.

use chrono::{DateTime, TimeDelta, Utc};
use huiyin_authz::{STAFF_TOKEN_SECONDS, Sight};
use huiyin_kernel::StaffId;

use super::{
    Context, Error, SignedIn,
    sign_in::{claims, digest_of},
};
use crate::store::{self, sessions::SessionRow};

/// A session nobody used for so long has ended.
const IDLE_MINUTES: i64 = 120;
/// A session ends after so long, used or not.
const WHOLE_HOURS: i64 = 12;

/// True while a session can be used.
pub(super) fn is_live(session: &SessionRow, now: DateTime<Utc>) -> bool {
    session.ended_at.is_none()
        && now < session.used_at + TimeDelta::minutes(IDLE_MINUTES)
        && now < session.begun_at + TimeDelta::hours(WHOLE_HOURS)
}

/// Gives a fresh token with the roles held now.
pub async fn refresh_session(context: &Context, handle: &str) -> Result<SignedIn, Error> {
    let now = context.infra.now();
    let mut tx = context.db.begin_as(&Sight::everything()).await?;
    let session = store::sessions::lock_by_handle(&mut tx, &digest_of(handle)).await?;
    let session = session.filter(|session| is_live(session, now)).ok_or(Error::SignInRefused)?;
    let row = store::staff::lock(&mut tx, StaffId::from(session.staff_id)).await?;
    let row = row.filter(|row| row.staff.active).ok_or(Error::SignInRefused)?;
    store::sessions::touch(&mut tx, session.session_id, now).await?;
    tx.commit().await?;
    let token = context.signer.sign(&claims(&row, session.session_id, now));
    let expires_at = now + TimeDelta::seconds(STAFF_TOKEN_SECONDS);
    Ok(SignedIn { session_id: session.session_id, token, expires_at, handle: None, row })
}
