//! The rows of a petition as one SQL statement, taken from a petition that intake has just stored: the same tables, columns and
//! sizes, whatever the migrations say today. Only what must differ from petition to petition differs.

use anyhow::{Context, ensure};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use uuid::Uuid;

/// Each table of a registration, where its rows can still be read when the relay and the seal have been there, and the column that
/// leads to the petition's.
const TABLES: [(&str, &str, &str); 9] = [
    ("idempotency", "idempotency", "convert_from(response, 'UTF8')::jsonb ->> 'petition_id' ="),
    ("data_key", "data_key", "petition_id::text ="),
    ("petition", "petition", "petition_id::text ="),
    ("petitioner", "petitioner", "petition_id::text ="),
    ("journal", "journal", "aggregate_id::text ="),
    ("journal_unsealed", "journal", "aggregate_id::text ="),
    ("publication", "publication", "aggregate_id::text ="),
    ("pending", "publication", "aggregate_id::text ="),
    ("timer", "timer", "aggregate_id::text ="),
];

/// What a column is filled with anew for each petition.
fn fresh(table: &str, column: &str) -> Option<&'static str> {
    match (table, column) {
        (_, "petition_id" | "aggregate_id") => Some("n.id"),
        (_, "key_id") => Some("n.key_id"),
        (_, "event_id") => Some("n.event_id"),
        (_, "cause") => Some("n.cause"),
        ("timer", "timer_id") => Some("n.timer_id"),
        ("idempotency", "key_hash") => Some("uuid_send(n.id) || uuid_send(n.cause)"),
        ("petition", "number") => Some("'HY-' || n.serial"),
        _ => None,
    }
}

/// One statement that stores a petition like the median of those stored.
pub(super) async fn one_petition(admin_url: &str) -> anyhow::Result<String> {
    let mut conn = PgConnection::connect(admin_url).await.context("the database lets nobody in")?;
    let median = scalar(
        &mut conn,
        "select petition_id::text from (select petition_id, pg_column_size(p.*) + pg_column_size(q.*) size
             from intake.petition p join intake.petitioner q using (petition_id)) s
         order by size, petition_id limit 1 offset (select count(*) / 2 from intake.petition)",
    );
    let median: Uuid = median.await.context("no petition to measure by")?.parse()?;
    let first = |byte: usize| median.to_string()[..byte].to_owned();
    // All ids begin with the same instant and go on at random, as those of one millisecond of intake do.
    let id = format!("('{}' || substr(gen_random_uuid()::text, 14))::uuid", first(13));
    let year = scalar(&mut conn, "select extract(year from now())::int::text").await?;
    let mut statement = format!(
        "with n as materialized (select {id} id, {id} key_id, {id} event_id, {id} cause, {id} timer_id,
         nextval('intake.petition_serial_{year}') serial)"
    );
    for (number, (table, source, condition)) in TABLES.into_iter().enumerate() {
        let insert = insert(&mut conn, table, source, &format!("{condition} '{median}'")).await?;
        statement.push_str(&format!(", t{number} as ({insert})"));
    }
    conn.close().await.context("the connection did not end well")?;
    statement.push_str(" select serial from n;");
    Ok(statement.replace('\n', " "))
}

/// Inserts rows like the petition's rows in this table. Columns the database fills by itself are left to it.
async fn insert(conn: &mut PgConnection, table: &str, source: &str, condition: &str) -> anyhow::Result<String> {
    let columns = rows(
        conn,
        format!(
            "select quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) from pg_attribute a
             where a.attrelid = 'intake.{table}'::regclass and a.attnum > 0 and not a.attisdropped
                 and not a.atthasdef and a.attidentity = '' order by a.attnum"
        ),
    )
    .await?;
    let columns: Vec<(String, String)> =
        columns.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, sqlx::Error>>()?;
    let values: Vec<String> = columns
        .iter()
        .map(|(name, kind)| match fresh(table, name) {
            Some(_) => "''".to_owned(), // never looked at
            None => format!("quote_nullable({name}::text) || '::{kind}'"),
        })
        .collect();
    let fresh_ones: Vec<Option<&str>> = columns.iter().map(|(name, _)| fresh(table, name)).collect();
    let found =
        rows(conn, format!("select array[{}] from intake.{source} where {condition}", values.join(", "))).await?;
    ensure!(!found.is_empty(), "a registration wrote nothing to intake.{table}");
    let mut selects = Vec::new();
    for row in &found {
        let values: Vec<String> = row.try_get(0)?;
        let list = values.into_iter().zip(&fresh_ones).map(|(value, fresh)| fresh.map_or(value, str::to_owned));
        selects.push(format!("select {} from n", list.collect::<Vec<_>>().join(", ")));
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    Ok(format!("insert into intake.{table} ({}) {}", names.join(", "), selects.join(" union all ")))
}

/// Between two measurements: nothing left to publish, nothing left to write back.
pub(super) async fn rest(admin_url: &str) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(admin_url).await.context("the database lets nobody in")?;
    conn.execute("delete from intake.pending").await.context("publications of the measurement")?;
    conn.execute("checkpoint").await.context("a checkpoint")?;
    conn.close().await.context("the connection did not end well")
}

#[expect(clippy::disallowed_methods, reason = "asks the catalogue; the tables are whatever the migrations made")]
async fn rows(conn: &mut PgConnection, statement: String) -> anyhow::Result<Vec<sqlx::postgres::PgRow>> {
    Ok(sqlx::query(AssertSqlSafe(statement)).persistent(false).fetch_all(conn).await?)
}

#[expect(clippy::disallowed_methods, reason = "asks the catalogue; the tables are whatever the migrations made")]
async fn scalar(conn: &mut PgConnection, statement: &'static str) -> anyhow::Result<String> {
    Ok(sqlx::query_scalar(statement).fetch_one(conn).await?)
}
