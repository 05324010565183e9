//! Planning a session.

use huiyin_journal::Tx;
use huiyin_kernel::SessionId;

use super::{App, AppError, Request};
use crate::domain::{Plan, Session};
use crate::events::outgoing::Cause;
use crate::store;

/// Adds a draft.
pub async fn draft_session(app: &App, request: &Request, plan: Plan) -> Result<SessionId, AppError> {
    request.may_plan(&plan.district)?;
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(answer) = request.replay(&mut tx).await? {
        return Ok(answer);
    }
    check_references(&mut tx, &[&plan]).await?;
    let (now, mut ids) = app.begin(request.command);
    let (session, event) = Session::drafted(ids.next(now), plan);
    store::sessions::save(&mut tx, std::slice::from_ref(&session), &[], now).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let change = cause.session(&session, &event, 0);
    huiyin_journal::record(&mut tx, vec![change]).await?;
    request.keep(&mut tx, &session.id).await?;
    tx.commit().await?;
    Ok(session.id)
}

/// A draft may lack anything, but what it names must be there: the place and the round. The round is held still, so that a
/// draft is not slipped into one that is being published.
pub(super) async fn check_references(tx: &mut Tx, plans: &[&Plan]) -> Result<(), AppError> {
    let mut wrong = Vec::new();
    let venues: Vec<_> = plans.iter().filter_map(|p| p.venue_id).collect();
    let known = store::venues::find(&mut *tx, &venues).await?;
    if venues.iter().any(|id| known.iter().all(|v| v.venue_id != *id)) {
        wrong.push(unknown("venue_id", "没有这个接访场所", "there is no such venue"));
    }
    let mut rounds: Vec<_> = plans.iter().filter_map(|p| p.round_id).collect();
    rounds.sort_unstable();
    rounds.dedup();
    for round in rounds {
        if store::rounds::lock(&mut *tx, round).await?.is_none_or(|r| r.state != "draft") {
            wrong.push(unknown("round_id", "没有这轮接访，或已公示", "there is no such round, or it is published"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(AppError::Invalid(wrong)) }
}

fn unknown(field: &str, zh: &str, en: &str) -> huiyin_web::FieldProblem {
    huiyin_web::FieldProblem::new(field, zh, en, "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")
}
