//! Booking a petition into a slot. Two people never get the same one.

use chrono::{DateTime, Utc};
use huiyin_journal::Tx;
use huiyin_kernel::{PetitionId, SessionId, VisitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::competent::competent;
use super::facts::Facts;
use super::{App, AppError, Guidance, Request};
use crate::domain::{Matter, ReceivingUnit, Refusal, Session, Visit, VisitEvent};
use crate::events::outgoing::Cause;
use crate::store;

/// A turn that was booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Booked {
    /// The turn.
    pub visit_id: Uuid,
    /// Its slot in the session.
    pub slot: u32,
    /// When to come.
    pub starts_at: DateTime<Utc>,
    /// Where.
    pub venue_name: String,
    /// Where exactly.
    pub venue_address: String,
    /// Where the matter belongs, when this place stands far above the competent body (REG-06). The booking stands.
    #[serde(default)]
    pub guidance: Option<Guidance>,
}

/// Books the first free slot for a petition. `waiver` says why before the level below gave its opinion, where the place asks for that
/// (XT-06).
pub async fn book(
    app: &App,
    request: &Request,
    id: SessionId,
    petition: PetitionId,
    waiver: Option<String>,
) -> Result<Booked, AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(answer) = request.replay(&mut tx).await? {
        return Ok(answer);
    }
    let session = store::sessions::hold(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    request.may_book(&session.plan.district)?;
    let (now, mut ids) = app.begin(request.command);
    let told = session.bookable(now)?.clone();
    let (matter, unit) = admit(&mut tx, &session, petition).await?;
    let facts = Facts::load(&mut tx, &[&session.plan]).await?;
    let scheme = app.scheme(&session.plan.district, facts.pack(&session.plan))?;
    matter.applied(told.kind, scheme.appointments)?;
    let waived = matter.brought_up(&unit, scheme.lower_opinion, waiver)?;
    let (competent, guidance) = competent(&mut tx, &session, &matter).await?.unzip();
    let visit_id: VisitId = ids.next(now);
    let taken = store::slots::claim(&mut tx, id, visit_id, now).await?.ok_or(Refusal::Full)?;
    let event = VisitEvent::Booked {
        session_id: id,
        petition_id: petition,
        slot: taken.number,
        expected_at: taken.starts_at,
        waived,
        competent,
    };
    let visit = Visit::begun(visit_id, &event, now).expect("a booking begins a turn");
    if !store::visits::insert(&mut tx, &visit).await? {
        return Err(Refusal::AlreadyBooked.into());
    }
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.visit(&visit, &session, &event);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    let answer = Booked {
        visit_id: visit_id.uuid(),
        slot: taken.number,
        starts_at: taken.starts_at,
        venue_name: told.venue.name,
        venue_address: told.venue.address,
        guidance,
    };
    request.keep(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The petition and the unit of the session's leader, who may receive it. The petition is held still: a withdrawal waits.
pub(super) async fn admit(
    tx: &mut Tx,
    session: &Session,
    petition: PetitionId,
) -> Result<(Matter, ReceivingUnit), AppError> {
    let matter = store::petitions::hold(&mut *tx, petition).await?.ok_or(AppError::NotFound)?;
    let leader = session.plan.leader.ok_or(Refusal::NotPublished)?;
    let unit = store::directory::unit_of(&mut *tx, leader).await?.ok_or(Refusal::NotALeader)?;
    matter.admit(&unit)?;
    Ok((matter, unit))
}
