//! The case as it stands.

use std::collections::BTreeMap;

use huiyin_authz::Scope;
use huiyin_journal::{DbError, RecordError, Tx};
use huiyin_kernel::{Actor, CaseId, PetitionId, PetitionNumber};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::worklist::scopes_of;
use crate::domain::{Case, Clock};

/// A case that was found; a destroyed one has nothing to be read any more (A11), as if there were none.
fn read(body: Option<Value>) -> Result<Option<Case>, DbError> {
    let case = body.map(serde_json::from_value).transpose();
    case.map_err(|error| DbError::Unreadable(format!("a case: {error}")))
}

/// Loads a case and holds its lock until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx, case_id: CaseId) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where case_id = $1 for update", case_id.uuid())
        .fetch_optional(&mut **tx)
        .await?;
    read(body.flatten())
}

/// The same for an actor, none when the case stands on no list of theirs; opens its rows to the transaction, as [`Tx::admit`] does, in the same
/// look.
pub(crate) async fn lock_as(tx: &mut Tx, case_id: CaseId, actor: &Actor) -> Result<Option<Case>, DbError> {
    let found = sqlx::query!(
        "select c.body, set_config('huiyin.matters', c.case_id::text, true) as admitted from casework.case c
         where c.case_id = $1 and ($3 or exists (select from casework.worklist w where w.case_id = $1 and w.scope = any($2)))
         for update of c",
        case_id.uuid(),
        &scopes_of(actor),
        Scope::of(actor) == Scope::Everything,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = found else { return Ok(None) };
    tx.note_admitted(case_id.uuid());
    read(row.body)
}

/// The same for many, in the order of their ids, so that two batches never wait for each other crosswise.
pub(crate) async fn lock_all(tx: &mut Tx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Case>, DbError> {
    let rows = sqlx::query!(
        "select case_id, body from casework.case where case_id = any($1) order by case_id for update",
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let cases = rows.into_iter().map(|row| Ok(read(row.body)?.map(|case| (row.case_id, case))));
    cases.filter_map(Result::transpose).collect()
}

/// Which of these petitions have a case.
pub(crate) async fn opened_for(conn: &mut PgConnection, petitions: &[Uuid]) -> Result<Vec<Uuid>, DbError> {
    let query = sqlx::query_scalar!("select petition_id from casework.case where petition_id = any($1)", petitions);
    Ok(query.fetch_all(conn).await?)
}

/// The same by its petition.
pub(crate) async fn lock_by_petition(tx: &mut Tx, petition_id: PetitionId) -> Result<Option<Case>, DbError> {
    let query =
        sqlx::query_scalar!("select body from casework.case where petition_id = $1 for update", petition_id.uuid());
    read(query.fetch_optional(&mut **tx).await?.flatten())
}

/// Which case a number names.
pub(crate) async fn with_number(conn: &mut PgConnection, number: &PetitionNumber) -> Result<Option<CaseId>, DbError> {
    let query = sqlx::query_scalar!("select case_id from casework.case where number = $1", number.as_str());
    Ok(query.fetch_optional(conn).await?.map(CaseId::from))
}

/// A case as it stands, without a lock.
pub(crate) async fn find(conn: &mut PgConnection, case_id: CaseId) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where case_id = $1", case_id.uuid())
        .fetch_optional(conn)
        .await?;
    read(body.flatten())
}

/// The same by its petition.
pub(crate) async fn find_by_petition(
    conn: &mut PgConnection,
    petition_id: PetitionId,
) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where petition_id = $1", petition_id.uuid())
        .fetch_optional(conn)
        .await?;
    read(body.flatten())
}

struct Columns {
    body: Value,
    state: &'static str,
    officer: Option<Uuid>,
    leader: Option<Uuid>,
    calendar_version: Option<String>,
    outcome: Option<String>,
    closed_at: Option<chrono::DateTime<chrono::Utc>>,
}

fn word(value: impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned))
}

fn columns(case: &Case) -> Result<Columns, DbError> {
    let closing = case.state.closing();
    let body = serde_json::to_value(case).map_err(|error| DbError::Unreadable(format!("a case: {error}")))?;
    Ok(Columns {
        body,
        state: case.state.kind().name(),
        officer: case.state.officer().map(Uuid::from),
        leader: case.leader.map(Uuid::from),
        calendar_version: case
            .clocks
            .iter()
            .find(|clock| Clock::is_open(clock))
            .map(|clock| clock.deadline.calendar_version.clone()),
        outcome: closing.and_then(|closing| word(closing.outcome)),
        closed_at: closing.map(|closing| closing.closed_at),
    })
}

/// Stores cases: those without a state before are new, the others have changed since.
///
/// # Errors
/// [`RecordError::Conflict`] when a petition has a case already, or a case is no longer at the version it was decided on.
pub(crate) async fn save(tx: &mut Tx, cases: &[(Option<&Case>, &Case)]) -> Result<(), RecordError> {
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for (before, after) in cases {
        match before {
            None => new.push(*after),
            Some(before) => changed.push((before.version, *after)),
        }
    }
    insert(tx, &new).await?;
    update(tx, &changed).await
}

/// One column of many rows.
macro_rules! column {
    ($rows:expr, $row:ident => $value:expr) => {
        $rows.iter().map(|$row| $value).collect::<Vec<_>>()
    };
}

async fn insert(tx: &mut Tx, cases: &[&Case]) -> Result<(), RecordError> {
    let Some(first) = cases.first() else { return Ok(()) };
    let rows = cases.iter().map(|case| columns(case)).collect::<Result<Vec<_>, _>>()?;
    let done = sqlx::query!(
        "insert into casework.case (case_id, petition_id, number, version, state, class, district, responsible_unit, officer,
             leader, registered_at, next_due_at, is_overdue, policy_hash, calendar_version, outcome, closed_at, body)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::uuid[], $10::uuid[], $11::timestamptz[], $12::timestamptz[], $13::bool[], $14::text[], $15::text[], $16::text[],
             $17::timestamptz[], $18::jsonb[])
         on conflict (petition_id) do nothing",
        &column!(cases, c => c.facts.case_id.uuid()),
        &column!(cases, c => c.facts.petition_id.uuid()),
        &column!(cases, c => c.facts.number.as_str().to_owned()),
        &column!(cases, c => c.version),
        &column!(rows, r => r.state.to_owned()),
        &column!(cases, c => word(c.facts.class).unwrap_or_default()),
        &column!(cases, c => c.facts.district.to_string()),
        &column!(cases, c => c.responsible_unit.to_string()),
        &column!(rows, r => r.officer) as &[Option<Uuid>],
        &column!(rows, r => r.leader) as &[Option<Uuid>],
        &column!(cases, c => c.facts.registered_at),
        &column!(cases, c => c.next_due_at()) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column!(cases, c => c.is_overdue()),
        &column!(cases, c => c.facts.policy.hash.clone()),
        &column!(rows, r => r.calendar_version.clone()) as &[Option<String>],
        &column!(rows, r => r.outcome.clone()) as &[Option<String>],
        &column!(rows, r => r.closed_at) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column!(rows, r => r.body.clone()),
    )
    .execute(&mut **tx)
    .await?;
    all_of(done.rows_affected(), cases.len(), first)
}

async fn update(tx: &mut Tx, cases: &[(i64, &Case)]) -> Result<(), RecordError> {
    let Some((_, first)) = cases.first() else { return Ok(()) };
    let rows = cases.iter().map(|(_, case)| columns(case)).collect::<Result<Vec<_>, _>>()?;
    let done = sqlx::query!(
        "update casework.case c set version = n.version, state = n.state, responsible_unit = n.responsible_unit,
             officer = n.officer, leader = n.leader, next_due_at = n.next_due_at, is_overdue = n.is_overdue,
             calendar_version = n.calendar_version, outcome = n.outcome, closed_at = n.closed_at, body = n.body
         from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::timestamptz[],
             $9::bool[], $10::text[], $11::text[], $12::timestamptz[], $13::jsonb[])
             n(case_id, was, version, state, responsible_unit, officer, leader, next_due_at, is_overdue, calendar_version,
               outcome, closed_at, body)
         where c.case_id = n.case_id and c.version = n.was",
        &column!(cases, c => c.1.facts.case_id.uuid()),
        &column!(cases, c => c.0),
        &column!(cases, c => c.1.version),
        &column!(rows, r => r.state.to_owned()),
        &column!(cases, c => c.1.responsible_unit.to_string()),
        &column!(rows, r => r.officer) as &[Option<Uuid>],
        &column!(rows, r => r.leader) as &[Option<Uuid>],
        &column!(cases, c => c.1.next_due_at()) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column!(cases, c => c.1.is_overdue()),
        &column!(rows, r => r.calendar_version.clone()) as &[Option<String>],
        &column!(rows, r => r.outcome.clone()) as &[Option<String>],
        &column!(rows, r => r.closed_at) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column!(rows, r => r.body.clone()),
    )
    .execute(&mut **tx)
    .await?;
    all_of(done.rows_affected(), cases.len(), first)
}

/// Of many, which one has moved on is not told: each is then tried by itself.
fn all_of(stored: u64, wanted: usize, first: &Case) -> Result<(), RecordError> {
    if stored == wanted as u64 {
        Ok(())
    } else {
        Err(RecordError::Conflict { aggregate_id: first.facts.case_id.uuid() })
    }
}

/// Cases whose nearest running deadline has no armed timer: there should be none (T1, T8). Of what is overdue, where the nearest no longer
/// runs, every running clock is looked at: supervision runs on after it.
pub(crate) async fn without_timer(conn: &mut PgConnection, limit: i64) -> Result<Vec<CaseId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select c.case_id as "case_id!" from casework.case c
         where c.state <> 'withdrawn' and c.next_due_at is not null and not c.is_overdue
           and not exists (select 1 from casework.timer t
               where t.aggregate_id = c.case_id and t.state = 'armed' and t.due_at = c.next_due_at)
         union
         select c.case_id from casework.case c
         where c.case_id in (select w.case_id from casework.worklist w where w.is_overdue)
           and exists (select 1 from jsonb_array_elements(c.body -> 'clocks') k where k ->> 'state' = 'running'
               and not exists (select 1 from casework.timer t where t.aggregate_id = c.case_id and t.state = 'armed'
                   and t.due_at = (k -> 'deadline' ->> 'due_at')::timestamptz))
         order by 1 limit $1"#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Where a case stands in the order of [`reckoned_otherwise`]: the calendar it was reckoned with, and its id.
pub(crate) type Outdated = (String, CaseId);

/// Open cases past `after` whose clocks were reckoned with another calendar than `version`. Two stretches of `case_by_calendar`, so that a look
/// that finds none reads none.
pub(crate) async fn reckoned_otherwise(
    conn: &mut PgConnection,
    version: &str,
    after: Option<&Outdated>,
    limit: i64,
) -> Result<Vec<Outdated>, DbError> {
    let rows = sqlx::query!(
        r#"select calendar_version as "calendar_version!", case_id as "case_id!" from (
             (select calendar_version, case_id from casework.case
              where calendar_version < $1 and (calendar_version, case_id) > ($2, $3) order by calendar_version, case_id limit $4)
             union all
             (select calendar_version, case_id from casework.case
              where calendar_version > $1 and (calendar_version, case_id) > ($2, $3) order by calendar_version, case_id limit $4)
         ) outdated order by calendar_version, case_id limit $4"#,
        version,
        after.map_or("", |(version, _)| version),
        after.map_or(Uuid::nil(), |(_, case_id)| case_id.uuid()),
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.calendar_version, CaseId::from(row.case_id))).collect())
}
