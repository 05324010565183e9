//! Closing a session that took place (WH-02).

use huiyin_kernel::SessionId;

use super::give_back::give_back_all;
use super::{App, AppError, Request};
use crate::domain::visit::GivenBack;
use crate::events::outgoing::Cause;
use crate::store;

/// Closes a session once every visitor who came has a record. Turns nobody used end with it; that is noted of the turn, and
/// of nobody.
pub async fn close_session(app: &App, request: &Request, id: SessionId) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let (now, mut ids) = app.begin(request.command);
    let hall = store::visits::hall(&mut tx, id).await?;
    let event = session.close(hall, now)?;
    let session = session.apply(&event);
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let unused = store::visits::lock_booked_of_session(&mut tx, id).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let given_back =
        give_back_all(&mut tx, unused, std::slice::from_ref(&session), GivenBack::SessionEnded, &mut cause).await?;
    let (booked, _) = store::slots::booked(&mut tx, id).await?;
    let mut changes = vec![cause.session(&session, &event, booked)];
    changes.extend(given_back);
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(())
}
