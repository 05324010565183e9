//! Publishing sessions, one or many: through the gate, no leader in two places, slots laid out.

use chrono::{DateTime, Utc};
use huiyin_journal::{Change, Tx};

use super::facts::Facts;
use super::{App, AppError};
use crate::domain::{Refusal, Scheme, Session};
use crate::events::outgoing::Cause;
use crate::store;

/// Publishes drafts that are locked: all of them, or none with every refusal named. `under` is the scheme of the round they belong
/// to; a session by itself follows its own district's.
pub(crate) async fn publish(
    app: &App,
    tx: &mut Tx,
    drafts: Vec<Session>,
    under: Option<&Scheme>,
    cause: &mut Cause<'_>,
    now: DateTime<Utc>,
) -> Result<(Vec<Session>, Vec<Change>), AppError> {
    let facts = Facts::load(&mut *tx, &drafts.iter().map(|s| &s.plan).collect::<Vec<_>>()).await?;
    let mut refused = Vec::new();
    let mut decided = Vec::new();
    for draft in drafts {
        let scheme = match under {
            Some(scheme) => scheme.clone(),
            None => app.scheme(&draft.plan.district, facts.pack(&draft.plan))?,
        };
        match draft.publish(facts.venue(&draft.plan), facts.leader(&draft.plan), &scheme, &app.calendar, now) {
            Ok(event) => decided.push((draft.apply(&event), event)),
            Err(refusal) => refused.push((draft.id, refusal)),
        }
    }
    let published: Vec<Session> = decided.iter().map(|(session, _)| session.clone()).collect();
    refused.extend(double_bookings(tx, &published).await?);
    if !refused.is_empty() {
        return Err(AppError::RefusedSessions(refused));
    }
    store::sessions::save(&mut *tx, &published, &[], now).await?;
    let slots: Result<Vec<_>, Refusal> = published.iter().map(|s| Ok((s.id, s.slots()?))).collect();
    store::slots::lay_out(&mut *tx, &slots?).await?;
    let changes = decided.iter().map(|(session, event)| cause.session(session, event, 0)).collect();
    Ok((published, changes))
}

/// Sessions whose leader receives elsewhere at that time, among these and among those announced before.
pub(crate) async fn double_bookings(
    tx: &mut Tx,
    sessions: &[Session],
) -> Result<Vec<(huiyin_kernel::SessionId, Refusal)>, AppError> {
    let times: Vec<_> = sessions
        .iter()
        .filter_map(|s| s.announced.as_ref().map(|a| (s.id, a.leader, a.starts_at, a.ends_at)))
        .collect();
    store::directory::lock_leaders(&mut *tx, &times.iter().map(|t| t.1).collect::<Vec<_>>()).await?;
    let mut clashing = store::sessions::clashes(&mut *tx, &times).await?;
    let mut by_leader = times.clone();
    by_leader.sort_by_key(|t| (t.1, t.2));
    clashing.extend(by_leader.windows(2).filter(|two| two[0].1 == two[1].1 && two[1].2 < two[0].3).map(|two| two[1].0));
    Ok(clashing.into_iter().map(|id| (id, Refusal::LeaderTaken)).collect())
}
