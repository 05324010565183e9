//! Answers given to requests with an Idempotency-Key: the same key and body get the same answer, once and for all (D2).
//!
//! Key and body are kept as digests only, so that the table holds no personal data; the answer kept must hold none either.

use sha2::{Digest, Sha256};

use crate::{
    DbError, Tx,
    sql::{query, query_as},
};

/// One request's key within its scope.
#[derive(Clone, Debug)]
pub struct Idempotency {
    scope: String,
    key_hash: [u8; 32],
    body_hash: [u8; 32],
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdempotencyHit {
    /// Never seen: carry on, and [`Idempotency::store`] the answer in the same transaction.
    Fresh,
    /// Seen and answered: give this answer again.
    Replay {
        /// HTTP status.
        status: u16,
        /// The body, verbatim.
        body: Vec<u8>,
    },
    /// The key was used for another body (HTTP 422).
    Conflict,
}

impl Idempotency {
    /// `scope` keeps keys of different districts and commands apart, such as `420102/register`.
    pub fn new(scope: impl Into<String>, key: &str, body: &[u8]) -> Self {
        Self { scope: scope.into(), key_hash: Sha256::digest(key).into(), body_hash: Sha256::digest(body).into() }
    }

    /// Looks the request up. Two equal requests at once wait for each other here until the first has committed.
    pub async fn lookup(&self, tx: &mut Tx) -> Result<IdempotencyHit, DbError> {
        query(tx.schema(), "select pg_advisory_xact_lock(hashtextextended($1 || encode($2, 'hex'), 0))")
            .bind(&self.scope)
            .bind(self.key_hash)
            .execute(&mut **tx)
            .await?;
        let statement = "select body_hash, status, response from {s}.idempotency where scope = $1 and key_hash = $2";
        let row: Option<(Vec<u8>, i32, Vec<u8>)> =
            query_as(tx.schema(), statement).bind(&self.scope).bind(self.key_hash).fetch_optional(&mut **tx).await?;
        Ok(match row {
            None => IdempotencyHit::Fresh,
            Some((body_hash, status, body)) if body_hash == self.body_hash => {
                IdempotencyHit::Replay { status: u16::try_from(status).unwrap_or(200), body }
            }
            Some(_) => IdempotencyHit::Conflict,
        })
    }

    /// Keeps the answer, in the transaction that did the work.
    pub async fn store(&self, tx: &mut Tx, status: u16, body: &[u8]) -> Result<(), DbError> {
        let statement =
            "insert into {s}.idempotency (scope, key_hash, body_hash, status, response) values ($1, $2, $3, $4, $5)";
        query(tx.schema(), statement)
            .bind(&self.scope)
            .bind(self.key_hash)
            .bind(self.body_hash)
            .bind(i32::from(status))
            .bind(body)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }
}
