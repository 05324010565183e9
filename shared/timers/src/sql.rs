//! SQL with the schema written in: `{s}` becomes the service's schema, a name from a closed list. The table is the same in every
//! service, so the statements cannot be checked against one of them when compiled; the tests run every one.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{AssertSqlSafe, FromRow, Postgres};

#[expect(clippy::disallowed_methods, reason = "one statement for seven schemas")]
pub(crate) fn query(schema: &'static str, template: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(template.replace("{s}", schema)))
}

#[expect(clippy::disallowed_methods, reason = "one statement for seven schemas")]
pub(crate) fn query_as<T>(schema: &'static str, template: &str) -> QueryAs<'static, Postgres, T, PgArguments>
where
    T: for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_as(AssertSqlSafe(template.replace("{s}", schema)))
}

#[expect(clippy::disallowed_methods, reason = "one statement for seven schemas")]
pub(crate) fn query_scalar<T>(schema: &'static str, template: &str) -> QueryScalar<'static, Postgres, T, PgArguments>
where
    (T,): for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_scalar(AssertSqlSafe(template.replace("{s}", schema)))
}
