//! Reading across schemas. These statements join the tables of several services, which no service's compile-time database
//! holds together; the demonstration and the fault tests run every one.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

pub(crate) async fn execute(conn: &mut PgConnection, statement: impl Into<String>) -> Result<(), sqlx::Error> {
    conn.execute(AssertSqlSafe(statement.into())).await.map(drop)
}

#[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
pub(crate) async fn row(conn: &mut PgConnection, statement: String) -> Result<PgRow, sqlx::Error> {
    // Persistent statements would stay behind, one per schema.
    sqlx::query(AssertSqlSafe(statement)).persistent(false).fetch_one(conn).await
}

#[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
pub(crate) async fn rows(conn: &mut PgConnection, statement: String) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement)).persistent(false).fetch_all(conn).await
}

#[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
pub(super) async fn scalar<T>(conn: &mut PgConnection, statement: &'static str) -> Result<T, sqlx::Error>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(statement).fetch_one(conn).await
}
