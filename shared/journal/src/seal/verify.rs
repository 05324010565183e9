//! Checking the journal against its own hashes, its seals, and the file of seals. Names the first bad row.
//!
//! However long the journal is, one page of it and one seal are held in memory: what the seals list goes into a temporary table, and the
//! database compares.

use std::path::Path;

use chrono::{DateTime, Utc};
use huiyin_kernel::Service;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{MEMBER, Seal, file, merkle, seal_hash};
use crate::DbError;
use crate::chain;
use crate::sql::{query, query_as};

const PAGE: i64 = 2000;

/// What was checked, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// Journal rows checked.
    pub rows: i64,
    /// Seals checked.
    pub seals: i64,
    /// The first thing that is not as it was written; empty when all is well.
    pub broken: Vec<Finding>,
}

/// The first thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A row's content does not have the row's hash.
    #[error("version {version} of {aggregate_id} has been changed")]
    Changed {
        /// Of what.
        aggregate_id: Uuid,
        /// Which row.
        version: i64,
    },
    /// A row does not follow the one before it.
    #[error("version {version} of {aggregate_id} does not follow the row before it: a row is missing or was put in")]
    Broken {
        /// Of what.
        aggregate_id: Uuid,
        /// Which row.
        version: i64,
    },
    /// A sealed row is gone.
    #[error("version {version} of {aggregate_id} is listed in a seal and no longer there")]
    Missing {
        /// Of what.
        aggregate_id: Uuid,
        /// Which row.
        version: i64,
    },
    /// A row stands in no seal and does not wait for one, or differs from what was sealed.
    #[error("version {version} of {aggregate_id} is not the row that was sealed")]
    Unsealed {
        /// Of what.
        aggregate_id: Uuid,
        /// Which row.
        version: i64,
    },
    /// A seal does not fit its members or the seal before it, or differs from the file, or is known to the file alone.
    #[error("seal {seal_no} is not as it was made")]
    Seal {
        /// Which.
        seal_no: i64,
    },
    /// The file of seals has another line where this seal's should stand.
    #[error("the line of seal {seal_no} is not in its place in the file of seals")]
    File {
        /// Which.
        seal_no: i64,
    },
    /// A seal has no line in the file. True for a moment after sealing; for longer only when the file cannot be written, or was cut.
    #[error("seal {seal_no} stands in the table and not in the file of seals")]
    Unfiled {
        /// Which.
        seal_no: i64,
    },
}

/// The journal was not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be read.
    #[error("the journal cannot be read")]
    Db(#[from] DbError),
    /// The file of seals cannot be read.
    #[error("the file of seals cannot be read")]
    File(#[source] std::io::Error),
}

#[derive(sqlx::FromRow)]
struct Row {
    aggregate_id: Uuid,
    version: i64,
    event_id: Uuid,
    aggregate_kind: String,
    event_type: String,
    district: String,
    actor: Value,
    cause: Uuid,
    occurred_at: DateTime<Utc>,
    body: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    hash: Vec<u8>,
    /// Its body was taken out by a destruction (A11): the rest of it still stands in the chain.
    emptied: bool,
}

/// Checks a service's journal; `seals` is the folder the [`super::Sealer`] writes to, where it can be read. Reads one moment of the database,
/// on any connection that is in no transaction and may read the schema.
///
/// # Errors
/// When the journal cannot be read. What was tampered with is no error but part of the report.
pub async fn verify_chains(
    conn: &mut PgConnection,
    service: Service,
    seals: Option<&Path>,
) -> Result<ChainReport, VerifyError> {
    let lines = match seals {
        Some(dir) => file::read(&dir.join(format!("{service}.seals"))).await.map_err(VerifyError::File)?,
        None => Vec::new(),
    };
    let mut report = ChainReport::default();
    for statement in [
        "create temporary table if not exists sealed_row (aggregate_id uuid, version bigint, hash bytea)",
        "truncate pg_temp.sealed_row",
    ] {
        query(service.name(), statement).execute(&mut *conn).await.map_err(DbError::from)?;
    }
    let mut tx = conn.begin_with("begin isolation level repeatable read read only").await.map_err(DbError::from)?;
    match check(&mut tx, service.name(), seals.map(|_| &lines[..]), &mut report).await {
        Ok(()) => {}
        Err(Stop::Found(finding)) => report.broken.push(finding),
        Err(Stop::Failed(error)) => return Err(error.into()),
    }
    tx.rollback().await.map_err(DbError::from)?;
    Ok(report)
}

/// Why checking stopped.
enum Stop {
    Found(Finding),
    Failed(DbError),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Found(finding)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

async fn check(
    conn: &mut PgConnection,
    schema: &'static str,
    lines: Option<&[file::Line]>,
    report: &mut ChainReport,
) -> Result<(), Stop> {
    check_seals(conn, schema, lines.unwrap_or_default(), report).await?;
    query(schema, "insert into pg_temp.sealed_row select aggregate_id, version, hash from {s}.journal_unsealed")
        .execute(&mut *conn)
        .await?;
    check_rows(conn, schema, report).await?;
    compare(conn, schema).await?;
    match lines.map(|lines| lines.len() as i64) {
        Some(filed) if filed < report.seals => Err(Finding::Unfiled { seal_no: filed + 1 }.into()),
        Some(_) | None => Ok(()),
    }
}

/// Checks every seal by itself, against the one before it and against the file, and notes what it lists.
async fn check_seals(
    conn: &mut PgConnection,
    schema: &'static str,
    lines: &[file::Line],
    report: &mut ChainReport,
) -> Result<(), Stop> {
    let misplaced = (1_i64..).zip(lines).find(|(number, line)| line.seal_no != *number);
    let mut previous: Option<Vec<u8>> = None;
    let mut number = 0;
    loop {
        let statement = "select seal_no, sealed_at, count, root, previous_hash, hash, members from {s}.seal
             where seal_no > $1 order by seal_no limit 1";
        let next: Option<Seal> = query_as(schema, statement).bind(number).fetch_optional(&mut *conn).await?;
        let Some(seal) = next else { break };
        number += 1;
        if let Some((seal_no, _)) = misplaced.filter(|(seal_no, _)| *seal_no == number) {
            return Err(Finding::File { seal_no }.into());
        }
        let hashes = seal.members.chunks(MEMBER).map(|member| member.get(24..).unwrap_or_default());
        let sound = seal.seal_no == number
            && seal.previous_hash == previous
            && seal.members.len() as i64 == seal.count * MEMBER as i64
            && merkle::root(hashes)[..] == seal.root
            && seal_hash(number, seal.count, &seal.root, previous.as_deref(), &seal.members)[..] == seal.hash
            && lines.get(number as usize - 1).is_none_or(|line| *line == file::Line::from(&seal));
        if !sound {
            return Err(Finding::Seal { seal_no: number }.into());
        }
        note_members(conn, schema, &seal.members).await?;
        previous = Some(seal.hash);
        report.seals = number;
    }
    // The file knows seals that the table has lost.
    match lines.get(number as usize) {
        Some(line) => Err(Finding::Seal { seal_no: line.seal_no }.into()),
        None => Ok(()),
    }
}

async fn note_members(conn: &mut PgConnection, schema: &'static str, members: &[u8]) -> Result<(), sqlx::Error> {
    let (mut ids, mut versions, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for member in members.chunks_exact(MEMBER) {
        let (id, rest) = member.split_at(16);
        let (version, hash) = rest.split_at(8);
        ids.push(Uuid::from_slice(id).unwrap_or_default());
        versions.push(version.try_into().map_or(0, i64::from_be_bytes));
        hashes.push(hash.to_vec());
    }
    query(schema, "insert into pg_temp.sealed_row select * from unnest($1::uuid[], $2::bigint[], $3::bytea[])")
        .bind(ids)
        .bind(versions)
        .bind(hashes)
        .execute(conn)
        .await?;
    Ok(())
}

/// Every row is listed once, by a seal or as waiting for one, with the hash it has; nothing is listed that is not there.
async fn compare(conn: &mut PgConnection, schema: &'static str) -> Result<(), Stop> {
    let statement = "select aggregate_id, version, j.hash is null
         from {s}.journal j full join (
             select aggregate_id, version, min(hash::text)::bytea as hash, count(*) as times from pg_temp.sealed_row
             group by aggregate_id, version) l using (aggregate_id, version)
         where j.hash is distinct from l.hash or l.times <> 1
         order by aggregate_id, version limit 1";
    let first: Option<(Uuid, i64, bool)> = query_as(schema, statement).fetch_optional(conn).await?;
    match first {
        None => Ok(()),
        Some((aggregate_id, version, true)) => Err(Finding::Missing { aggregate_id, version }.into()),
        Some((aggregate_id, version, false)) => Err(Finding::Unsealed { aggregate_id, version }.into()),
    }
}

async fn check_rows(conn: &mut PgConnection, schema: &'static str, report: &mut ChainReport) -> Result<(), Stop> {
    let mut last: Option<(Uuid, i64, Vec<u8>)> = None;
    let statement = rows_statement(conn, schema).await?;
    loop {
        let (after_id, after_version) = last.as_ref().map_or((Uuid::nil(), -1), |(id, version, _)| (*id, *version));
        let rows: Vec<Row> =
            query_as(schema, statement).bind(after_id).bind(after_version).bind(PAGE).fetch_all(&mut *conn).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            check_row(&row, last.as_ref())?;
            last = Some((row.aggregate_id, row.version, row.hash));
            report.rows += 1;
        }
    }
}

/// How a page of rows is read: services that destroy what they hold list the journals they have emptied.
async fn rows_statement(conn: &mut PgConnection, schema: &'static str) -> Result<&'static str, sqlx::Error> {
    let empties: (bool,) = query_as(schema, "select to_regclass('{s}.emptied') is not null").fetch_one(conn).await?;
    Ok(if empties.0 {
        "select aggregate_id, version, event_id, aggregate_kind, event_type, district, actor, cause, occurred_at, body, previous_hash, hash,
             body = '' and exists (select from {s}.emptied e where e.aggregate_id = j.aggregate_id and j.version < e.before_version)
                 as emptied
         from {s}.journal j where aggregate_id >= $1 and (aggregate_id, version) > ($1, $2) order by aggregate_id, version limit $3"
    } else {
        "select aggregate_id, version, event_id, aggregate_kind, event_type, district, actor, cause, occurred_at, body, previous_hash, hash,
             false as emptied
         from {s}.journal where aggregate_id >= $1 and (aggregate_id, version) > ($1, $2) order by aggregate_id, version limit $3"
    })
}

fn check_row(row: &Row, last: Option<&(Uuid, i64, Vec<u8>)>) -> Result<(), Finding> {
    let (aggregate_id, version) = (row.aggregate_id, row.version);
    let before = last.filter(|(id, ..)| *id == aggregate_id);
    let follows = match before {
        Some((_, before, hash)) => version == before + 1 && row.previous_hash.as_ref() == Some(hash),
        None => version == 1 && row.previous_hash.is_none(),
    };
    if !follows {
        return Err(Finding::Broken { aggregate_id, version });
    }
    if row.emptied {
        return Ok(());
    }
    let hash = chain::Row {
        previous: row.previous_hash.as_deref(),
        aggregate_id,
        version,
        event_id: row.event_id,
        aggregate_kind: &row.aggregate_kind,
        event_type: &row.event_type,
        district: &row.district,
        actor: &row.actor,
        cause: row.cause,
        occurred_at: row.occurred_at,
        body: &row.body,
    }
    .hash();
    if hash[..] == row.hash { Ok(()) } else { Err(Finding::Changed { aggregate_id, version }) }
}
