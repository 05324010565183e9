//! Moving a published session in time or place. Whoever is booked keeps the slot; it moves along.

use huiyin_kernel::SessionId;

use super::facts::Facts;
use super::publication::double_bookings;
use super::{App, AppError, Request};
use crate::domain::{Plan, Session, VisitEvent};
use crate::events::outgoing::Cause;
use crate::store;

/// Moves a session; `with` makes the new plan of the old one.
pub async fn relocate_session(
    app: &App,
    request: &Request,
    id: SessionId,
    reason: String,
    with: impl FnOnce(Plan) -> Plan,
) -> Result<Session, AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    session.open()?;
    let plan = with(session.plan.clone());
    let facts = Facts::load(&mut tx, &[&plan]).await?;
    let scheme = app.scheme(&plan.district, facts.pack(&plan))?;
    let (now, mut ids) = app.begin(request.command);
    let hall = store::visits::hall(&mut tx, id).await?;
    let told = (facts.venue(&plan), facts.leader(&plan));
    let event = session.relocate(plan.clone(), told, reason, hall, (&scheme, &app.calendar), now)?;
    let session = session.apply(&event);
    let clashes = double_bookings(&mut tx, std::slice::from_ref(&session)).await?;
    if let Some((_, refusal)) = clashes.into_iter().next() {
        return Err(refusal.into());
    }
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    store::slots::trim(&mut tx, id, session.plan.capacity).await?;
    store::slots::lay_out(&mut tx, &[(id, session.slots()?)]).await?;
    let (booked, _) = store::slots::booked(&mut tx, id).await?;

    let visits = store::visits::lock_booked_of_session(&mut tx, id).await?;
    let times = store::visits::slot_times(&mut tx, &visits).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let mut changes = vec![cause.session(&session, &event, booked)];
    let mut moved = Vec::new();
    for visit in visits {
        let expected_at = times.iter().find(|(of, _)| *of == visit.id).map_or(visit.expected_at, |(_, at)| *at);
        if expected_at != visit.expected_at {
            let event = VisitEvent::Moved { expected_at };
            let visit = visit.apply(&event, now);
            changes.push(cause.visit(&visit, &session, &event));
            moved.push(visit);
        }
    }
    store::visits::save(&mut tx, &moved, None).await?;
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(session)
}
