//! Giving bookings back: by the petitioner, with a withdrawn petition, with a session that is cancelled or over.

use huiyin_journal::{Change, Tx};
use huiyin_kernel::VisitId;

use super::{App, AppError, Request};
use crate::domain::visit::GivenBack;
use crate::domain::{Session, Visit};
use crate::events::outgoing::Cause;
use crate::store;

/// Gives one booking back at the petitioner's wish.
pub async fn give_back(app: &App, request: &Request, id: VisitId) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let (session, visit) = held_turn(&mut tx, id).await?;
    request.may_book(&session.plan.district)?;
    let (now, mut ids) = app.begin(request.command);
    // Refused before anything is touched when the turn is over.
    visit.give_back(GivenBack::ByPetitioner)?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let changes = give_back_all(&mut tx, vec![visit], &[session], GivenBack::ByPetitioner, &mut cause).await?;
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(())
}

/// A turn, locked, and its session, held still. The session first, as everywhere.
pub(super) async fn held_turn(tx: &mut Tx, id: VisitId) -> Result<(Session, Visit), AppError> {
    let visit = store::visits::read(&mut *tx, id).await?.ok_or(AppError::NotFound)?;
    let session = store::sessions::hold(&mut *tx, visit.session_id).await?.ok_or(AppError::NotFound)?;
    let visit = store::visits::lock(&mut *tx, id).await?.ok_or(AppError::NotFound)?;
    Ok((session, visit))
}

/// Gives back turns that are locked, and frees their slots.
pub(crate) async fn give_back_all(
    tx: &mut Tx,
    visits: Vec<Visit>,
    sessions: &[Session],
    because: GivenBack,
    cause: &mut Cause<'_>,
) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    let mut given_back = Vec::new();
    for visit in visits {
        let event = visit.give_back(because)?;
        let visit = visit.apply(&event, cause.at);
        if let Some(session) = sessions.iter().find(|s| s.id == visit.session_id) {
            changes.push(cause.visit(&visit, session, &event));
        }
        given_back.push(visit);
    }
    store::visits::save(&mut *tx, &given_back, Some(because.name())).await?;
    store::slots::free(&mut *tx, &given_back.iter().map(|v| v.id).collect::<Vec<_>>()).await?;
    Ok(changes)
}
