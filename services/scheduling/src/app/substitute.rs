//! Another leader receives instead (DW-09).

use huiyin_kernel::{SessionId, StaffId};

use super::publication::double_bookings;
use super::{App, AppError, Request};
use crate::domain::Refusal;
use crate::events::outgoing::Cause;
use crate::store;

/// Substitutes the leader of a published session before it begins.
pub async fn substitute(
    app: &App,
    request: &Request,
    id: SessionId,
    leader: StaffId,
    reason: String,
) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    let leader = store::directory::leaders(&mut tx, &[leader]).await?.pop().ok_or(Refusal::NotALeader)?;
    let (now, mut ids) = app.begin(request.command);
    let event = session.substitute(&leader, reason, now)?;
    let session = session.apply(&event);
    let clashes = double_bookings(&mut tx, std::slice::from_ref(&session)).await?;
    if let Some((_, refusal)) = clashes.into_iter().next() {
        return Err(refusal.into());
    }
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let (booked, _) = store::slots::booked(&mut tx, id).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.session(&session, &event, booked);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(())
}
