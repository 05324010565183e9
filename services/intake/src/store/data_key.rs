use huiyin_journal::DbError;
use sqlx::PgConnection;
use uuid::Uuid;

/// A wrapped key and the petition it belongs to; the key is absent once destroyed.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// Which key.
    pub key_id: Uuid,
    /// Wrapped.
    pub wrapped: Option<Vec<u8>>,
}

/// Finds keys.
pub async fn find(conn: &mut PgConnection, key_ids: &[Uuid]) -> Result<Vec<StoredKey>, DbError> {
    let rows =
        sqlx::query_as!(StoredKey, "select key_id, wrapped from intake.data_key where key_id = any($1)", key_ids);
    Ok(rows.fetch_all(conn).await?)
}

/// Some keys not wrapped under the present key-encryption key, whose first bytes are `kek`; locked.
pub async fn lock_outdated(conn: &mut PgConnection, kek: &[u8], most: i64) -> Result<Vec<StoredKey>, DbError> {
    let rows = sqlx::query_as!(
        StoredKey,
        "select key_id, wrapped from intake.data_key
         where wrapped is not null and substring(wrapped from 1 for 8) <> $1
         order by key_id limit $2 for update skip locked",
        kek,
        most,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Stores keys wrapped anew.
pub async fn save(conn: &mut PgConnection, keys: &[(Uuid, Vec<u8>)]) -> Result<(), DbError> {
    let (ids, wrapped): (Vec<Uuid>, Vec<Vec<u8>>) = keys.iter().cloned().unzip();
    sqlx::query!(
        "update intake.data_key k set wrapped = r.wrapped
         from unnest($1::uuid[], $2::bytea[]) r(key_id, wrapped) where k.key_id = r.key_id",
        &ids,
        &wrapped,
    )
    .execute(conn)
    .await?;
    Ok(())
}
