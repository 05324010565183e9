//! The leader's record (接访登记表) and how the visit ended.

use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::VisitOutcome;
use huiyin_kernel::VisitId;

use super::give_back::held_turn;
use super::{App, AppError, Request};
use crate::domain::Record;
use crate::events::outgoing::Cause;
use crate::store;

/// Completes the record of a visit; its outcome goes to casework.
pub async fn conclude_visit(
    app: &App,
    request: &Request,
    id: VisitId,
    record: Record,
    outcome: VisitOutcome,
) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let (session, visit) = held_turn(&mut tx, id).await?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let (now, mut ids) = app.begin(request.command);
    let leader = session.receiving(now)?.leader;
    let matter = store::petitions::hold(&mut tx, visit.petition_id).await?;
    // A turn exists only for a petition that is known; if its row were lost, silence is the safe side.
    let class = matter.map_or(PetitionClass::Accusation, |m| m.class);
    let event = visit.conclude(class, leader, record, outcome)?;
    let visit = visit.apply(&event, now);
    store::visits::save(&mut tx, std::slice::from_ref(&visit), None).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.visit(&visit, &session, &event);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(())
}
