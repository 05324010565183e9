//! Cancelling a published session; bookings are given back with it, and each is told.

use huiyin_kernel::SessionId;

use super::give_back::give_back_all;
use super::{App, AppError, Request};
use crate::domain::round::{Covers, uncovered};
use crate::domain::visit::GivenBack;
use crate::domain::{Refusal, Session, State};
use crate::events::outgoing::Cause;
use crate::store;

/// Cancels a session nobody has come to. One that alone covers a street of an announced round is not cancelled: another is
/// arranged first (WH-01, DW-09).
pub async fn cancel_session(app: &App, request: &Request, id: SessionId, reason: String) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    let hall = store::visits::hall(&mut tx, id).await?;
    let event = session.cancel(reason, hall)?;
    keep_the_round_covered(&mut tx, &session).await?;
    let session = session.apply(&event);
    let (now, mut ids) = app.begin(request.command);
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let visits = store::visits::lock_booked_of_session(&mut tx, id).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let mut changes = vec![cause.session(&session, &event, 0)];
    changes.extend(give_back_all(&mut tx, visits, &[session], GivenBack::SessionCancelled, &mut cause).await?);
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(())
}

async fn keep_the_round_covered(tx: &mut huiyin_journal::Tx, leaving: &Session) -> Result<(), AppError> {
    let Some(round) = leaving.plan.round_id else { return Ok(()) };
    let Some(announced) = store::rounds::lock(&mut *tx, round).await?.filter(|r| r.state == "published") else {
        return Ok(());
    };
    if !announced.streets.iter().any(|street| street == leaving.plan.district.as_str()) {
        return Ok(());
    }
    let staying: Vec<Covers> = store::sessions::of_round(&mut *tx, round)
        .await?
        .into_iter()
        .filter(|s| s.id != leaving.id && matches!(s.state, State::Published | State::Held))
        .map(|s| Covers { day: s.plan.day(), district: s.plan.district })
        .collect();
    let streets = store::directory::streets(&mut *tx, &leaving.plan.district).await?;
    let gap = uncovered(&streets, &staying);
    if gap.is_empty() { Ok(()) } else { Err(Refusal::StreetsNotCovered(gap).into()) }
}
