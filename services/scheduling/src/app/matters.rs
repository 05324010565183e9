//! The matters a session is for (带案下访、约访; DW-15, TJ-05): named, taken off, and read from either side.

use chrono::{DateTime, Utc};
use huiyin_contracts::intake::PetitionClass;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_journal::Tx;
use huiyin_kernel::{Actor, DistrictCode, PetitionId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::facts::Facts;
use super::{App, AppError, Request};
use crate::domain::{Session, SessionEvent, State};
use crate::events::outgoing::Cause;
use crate::store;
use crate::store::matters::{NamedMatter, PlannedSession};

/// The matters of a session, announced or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionMatters {
    /// Where the session stands.
    pub state: State,
    /// Its kind, as a code, once chosen.
    #[schema(value_type = Option<String>)]
    pub kind: Option<SessionKind>,
    /// Begins, once fixed.
    pub starts_at: Option<DateTime<Utc>>,
    /// Ends, once fixed.
    pub ends_at: Option<DateTime<Utc>>,
    /// The reader may name matters and take them off.
    pub may_name: bool,
    /// What the session is for.
    pub named: Vec<NamedMatter>,
    /// What its leader has taken (包案) and it does not name yet; for who plans a case visit, and for that leader.
    pub offered: Vec<NamedMatter>,
}

/// Names a matter the session is for. Accusations do not exist here (REG-22), nor do the matters of other districts.
pub async fn name_matter(app: &App, request: &Request, id: SessionId, petition: PetitionId) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    let matter = store::petitions::hold(&mut tx, petition).await?.ok_or(AppError::NotFound)?;
    if matter.class == PetitionClass::Accusation {
        return Err(AppError::NotFound);
    }
    request.may_change(&matter.district)?;
    match session.name_matter(&matter)? {
        Some(event) => save(app, request, tx, session, event).await,
        None => Ok(()),
    }
}

/// Takes a matter off.
pub async fn take_matter_off(
    app: &App,
    request: &Request,
    id: SessionId,
    petition: PetitionId,
) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    let facts = Facts::load(&mut tx, &[&session.plan]).await?;
    let scheme = app.scheme(&session.plan.district, facts.pack(&session.plan))?;
    match session.take_matter_off(petition, &scheme)? {
        Some(event) => save(app, request, tx, session, event).await,
        None => Ok(()),
    }
}

async fn save(app: &App, request: &Request, mut tx: Tx, session: Session, event: SessionEvent) -> Result<(), AppError> {
    let session = session.apply(&event);
    let (now, mut ids) = app.begin(request.command);
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    // Told to nobody, so that how many are booked is not asked.
    let change = cause.session(&session, &event, 0);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    Ok(tx.commit().await?)
}

/// What a session is for, for who works at it; what its leader has taken besides, for that leader and who plans the visit (TJ-05).
pub async fn of_session(app: &App, request: &Request, id: SessionId) -> Result<SessionMatters, AppError> {
    let mut tx = app.db.read_as(&request.sight()).await?;
    let session = store::sessions::read(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_work_at(&mut tx, &session.plan).await?;
    let named = store::matters::of_session(&mut tx, id).await?;
    let offered = match (session.plan.leader, offers_in(request, &session)) {
        (Some(leader), Some(area)) => store::matters::offered(&mut tx, id, leader, area).await?,
        _ => Vec::new(),
    };
    Ok(SessionMatters {
        state: session.state,
        kind: session.plan.kind,
        starts_at: session.plan.starts_at,
        ends_at: session.plan.ends_at,
        may_name: session.may_name() && request.may_plan_here(&session.plan.district),
        named,
        offered,
    })
}

/// In which area the leader's matters are offered to this reader: a case visit that is not over, to the leader and to planners.
fn offers_in<'a>(request: &'a Request, session: &Session) -> Option<&'a DistrictCode> {
    let Actor::Staff { staff_id, district, .. } = &request.actor else { return None };
    let plans = session.plan.leader == Some(*staff_id) || request.may_plan_here(&session.plan.district);
    (plans && session.plan.kind == Some(SessionKind::CaseVisit) && !session.is_over()).then_some(district)
}

/// The sessions planned for a matter, for who answers for it.
pub async fn sessions_for(app: &App, request: &Request, petition: PetitionId) -> Result<Vec<PlannedSession>, AppError> {
    let Actor::Staff { staff_id, unit, .. } = &request.actor else { return Err(AppError::NotFound) };
    let mut tx = app.db.read_as(&request.sight()).await?;
    if !store::matters::is_for(&mut tx, petition, *staff_id, unit).await? {
        return Err(AppError::NotFound);
    }
    Ok(store::matters::sessions_for(&mut tx, petition).await?)
}
