//! Announcing sessions (公示).

use huiyin_kernel::SessionId;

use super::publication::publish;
use super::{App, AppError, Request};
use crate::events::outgoing::Cause;
use crate::store;

/// Publishes all of these drafts, or none with every refusal named.
pub async fn publish_sessions(app: &App, request: &Request, ids: &[SessionId]) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let drafts = store::sessions::lock(&mut tx, ids).await?;
    if ids.iter().any(|id| drafts.iter().all(|s| s.id != *id)) {
        return Err(AppError::NotFound);
    }
    for draft in &drafts {
        request.may_change(&draft.plan.district)?;
    }
    let (now, mut sequence) = app.begin(request.command);
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut sequence };
    let (_, changes) = publish(app, &mut tx, drafts, None, &mut cause, now).await?;
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(())
}
