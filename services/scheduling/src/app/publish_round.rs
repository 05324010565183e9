//! Announcing a round: every street covered, every session complete, all at once (WH-01, WH-14).

use huiyin_kernel::{DistrictCode, RoundId, SessionId};

use super::publication::publish;
use super::{App, AppError, Request};
use crate::domain::State;
use crate::domain::round::{Covers, RoundEvent, admit};
use crate::events::outgoing::Cause;
use crate::{domain::Refusal, store};

/// Publishes a round and the drafts of its sessions, all under the scheme of the round's area: a city's round on a Sunday is held in
/// streets, too, whose own offices do not receive on Sundays (WH-13).
pub async fn publish_round(app: &App, request: &Request, id: RoundId) -> Result<(), AppError> {
    let mut tx = app.db.begin_as(&request.sight()).await?;
    let round = store::rounds::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let area = DistrictCode::parse(&round.district).map_err(|_| store::unreadable("district"))?;
    request.may_change(&area)?;
    if round.state != "draft" {
        return Err(Refusal::AlreadyPublished.into());
    }
    let sessions = store::sessions::lock_of_round(&mut tx, id).await?;
    let covers: Vec<Covers> =
        sessions.iter().map(|s| Covers { district: s.plan.district.clone(), day: s.plan.day() }).collect();
    let pack = store::directory::packs(&mut tx, std::slice::from_ref(&area)).await?.pop();
    let scheme = app.scheme(&area, pack.as_ref().map(|(_, pack)| pack.as_str()))?;
    let streets =
        if scheme.round_covers_every_street { store::directory::streets(&mut tx, &area).await? } else { Vec::new() };
    admit(&area, (round.first_day, round.last_day), &streets, &covers)?;

    let (now, mut ids) = app.begin(request.command);
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let all: Vec<SessionId> = sessions.iter().map(|s| s.id).collect();
    let drafts = sessions.into_iter().filter(|s| s.state == State::Draft).collect();
    let (_, mut changes) = publish(app, &mut tx, drafts, Some(&scheme), &mut cause, now).await?;
    let streets: Vec<DistrictCode> = streets.into_iter().map(|street| street.code).collect();
    let codes: Vec<String> = streets.iter().map(ToString::to_string).collect();
    store::rounds::publish(&mut tx, id, round.version + 1, &codes, now).await?;
    let event = RoundEvent::Published { streets };
    changes.push(cause.round((id, &area, round.version), &event, Some((round.title, all))));
    huiyin_journal::record(&mut tx, changes).await?;
    tx.commit().await?;
    Ok(())
}
