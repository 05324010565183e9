//! Sealing the journal: what shows that rows were changed, removed, or cut off at the end (S6).
//!
//! Rows no seal lists stand in `journal_unsealed`. Each hour a seal removes from there exactly what it lists, so a transaction that
//! commits late is listed by the next one. A seal holds the Merkle root of its members' hashes, is chained to the one before, and is written to a
//! file as well: whoever rewrites the tables must rewrite the file too, which an operator keeps elsewhere.

mod file;
mod merkle;
mod verify;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use verify::{ChainReport, Finding, VerifyError, verify_chains};

use crate::chain::Hash;
use crate::pauses::wait;
use crate::sql::{query, query_as};
use crate::{Db, DbError};

const EVERY: Duration = Duration::from_hours(1);
/// Most rows in one seal; more become several seals.
const MOST_ROWS: i64 = 20_000;
/// Answers to requests are kept this long for repetitions.
const IDEMPOTENCY_DAYS: i32 = 30;

/// A seal as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Seal {
    /// From 1, gapless.
    pub seal_no: i64,
    /// Database time.
    pub sealed_at: DateTime<Utc>,
    /// Rows listed.
    pub count: i64,
    /// Merkle root over the members' hashes, in order of aggregate and version.
    pub root: Vec<u8>,
    /// The hash of the seal before.
    pub previous_hash: Option<Vec<u8>>,
    /// Over all of the above but the time.
    pub hash: Vec<u8>,
    /// 56 bytes each: aggregate, version, hash.
    pub members: Vec<u8>,
}

/// The journal was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database failed.
    #[error("the journal cannot be sealed")]
    Db(#[from] DbError),
    /// The seal stands in the table but not in the file; it is written there next time.
    #[error("the seal cannot be written to {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Seals one service's journal.
#[derive(Clone, Debug)]
pub struct Sealer {
    db: Db,
    path: PathBuf,
}

impl Sealer {
    /// `db` is the worker's login; seals are also written to `<dir>/<service>.seals`.
    pub fn new(db: Db, dir: impl Into<PathBuf>) -> Self {
        let path = dir.into().join(format!("{}.seals", db.service()));
        Self { db, path }
    }

    /// Seals every hour until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.seal_all().await {
                tracing::error!(alarm = true, service = %self.db.service(), error = &error as &dyn std::error::Error, "sealing failed");
                metrics::counter!("huiyin_seal_failures_total", "service" => self.db.service().name()).increment(1);
            }
            if !wait(&stop, EVERY, None, None).await {
                break;
            }
        }
    }

    /// Seals until nothing is unsealed, and forgets old idempotency keys.
    pub async fn seal_all(&self) -> Result<usize, SealError> {
        let mut sealed = 0;
        while self.step().await?.is_some() {
            sealed += 1;
        }
        self.forget_old_answers().await?;
        Ok(sealed)
    }

    /// Makes one seal of what is unsealed, if anything is, and writes to the file what is not there yet.
    pub async fn step(&self) -> Result<Option<i64>, SealError> {
        let made = self.seal().await?;
        file::catch_up(&self.db, &self.path).await?;
        Ok(made)
    }

    async fn seal(&self) -> Result<Option<i64>, DbError> {
        let schema = self.db.schema();
        let mut tx = self.db.begin().await?;
        query(schema, "select pg_advisory_xact_lock(hashtextextended('huiyin.seal.{s}', 0))").execute(&mut *tx).await?;
        let mut rows: Vec<(Uuid, i64, Vec<u8>)> = query_as(
            schema,
            "delete from {s}.journal_unsealed where (aggregate_id, version) in
                 (select aggregate_id, version from {s}.journal_unsealed order by aggregate_id, version limit $1)
             returning aggregate_id, version, hash",
        )
        .bind(MOST_ROWS)
        .fetch_all(&mut *tx)
        .await?;
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(None);
        }
        rows.sort_unstable();
        let last: Option<(i64, Vec<u8>)> =
            query_as(schema, "select seal_no, hash from {s}.seal order by seal_no desc limit 1")
                .fetch_optional(&mut *tx)
                .await?;
        let (number, previous) = last.map_or((1, None), |(number, hash)| (number + 1, Some(hash)));
        let mut members = Vec::with_capacity(rows.len() * MEMBER);
        for (aggregate_id, version, hash) in &rows {
            members.extend_from_slice(aggregate_id.as_bytes());
            members.extend_from_slice(&version.to_be_bytes());
            members.extend_from_slice(hash);
        }
        let root = merkle::root(rows.iter().map(|row| row.2.as_slice()));
        let hash = seal_hash(number, rows.len() as i64, &root, previous.as_deref(), &members);
        query(
            schema,
            "insert into {s}.seal (seal_no, count, root, previous_hash, hash, members) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(number)
        .bind(rows.len() as i64)
        .bind(root)
        .bind(previous)
        .bind(hash)
        .bind(members)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Some(number))
    }

    async fn forget_old_answers(&self) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let statement =
            "delete from {s}.idempotency where (scope, key_hash) in (select scope, key_hash from {s}.idempotency
             where created_at < now() - make_interval(days => $1) order by created_at limit 10000)";
        query(self.db.schema(), statement).bind(IDEMPOTENCY_DAYS).execute(&mut *tx).await?;
        tx.commit().await
    }
}

/// Bytes of one member.
const MEMBER: usize = 56;

fn seal_hash(number: i64, count: i64, root: &[u8], previous: Option<&[u8]>, members: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"huiyin.seal.1");
    hash.update(number.to_be_bytes());
    hash.update(count.to_be_bytes());
    hash.update(root);
    hash.update(previous.unwrap_or_default());
    hash.update(Sha256::digest(members));
    hash.finalize().into()
}
