//! Visitors in the hall: walking in (随到随接), or coming to a booked turn. Numbers are called in order.

use chrono::{DateTime, Utc};
use huiyin_kernel::{PetitionId, SessionId, VisitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::book::admit;
use super::competent::competent;
use super::give_back::held_turn;
use super::{App, AppError, Guidance, Request};
use crate::domain::{Refusal, Visit, VisitEvent};
use crate::events::outgoing::Cause;
use crate::store;

/// A visitor in the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Registered {
    /// The turn.
    pub visit_id: Uuid,
    /// The number that will be called.
    pub ticket: u32,
    /// When the visitor came.
    pub arrived_at: DateTime<Utc>,
    /// Where the matter belongs, when this place stands far above the competent body (REG-06). The visitor is received all the same.
    #[serde(default)]
    pub guidance: Option<Guidance>,
}

/// Registers someone who came without a booking. There is no limit.
pub async fn walk_in(
    app: &App,
    request: &Request,
    id: SessionId,
    petition: PetitionId,
) -> Result<Registered, AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(answer) = request.replay(&mut tx).await? {
        return Ok(answer);
    }
    let session = store::sessions::hold(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let (now, mut ids) = app.begin(request.command);
    session.receiving(now)?;
    let (matter, _) = admit(&mut tx, &session, petition).await?;
    let (competent, guidance) = competent(&mut tx, &session, &matter).await?.unzip();
    let visit_id: VisitId = ids.next(now);
    let ticket = store::slots::next_ticket(&mut tx, id).await?;
    let event = VisitEvent::WalkedIn { session_id: id, petition_id: petition, ticket, competent };
    let visit = Visit::begun(visit_id, &event, now).expect("walking in begins a turn");
    if !store::visits::insert(&mut tx, &visit).await? {
        return Err(Refusal::AlreadyBooked.into());
    }
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.visit(&visit, &session, &event);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    let answer = Registered { visit_id: visit_id.uuid(), ticket, arrived_at: now, guidance };
    request.keep(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Someone came to a booked turn.
pub async fn arrive(app: &App, request: &Request, id: VisitId) -> Result<Registered, AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let (session, visit) = held_turn(&mut tx, id).await?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let (now, mut ids) = app.begin(request.command);
    session.receiving(now)?;
    // Decided before a number is drawn, so that a refusal draws none.
    visit.arrive(1)?;
    let ticket = store::slots::next_ticket(&mut tx, session.id).await?;
    let event = visit.arrive(ticket)?;
    let visit = visit.apply(&event, now);
    store::visits::save(&mut tx, std::slice::from_ref(&visit), None).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.visit(&visit, &session, &event);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(Registered { visit_id: id.uuid(), ticket, arrived_at: now, guidance: None })
}
