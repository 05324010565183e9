use chrono::TimeDelta;
use huiyin_web::CallError;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::secret::BrowserToken;
use crate::store;
use crate::upstream::directory::{self, Held};

/// A staff token must live at least this much longer, so that the page's calls find it valid.
const ENOUGH: TimeDelta = TimeDelta::seconds(45);

/// Why a click finds nobody signed in.
#[derive(Debug)]
pub(crate) enum Out {
    /// No session of this token: signed out, swept, or never there.
    Unknown,
    /// Too long without a click, or too long in all.
    Expired,
    /// Directory ended it: the account was disabled, or its password changed.
    Ended,
    /// It cannot be told just now.
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Out {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The session of a click. Directory is asked every time whether the account still stands, so that somebody who was disabled is
/// out at the next click and not when a token runs out.
pub(crate) async fn resume(desk: &Desk, token: &BrowserToken) -> Result<Held, Out> {
    let (hash, now) = (token.hash(), desk.infra.now());
    let row = {
        let mut tx = desk.db.begin().await?;
        let row = store::sessions::find(&mut tx, &hash).await?.ok_or(Out::Unknown)?;
        if !row.life.stands(now) {
            store::sessions::delete(&mut tx, &hash).await?;
            tx.commit().await?;
            return Err(Out::Expired);
        }
        if row.life.wants_touch(now) {
            store::sessions::touch(&mut tx, &hash, now).await?;
        }
        tx.commit().await?;
        row
    };
    let held = open(desk, token, &row)?;
    if held.expires_at > now + ENOUGH {
        return match directory::still_stands(&desk.http, &held).await {
            // Directory is away: the token is signed and minutes old at most, so the desk stays open.
            Ok(true) | Err(CallError::Down { .. }) => Ok(held),
            Ok(false) => end(desk, token).await,
            Err(error) => Err(Out::from(error)),
        };
    }
    refresh(desk, token).await
}

fn open(desk: &Desk, token: &BrowserToken, row: &store::sessions::Row) -> Result<Held, Out> {
    // Sealed under an earlier key: the city changed its secrets, and everybody signs in again.
    let plain = desk.key.open(token, &row.sealed).map_err(|_| Out::Unknown)?;
    Held::from_bytes(&plain).ok_or(Out::Unknown)
}

/// Takes a new staff token. Another click of the same session may have done so a moment ago.
async fn refresh(desk: &Desk, token: &BrowserToken) -> Result<Held, Out> {
    let _one_at_a_time = desk.refreshing(token).await;
    let hash = token.hash();
    let row = {
        let mut tx = desk.db.read().await?;
        store::sessions::find(&mut tx, &hash).await?.ok_or(Out::Unknown)?
    };
    let held = open(desk, token, &row)?;
    if held.expires_at > desk.infra.now() + ENOUGH {
        return Ok(held);
    }
    match directory::refresh(&desk.http, &held).await {
        Ok(mut fresh) => {
            let names = desk.reference.or_empty(&desk.http).await;
            fresh.staff.unit_name = Some(names.unit(fresh.staff.unit.as_str()).to_owned());
            let sealed = desk.key.seal(token, &fresh.to_bytes());
            let mut tx = desk.db.begin().await?;
            store::sessions::reseal(&mut tx, &hash, &sealed).await?;
            tx.commit().await?;
            Ok(fresh)
        }
        Err(CallError::Refused { .. } | CallError::NotFound { .. }) => end(desk, token).await,
        Err(error) => Err(Out::from(error)),
    }
}

async fn end(desk: &Desk, token: &BrowserToken) -> Result<Held, Out> {
    let mut tx = desk.db.begin().await?;
    store::sessions::delete(&mut tx, &token.hash()).await?;
    tx.commit().await?;
    Err(Out::Ended)
}
