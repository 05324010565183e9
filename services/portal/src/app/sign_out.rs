use crate::desk::Desk;
use crate::failure::Failure;
use crate::secret::BrowserToken;
use crate::store;
use crate::upstream::directory;

/// Ends the session here first, so that the browser is out whatever happens next; then at directory.
pub(crate) async fn sign_out(desk: &Desk, token: &BrowserToken) -> Result<(), Failure> {
    let mut tx = desk.db.begin().await?;
    let row = store::sessions::find(&mut tx, &token.hash()).await?;
    store::sessions::delete(&mut tx, &token.hash()).await?;
    tx.commit().await?;
    let held = row
        .and_then(|row| desk.key.open(token, &row.sealed).ok())
        .and_then(|plain| directory::Held::from_bytes(&plain));
    if let Some(held) = held
        && let Err(error) = directory::sign_out(&desk.http, &held).await
    {
        // Directory's session runs out by itself; nobody holds its tokens any more.
        tracing::warn!(%error, "directory could not be told of a sign-out");
    }
    Ok(())
}
