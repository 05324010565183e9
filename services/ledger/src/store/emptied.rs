//! Emptying the ledger.

use sqlx::PgConnection;

/// Removes every row that events have written.
pub(crate) async fn empty(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with m as (delete from ledger.matter), v as (delete from ledger.visit), s as (delete from ledger.session),
             n as (delete from ledger.message), d as (delete from ledger.district), u as (delete from ledger.unit), r as (delete from ledger.review)
         delete from ledger.staff"
    )
    .execute(conn)
    .await?;
    Ok(())
}
