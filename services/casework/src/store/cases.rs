//! The case as it stands.

use huiyin_journal::{DbError, RecordError, Tx};
use huiyin_kernel::{CaseId, PetitionId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{Case, Clock};

fn read(body: Value) -> Result<Case, DbError> {
    serde_json::from_value(body).map_err(|error| DbError::Unreadable(format!("a case: {error}")))
}

/// Loads a case and holds its lock until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx, case_id: CaseId) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where case_id = $1 for update", case_id.uuid())
        .fetch_optional(&mut **tx)
        .await?;
    body.map(read).transpose()
}

/// The same by its petition.
pub(crate) async fn lock_by_petition(tx: &mut Tx, petition_id: PetitionId) -> Result<Option<Case>, DbError> {
    let query =
        sqlx::query_scalar!("select body from casework.case where petition_id = $1 for update", petition_id.uuid());
    query.fetch_optional(&mut **tx).await?.map(read).transpose()
}

/// A case as it stands, without a lock.
pub(crate) async fn find(conn: &mut PgConnection, case_id: CaseId) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where case_id = $1", case_id.uuid())
        .fetch_optional(conn)
        .await?;
    body.map(read).transpose()
}

/// The same by its petition.
pub(crate) async fn find_by_petition(
    conn: &mut PgConnection,
    petition_id: PetitionId,
) -> Result<Option<Case>, DbError> {
    let body = sqlx::query_scalar!("select body from casework.case where petition_id = $1", petition_id.uuid())
        .fetch_optional(conn)
        .await?;
    body.map(read).transpose()
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

/// Stores a case that is new; false when its petition has one already.
pub(crate) async fn insert(tx: &mut Tx, case: &Case) -> Result<bool, DbError> {
    let row = columns(case)?;
    let facts = &case.facts;
    let done = sqlx::query!(
        "insert into casework.case (case_id, petition_id, number, version, state, class, district, responsible_unit, officer,
             leader, registered_at, next_due_at, is_overdue, policy_hash, calendar_version, outcome, closed_at, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (petition_id) do nothing",
        facts.case_id.uuid(),
        facts.petition_id.uuid(),
        facts.number.as_str(),
        case.version,
        row.state,
        word(facts.class).unwrap_or_default(),
        facts.district.as_str(),
        case.responsible_unit.as_str(),
        row.officer,
        row.leader,
        facts.registered_at,
        case.next_due_at(),
        case.is_overdue(),
        facts.policy.hash,
        row.calendar_version,
        row.outcome,
        row.closed_at,
        row.body,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores a case that has changed since `version`.
///
/// # Errors
/// [`RecordError::Conflict`] when it is no longer at that version.
pub(crate) async fn update(tx: &mut Tx, case: &Case, version: i64) -> Result<(), RecordError> {
    let row = columns(case)?;
    let done = sqlx::query!(
        "update casework.case set version = $3, state = $4, responsible_unit = $5, officer = $6, leader = $7,
             next_due_at = $8, is_overdue = $9, calendar_version = $10, outcome = $11, closed_at = $12, body = $13
         where case_id = $1 and version = $2",
        case.facts.case_id.uuid(),
        version,
        case.version,
        row.state,
        case.responsible_unit.as_str(),
        row.officer,
        row.leader,
        case.next_due_at(),
        case.is_overdue(),
        row.calendar_version,
        row.outcome,
        row.closed_at,
        row.body,
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(RecordError::Conflict { aggregate_id: case.facts.case_id.uuid() })
    }
}

/// Cases whose nearest running deadline has no armed timer: there should be none (T1, T8).
pub(crate) async fn without_timer(conn: &mut PgConnection, limit: i64) -> Result<Vec<CaseId>, DbError> {
    let ids = sqlx::query_scalar!(
        "select c.case_id from casework.case c
         where c.state not in ('closed', 'withdrawn') and c.next_due_at is not null and not c.is_overdue
           and not exists (select 1 from casework.timer t
               where t.aggregate_id = c.case_id and t.state = 'armed' and t.due_at = c.next_due_at)
         order by c.case_id limit $1",
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Open cases whose clocks were reckoned with another calendar than `version`.
pub(crate) async fn reckoned_otherwise(
    conn: &mut PgConnection,
    version: &str,
    limit: i64,
) -> Result<Vec<CaseId>, DbError> {
    let ids = sqlx::query_scalar!(
        "select case_id from casework.case where calendar_version is not null and calendar_version <> $1
         order by case_id limit $2",
        version,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}
