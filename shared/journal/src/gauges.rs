//! The state of the database itself, for metrics.

use crate::sql::{query_as, query_scalar};
use crate::{Db, DbError};

/// Tables that are written and emptied all the time: where dead rows are felt first.
const HOT: [&str; 6] = ["pending", "inbox_head", "inbox_waiting", "journal_unsealed", "idempotency", "timer"];

/// Tells the metrics how old the oldest open transaction is (O12), how many dead rows the hot tables carry, and since when nothing
/// was sealed. `db` is the worker's login.
pub async fn measure_database(db: &Db) -> Result<(), DbError> {
    let service = db.service().name();
    let mut tx = db.read().await?;
    // Made by `huiyin migrate`: only an administrator sees other logins' sessions.
    let oldest: f64 = query_scalar(db.schema(), "select {s}.oldest_transaction_seconds()").fetch_one(&mut *tx).await?;
    metrics::gauge!("huiyin_database_oldest_transaction_seconds", "service" => service).set(oldest);
    let dead: Vec<(String, i64)> = query_as(
        db.schema(),
        "select relname::text, n_dead_tup from pg_stat_all_tables where schemaname = $1 and relname = any($2)",
    )
    .bind(db.schema())
    .bind(HOT.map(str::to_owned).to_vec())
    .fetch_all(&mut *tx)
    .await?;
    for (table, rows) in dead {
        metrics::gauge!("huiyin_database_dead_rows", "service" => service, "table" => table).set(rows as f64);
    }
    let unsealed: f64 = query_scalar(
        db.schema(),
        "select case when exists (select from {s}.journal_unsealed)
             then extract(epoch from clock_timestamp() - coalesce(
                 (select sealed_at from {s}.seal order by seal_no desc limit 1), pg_postmaster_start_time()))::float8
             else 0 end",
    )
    .fetch_one(&mut *tx)
    .await?;
    metrics::gauge!("huiyin_seal_age_seconds", "service" => service).set(unsealed.max(0.0));
    Ok(())
}
