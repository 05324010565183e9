//! How late the timers of a service are (T8).

use chrono::{DateTime, Utc};
use huiyin_journal::{Db, DbError};

use crate::sql::query_as;

/// How many timers are overdue at `at` (the database's time when none is given), and by how many seconds the first one.
pub async fn overdue(db: &Db, at: Option<DateTime<Utc>>) -> Result<(i64, f64), DbError> {
    let mut tx = db.read().await?;
    // `now()`, not `clock_timestamp()`: what may differ from row to row bounds no index, and every armed timer would be read.
    let statement = "select count(*), coalesce(extract(epoch from max(coalesce($1, now()) - due_at)), 0)::float8
         from {s}.timer where state = 'armed' and due_at <= coalesce($1, now())";
    Ok(query_as(db.schema(), statement).bind(at).fetch_one(&mut *tx).await?)
}
