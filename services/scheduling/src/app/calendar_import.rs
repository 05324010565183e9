//! Importing a year's table of reception days (日程安排表; C7, QL-15): whole or not at all, and any number of times.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use huiyin_calendar::start_of_day;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{DistrictCode, StaffId, VenueId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::draft_session::check_references;
use super::{App, AppError, Request};
use crate::domain::calendar_table::{CellProblem, Report, Table, parse};
use crate::domain::{Leader, Plan, Session};
use crate::events::outgoing::Cause;
use crate::store;

/// A table to import.
#[derive(Clone, Debug, Serialize)]
pub struct ImportCalendar {
    /// The CSV.
    pub text: String,
    /// Which year its day numbers belong to.
    pub year: i32,
    /// Whose people the sessions serve.
    pub district: DistrictCode,
    /// Where they are held.
    pub venue_id: VenueId,
    /// The leaders in the order of the rows; found by name when empty.
    pub leaders: Vec<StaffId>,
    /// When a session begins and ends, by the clock on the wall.
    pub hours: (NaiveTime, NaiveTime),
    /// Slots of a session.
    pub capacity: u32,
    /// Minutes of a slot.
    pub slot_minutes: u32,
    /// Look only.
    pub dry_run: bool,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportedCalendar {
    /// What the planner should look at.
    #[serde(flatten)]
    pub report: Report,
    /// Drafts made now; none on a dry run.
    pub created: usize,
    /// Sessions that were there from an earlier import.
    pub already_there: usize,
    /// The drafts made now.
    pub session_ids: Vec<Uuid>,
}

#[derive(Deserialize)]
struct Kept {
    created: usize,
    already_there: usize,
    session_ids: Vec<Uuid>,
}

/// Makes a draft of every date in the table. A date that an earlier import of the same year, place and leader made is left
/// as it is, whatever became of it.
pub async fn import_calendar(
    app: &App,
    request: &Request,
    command: ImportCalendar,
) -> Result<ImportedCalendar, AppError> {
    request.may_plan(&command.district)?;
    let table = parse(&command.text, command.year).map_err(AppError::Table)?;
    let report = table.report(&app.calendar);
    let mut tx = app.db.begin_as(&request.sight()).await?;
    if let Some(Kept { created, already_there, session_ids }) = request.replay(&mut tx).await? {
        return Ok(ImportedCalendar { report, created, already_there, session_ids });
    }
    store::sessions::lock_import(&mut tx, &format!("{} {}", command.district, command.year)).await?;
    let leaders = leaders_of(&mut tx, &command, &table).await?;
    let planned = plans(&command, &table, &leaders)?;
    check_references(&mut tx, &planned.iter().take(1).map(|(plan, _)| plan).collect::<Vec<_>>()).await?;
    let keys: Vec<String> = planned.iter().map(|(_, key)| key.clone()).collect();
    let there = store::sessions::imported(&mut tx, &keys).await?;
    let mut answer = ImportedCalendar { report, created: 0, already_there: there.len(), session_ids: Vec::new() };
    if command.dry_run {
        return Ok(answer);
    }
    let (now, mut ids) = app.begin(request.command);
    let (drafted, keys): (Vec<_>, Vec<_>) = planned
        .into_iter()
        .filter(|(_, key)| !there.contains(key))
        .map(|(plan, key)| (Session::drafted(ids.next(now), plan), Some(key)))
        .unzip();
    let sessions: Vec<Session> = drafted.iter().map(|(session, _)| session.clone()).collect();
    store::sessions::save(&mut tx, &sessions, &keys, now).await?;
    let mut cause = Cause { actor: &request.actor, command: request.command, at: now, ids: &mut ids };
    let changes = drafted.iter().map(|(session, event)| cause.session(session, event, 0)).collect();
    huiyin_journal::record(&mut tx, changes).await?;
    answer.created = sessions.len();
    answer.session_ids = sessions.iter().map(|s| s.id.uuid()).collect();
    request.keep(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The leader of each row: as listed, or the only one of that name.
async fn leaders_of(
    tx: &mut huiyin_journal::Tx,
    command: &ImportCalendar,
    table: &Table,
) -> Result<Vec<StaffId>, AppError> {
    if command.leaders.is_empty() {
        let names: Vec<String> = table.rows.iter().map(|row| row.name.clone()).collect();
        let found = store::directory::leaders_named(&mut *tx, &command.district, &names).await?;
        let only = |name: &str| {
            let mut of_name = found.iter().filter(|l| l.name == name && l.receives());
            of_name.next().filter(|_| of_name.next().is_none()).map(|l| l.staff_id)
        };
        let leaders: Vec<Option<StaffId>> = table.rows.iter().map(|row| only(&row.name)).collect();
        return named_or_refused(table, leaders);
    }
    if command.leaders.len() != table.rows.len() {
        return Err(AppError::Table(vec![CellProblem {
            row: 0,
            column: 0,
            zh: format!("leaders 有{}位，表中有{}行，须一一对应。", command.leaders.len(), table.rows.len()),
            en: format!("there are {} leaders for {} rows.", command.leaders.len(), table.rows.len()),
            example: "leaders=<staff_id>,<staff_id>,…".to_owned(),
        }]));
    }
    let found = store::directory::leaders(&mut *tx, &command.leaders).await?;
    let known = |id: &StaffId| found.iter().find(|l| l.staff_id == *id).filter(|l| Leader::receives(l));
    let leaders = command.leaders.iter().map(|id| known(id).map(|l| l.staff_id)).collect();
    named_or_refused(table, leaders)
}

fn named_or_refused(table: &Table, leaders: Vec<Option<StaffId>>) -> Result<Vec<StaffId>, AppError> {
    let problems: Vec<CellProblem> = table
        .rows
        .iter()
        .zip(&leaders)
        .filter(|(_, leader)| leader.is_none())
        .map(|(row, _)| CellProblem {
            row: row.number,
            column: 2,
            zh: "没有找到唯一的在职接访领导。".to_owned(),
            en: "no single serving leader who receives was found.".to_owned(),
            example: "leaders=<staff_id>,<staff_id>,…".to_owned(),
        })
        .collect();
    if problems.is_empty() { Ok(leaders.into_iter().flatten().collect()) } else { Err(AppError::Table(problems)) }
}

/// The plan of every date, with the key that names it for ever.
fn plans(command: &ImportCalendar, table: &Table, leaders: &[StaffId]) -> Result<Vec<(Plan, String)>, AppError> {
    let at = |date: NaiveDate, time: NaiveTime| {
        start_of_day(date).map(|midnight| midnight + time.signed_duration_since(NaiveTime::MIN))
    };
    let mut planned = Vec::new();
    for (row, leader) in table.rows.iter().zip(leaders) {
        for date in &row.dates {
            let (Some(starts_at), Some(ends_at)) = (at(*date, command.hours.0), at(*date, command.hours.1)) else {
                continue;
            };
            crate::domain::slots::slots(starts_at, ends_at, command.capacity, command.slot_minutes)?;
            debug_assert!(ends_at - starts_at < TimeDelta::days(1));
            let plan = Plan {
                district: command.district.clone(),
                round_id: None,
                kind: Some(SessionKind::Regular),
                form: None,
                venue_id: Some(command.venue_id),
                leader: Some(*leader),
                starts_at: Some(starts_at),
                ends_at: Some(ends_at),
                capacity: command.capacity,
                slot_minutes: command.slot_minutes,
                reason: None,
                matters: Vec::new(),
                topics: Vec::new(),
            };
            planned.push((plan, format!("{}/{}/{leader}/{date}", command.district, command.venue_id)));
        }
    }
    Ok(planned)
}
