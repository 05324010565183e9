//! Wrong passwords of the last minutes.

use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use sqlx::PgConnection;

/// How often a login was tried in vain.
#[derive(Clone, Copy, Debug)]
pub struct Failures {
    /// From this address.
    pub here: i64,
    /// From anywhere.
    pub anywhere: i64,
}

/// Counts the failures since `since`.
pub async fn count(
    conn: &mut PgConnection,
    login: &[u8],
    address: &[u8],
    since: DateTime<Utc>,
) -> Result<Failures, DbError> {
    let counted = sqlx::query_as!(
        Failures,
        r#"select count(*) filter (where address_digest = $2) as "here!", count(*) as "anywhere!"
           from directory.sign_in_failure where login_digest = $1 and failed_at > $3"#,
        login,
        address,
        since
    );
    Ok(counted.fetch_one(conn).await?)
}

/// Notes a failure.
pub async fn add(tx: &mut PgConnection, login: &[u8], address: &[u8], now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into directory.sign_in_failure (login_digest, address_digest, failed_at) values ($1, $2, $3)",
        login,
        address,
        now
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets the failures before `before`.
pub async fn forget(tx: &mut PgConnection, before: DateTime<Utc>) -> Result<u64, DbError> {
    let done = sqlx::query!("delete from directory.sign_in_failure where failed_at < $1", before);
    Ok(done.execute(tx).await?.rows_affected())
}
