use std::collections::BTreeSet;

use huiyin_journal::DbError;
use sqlx::PgConnection;

/// One request's key: its scope and the hash of the key within it.
pub type Key = (String, [u8; 32]);

/// What is kept of one answered request.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Which request.
    pub key: Key,
    /// MAC of its body.
    pub body_mac: Vec<u8>,
    /// What was answered, without the query code.
    pub response: Vec<u8>,
}

/// Inserts keys, sorted by the caller, and gives back those that were new. A key another transaction is inserting is waited
/// for.
pub async fn insert(conn: &mut PgConnection, kept: &[Kept]) -> Result<BTreeSet<Key>, DbError> {
    let scopes: Vec<String> = kept.iter().map(|k| k.key.0.clone()).collect();
    let hashes: Vec<Vec<u8>> = kept.iter().map(|k| k.key.1.to_vec()).collect();
    let macs: Vec<Vec<u8>> = kept.iter().map(|k| k.body_mac.clone()).collect();
    let responses: Vec<Vec<u8>> = kept.iter().map(|k| k.response.clone()).collect();
    let rows = sqlx::query!(
        r#"insert into intake.idempotency (scope, key_hash, body_hash, status, response)
           select scope, key_hash, body_hash, 201, response
           from unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) r(scope, key_hash, body_hash, response)
           on conflict (scope, key_hash) do nothing
           returning scope, key_hash"#,
        &scopes,
        &hashes,
        &macs,
        &responses,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((row.scope, digest(&row.key_hash)?))).collect()
}

/// What was answered to these keys before.
pub async fn find(conn: &mut PgConnection, keys: &[Key]) -> Result<Vec<Kept>, DbError> {
    let scopes: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
    let hashes: Vec<Vec<u8>> = keys.iter().map(|key| key.1.to_vec()).collect();
    let rows = sqlx::query!(
        r#"select i.scope, i.key_hash, i.body_hash, i.response
           from unnest($1::text[], $2::bytea[]) r(scope, key_hash)
           join intake.idempotency i on i.scope = r.scope and i.key_hash = r.key_hash"#,
        &scopes,
        &hashes,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Kept { key: (row.scope, digest(&row.key_hash)?), body_mac: row.body_hash, response: row.response })
        })
        .collect()
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], DbError> {
    bytes.try_into().map_err(|_| DbError::Unreadable("an idempotency key".to_owned()))
}
