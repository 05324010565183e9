//! Batches of documents and their sealed pieces. Only whoever asked sees one; whoever makes it writes on the worker's login.

use chrono::{DateTime, Utc};
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::{CaseId, DistrictCode, StaffId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A batch as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) batch_id: Uuid,
    pub(crate) district: String,
    pub(crate) total: i32,
    /// As stored: running, finished, cancelled, replaced.
    pub(crate) state: String,
    /// Running, but its process has given no sign of life for a minute.
    pub(crate) is_silent: bool,
    pub(crate) asked_at: DateTime<Utc>,
    /// When everything of it is deleted, unless its process gives another sign of life.
    pub(crate) gone_at: DateTime<Utc>,
    pub(crate) done: i64,
}

/// A document that was not made.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) case_id: Uuid,
    pub(crate) kind: String,
    /// The matter's, when it is seen.
    pub(crate) number: Option<String>,
    pub(crate) reason: String,
    pub(crate) reason_en: String,
}

/// A document that was made, without its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) position: i32,
    pub(crate) kind: String,
    pub(crate) number: String,
}

/// A document to be kept as not made.
#[derive(Clone, Debug)]
pub(crate) struct Refused<'a> {
    pub(crate) position: i32,
    pub(crate) case_id: CaseId,
    pub(crate) kind: &'a str,
    pub(crate) number: Option<&'a str>,
}

/// The batch, while it is kept and the reader asked for it.
pub(crate) async fn find(conn: &mut PgConnection, batch_id: Uuid) -> Result<Option<Batch>, DbError> {
    let query = sqlx::query_as!(
        Batch,
        r#"select b.batch_id, b.district, b.total, b.state, b.asked_at,
               b.state = 'running' and b.seen_at < clock_timestamp() - interval '60 seconds' as "is_silent!",
               b.seen_at + interval '1 hour' as "gone_at!",
               (select count(*) from casework.document_batch_piece p
                where p.batch_id = b.batch_id and p.reason is null) as "done!"
           from casework.document_batch b
           where b.batch_id = $1 and b.seen_at > clock_timestamp() - interval '1 hour'"#,
        batch_id,
    );
    Ok(query.fetch_optional(conn).await?)
}

/// The batches of a person that are kept, newest first.
pub(crate) async fn of_person(conn: &mut PgConnection, staff: StaffId) -> Result<Vec<Uuid>, DbError> {
    let query = sqlx::query_scalar!(
        "select batch_id from casework.document_batch
         where staff_id = $1 and seen_at > clock_timestamp() - interval '1 hour' order by asked_at desc, batch_id desc limit 20",
        staff.uuid(),
    );
    Ok(query.fetch_all(conn).await?)
}

/// What was not made, in the order asked.
pub(crate) async fn failed(conn: &mut PgConnection, batch_id: Uuid) -> Result<Vec<Failed>, DbError> {
    let query = sqlx::query_as!(
        Failed,
        r#"select case_id, kind, number, reason as "reason!", reason_en as "reason_en!" from casework.document_batch_piece
           where batch_id = $1 and reason is not null order by position"#,
        batch_id,
    );
    Ok(query.fetch_all(conn).await?)
}

/// What was made, in the order asked.
pub(crate) async fn made(conn: &mut PgConnection, batch_id: Uuid) -> Result<Vec<Made>, DbError> {
    let query = sqlx::query_as!(
        Made,
        r#"select position, kind, number as "number!" from casework.document_batch_piece
           where batch_id = $1 and reason is null order by position"#,
        batch_id,
    );
    Ok(query.fetch_all(conn).await?)
}

/// The sealed bytes of one that was made.
pub(crate) async fn sealed(conn: &mut PgConnection, batch_id: Uuid, position: i32) -> Result<Option<Vec<u8>>, DbError> {
    let query = sqlx::query_scalar!(
        r#"select sealed as "sealed!" from casework.document_batch_piece
           where batch_id = $1 and position = $2 and sealed is not null"#,
        batch_id,
        position,
    );
    Ok(query.fetch_optional(conn).await?)
}

/// Takes away what earlier batches of a person left, and what a process that died left running.
pub(crate) async fn replace_earlier(tx: &mut Tx, staff: StaffId) -> Result<(), DbError> {
    let replaced = sqlx::query_scalar!(
        "update casework.document_batch set state = 'replaced'
         where staff_id = $1 and (state = 'finished'
             or state = 'running' and seen_at < clock_timestamp() - interval '60 seconds')
         returning batch_id",
        staff.uuid(),
    )
    .fetch_all(&mut **tx)
    .await?;
    remove_pieces(tx, &replaced).await
}

/// Writes a new batch down; false when one of this person's is running.
pub(crate) async fn begin(
    tx: &mut Tx,
    batch_id: Uuid,
    staff: StaffId,
    district: &DistrictCode,
    total: i32,
) -> Result<bool, DbError> {
    let begun = sqlx::query!(
        "insert into casework.document_batch (batch_id, staff_id, district, total, state)
         values ($1, $2, $3, $4, 'running') on conflict do nothing",
        batch_id,
        staff.uuid(),
        district.as_str(),
        total,
    )
    .execute(&mut **tx)
    .await?;
    Ok(begun.rows_affected() == 1)
}

/// Ends a batch at the wish of whoever asked for it; nothing of it is kept but that it was.
pub(crate) async fn cancel(tx: &mut Tx, batch_id: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "update casework.document_batch set state = 'cancelled' where batch_id = $1 and state in ('running', 'finished')",
        batch_id,
    )
    .execute(&mut **tx)
    .await?;
    remove_pieces(tx, &[batch_id]).await
}

async fn remove_pieces(tx: &mut Tx, batches: &[Uuid]) -> Result<(), DbError> {
    sqlx::query!("delete from casework.document_batch_piece where batch_id = any($1)", batches)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A sign of life for the batches this process makes; answers those that are still wanted. Holds their rows until the end of the transaction, so that
/// what is written in it is not left behind by a cancellation.
pub(crate) async fn beat(tx: &mut Tx, batches: &[Uuid]) -> Result<Vec<Uuid>, DbError> {
    let query = sqlx::query_scalar!(
        "update casework.document_batch set seen_at = clock_timestamp()
         where batch_id = any($1) and state = 'running' returning batch_id",
        batches,
    );
    Ok(query.fetch_all(&mut **tx).await?)
}

/// Keeps a document that was made. Again after a commit of unknown outcome, it is kept once.
pub(crate) async fn keep(
    tx: &mut Tx,
    batch_id: Uuid,
    position: i32,
    case_id: CaseId,
    kind: &str,
    number: &str,
    sealed: &[u8],
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into casework.document_batch_piece (batch_id, position, case_id, kind, number, sealed)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        batch_id,
        position,
        case_id.uuid(),
        kind,
        number,
        sealed,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps why these were not made.
pub(crate) async fn refuse(
    tx: &mut Tx,
    batch_id: Uuid,
    refused: &[Refused<'_>],
    (reason, reason_en): (&str, &str),
) -> Result<(), DbError> {
    let positions: Vec<i32> = refused.iter().map(|one| one.position).collect();
    let cases: Vec<Uuid> = refused.iter().map(|one| one.case_id.uuid()).collect();
    let kinds: Vec<String> = refused.iter().map(|one| one.kind.to_owned()).collect();
    let numbers: Vec<Option<String>> = refused.iter().map(|one| one.number.map(str::to_owned)).collect();
    sqlx::query!(
        "insert into casework.document_batch_piece (batch_id, position, case_id, kind, number, reason, reason_en)
         select $1, r.position, r.case_id, r.kind, r.number, $6, $7
         from unnest($2::int[], $3::uuid[], $4::text[], $5::text[]) r(position, case_id, kind, number)
         on conflict do nothing",
        batch_id,
        &positions,
        &cases,
        &kinds,
        &numbers as &[Option<String>],
        reason,
        reason_en,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Everything asked for was made or refused.
pub(crate) async fn finish(tx: &mut Tx, batch_id: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "update casework.document_batch set state = 'finished' where batch_id = $1 and state = 'running'",
        batch_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes what is older than an hour; answers how many batches that were.
pub(crate) async fn sweep(tx: &mut Tx) -> Result<u64, DbError> {
    let gone =
        sqlx::query!("delete from casework.document_batch where seen_at <= clock_timestamp() - interval '1 hour'")
            .execute(&mut **tx)
            .await?;
    Ok(gone.rows_affected())
}

/// The numbers of those of these matters that the reader sees.
pub(crate) async fn numbers(conn: &mut PgConnection, cases: &[Uuid]) -> Result<Vec<(Uuid, String)>, DbError> {
    let rows = sqlx::query!("select case_id, number from casework.case where case_id = any($1)", cases)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.case_id, row.number)).collect())
}
