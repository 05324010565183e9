//! The file of a matter was destroyed (销毁; A11): what was written down at its visits goes with it.

use huiyin_journal::{DbError, Tx, record};
use huiyin_kernel::PetitionId;

use super::AppError;
use crate::domain::VisitEvent;
use crate::events::outgoing::Cause;
use crate::store;

/// Destroys the records of a petition's visits; those already destroyed are passed over.
pub(crate) async fn destroy_records(tx: &mut Tx, petition: PetitionId, cause: &mut Cause<'_>) -> Result<(), AppError> {
    let visits = store::visits::lock_kept_of_petition(&mut *tx, petition).await?;
    if visits.is_empty() {
        return Ok(());
    }
    let sessions: Vec<_> = visits.iter().map(|visit| visit.session_id).collect();
    let sessions = store::sessions::read(&mut *tx, &sessions).await?;
    let (mut changes, mut ids) = (Vec::new(), Vec::new());
    for visit in visits {
        ids.push(visit.id);
        let event = VisitEvent::RecordDestroyed;
        let visit = visit.apply(&event, cause.at);
        let session = sessions.iter().find(|session| session.id == visit.session_id);
        let session = session.ok_or_else(|| DbError::Unreadable("a visit without its session".to_owned()))?;
        changes.push(cause.visit(&visit, session, &event));
    }
    record(tx, changes).await?;
    Ok(store::visits::destroy_records(&mut *tx, &ids).await?)
}
