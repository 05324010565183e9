//! The packs that cases began with, word for word.

use huiyin_journal::{DbError, Tx};
use huiyin_policy::Policy;
use sqlx::PgConnection;

/// Keeps a pack for ever.
pub(crate) async fn keep(tx: &mut Tx, policy: &Policy) -> Result<(), DbError> {
    sqlx::query!(
        "insert into casework.policy_pack (policy_hash, pack, canonical) values ($1, $2, $3)
         on conflict (policy_hash) do nothing",
        policy.version_hash(),
        policy.id(),
        policy.canonical(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The bytes of a kept pack.
pub(crate) async fn find(conn: &mut PgConnection, policy_hash: &str) -> Result<Option<Vec<u8>>, DbError> {
    let query = sqlx::query_scalar!("select canonical from casework.policy_pack where policy_hash = $1", policy_hash);
    Ok(query.fetch_optional(conn).await?)
}
