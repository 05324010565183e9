//! Planning a draft otherwise.

use huiyin_kernel::SessionId;

use super::draft_session::check_references;
use super::{App, AppError, Request};
use crate::domain::{Plan, Session};
use crate::events::outgoing::Cause;
use crate::store;

/// Changes a draft; `with` makes the new plan of the old one.
pub async fn replan_session(
    app: &App,
    request: &Request,
    id: SessionId,
    with: impl FnOnce(Plan) -> Plan,
) -> Result<Session, AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let session = store::sessions::lock(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    request.may_change(&session.plan.district)?;
    let plan = with(session.plan.clone());
    request.may_plan(&plan.district)?;
    check_references(&mut tx, &[&plan]).await?;
    let event = session.replan(plan)?;
    let session = session.apply(&event);
    let (now, mut ids) = app.begin(request.command);
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.session(&session, &event, 0);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    tx.commit().await?;
    Ok(session)
}
