use huiyin_journal::DbError;
use sqlx::PgConnection;

/// Takes `wanted` serial numbers of a year. They are spent even if the transaction is rolled back.
pub async fn take(conn: &mut PgConnection, year: i32, wanted: i32) -> Result<Vec<u32>, DbError> {
    let serials =
        sqlx::query_scalar!(r#"select intake.take_serials($1, $2) as "serial!""#, year, wanted).fetch_all(conn).await?;
    serials
        .into_iter()
        .map(|serial| u32::try_from(serial).map_err(|_| DbError::Unreadable("a serial number".to_owned())))
        .collect()
}
