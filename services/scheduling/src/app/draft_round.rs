//! Planning a round, with its sessions if they are known already.

use chrono::NaiveDate;
use huiyin_kernel::{DistrictCode, RoundId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::draft_session::check_references;
use super::{App, AppError, Request};
use crate::domain::round::RoundEvent;
use crate::domain::{Plan, Session};
use crate::events::outgoing::Cause;
use crate::store;
use crate::store::rounds::RoundRow;

/// A round to plan.
#[derive(Clone, Debug)]
pub struct DraftRound {
    /// The area it is to cover.
    pub district: DistrictCode,
    /// Its title.
    pub title: String,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Its sessions, as far as known.
    pub sessions: Vec<Plan>,
}

/// A round that was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftedRound {
    /// The round.
    pub round_id: Uuid,
    /// Its sessions, in the order given.
    pub sessions: Vec<Uuid>,
}

/// Adds a round and the drafts of its sessions.
pub async fn draft_round(app: &App, request: &Request, command: DraftRound) -> Result<DraftedRound, AppError> {
    request.may_plan(&command.district)?;
    for plan in &command.sessions {
        request.may_plan(&plan.district)?;
    }
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(answer) = request.replay(&mut tx).await? {
        return Ok(answer);
    }
    check_references(&mut tx, &command.sessions.iter().collect::<Vec<_>>()).await?;
    let (now, mut ids) = app.begin(request.command);
    let round_id: RoundId = ids.next(now);
    let (first_day, last_day) = command.days;
    let row = RoundRow {
        round_id: round_id.uuid(),
        version: 1,
        district: command.district.to_string(),
        title: command.title.clone(),
        first_day,
        last_day,
        state: "draft".to_owned(),
        streets: Vec::new(),
        published_at: None,
    };
    store::rounds::insert(&mut tx, &row).await?;
    let drafted: Vec<_> = command
        .sessions
        .into_iter()
        .map(|plan| Session::drafted(ids.next(now), Plan { round_id: Some(round_id), ..plan }))
        .collect();
    let sessions: Vec<Session> = drafted.iter().map(|(session, _)| session.clone()).collect();
    store::sessions::save(&mut tx, &sessions, &[], now).await?;
    let event = RoundEvent::Drafted { title: command.title, district: command.district.clone(), first_day, last_day };
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let mut changes = vec![cause.round((round_id, &command.district, 0), &event, None)];
    changes.extend(drafted.iter().map(|(session, event)| cause.session(session, event, 0)));
    huiyin_journal::record(&mut tx, changes).await?;
    let planned = sessions.iter().map(|s| s.id.uuid()).collect();
    let answer = DraftedRound { round_id: round_id.uuid(), sessions: planned };
    request.keep(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}
