use huiyin_journal::DbError;
use huiyin_web::{CallError, ClientAddress};

use crate::desk::Desk;
use crate::secret::BrowserToken;
use crate::store;
use crate::upstream::directory;

/// Why nobody was signed in.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Directory's word.
    Directory(CallError),
    /// The session could not be stored.
    Store(DbError),
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        Self::Directory(error)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Checks login and password at directory and begins a session under a new token; the browser's earlier session, if it had
/// one, ends (no fixation).
pub(crate) async fn sign_in(
    desk: &Desk,
    login: &str,
    password: &str,
    address: ClientAddress,
    earlier: Option<&BrowserToken>,
) -> Result<BrowserToken, Refused> {
    let mut held = directory::sign_in(&desk.http, login, password, address).await?;
    let names = desk.reference.or_empty(&desk.http).await;
    held.staff.unit_name = Some(names.unit(held.staff.unit.as_str()).to_owned());
    let (token, now) = (BrowserToken::generate(), desk.infra.now());
    let sealed = desk.key.seal(&token, &held.to_bytes());
    let mut tx = desk.db.begin().await?;
    if let Some(earlier) = earlier {
        store::sessions::delete(&mut tx, &earlier.hash()).await?;
    }
    store::sessions::insert(&mut tx, &token.hash(), held.staff.staff_id, &sealed, now).await?;
    tx.commit().await?;
    Ok(token)
}
