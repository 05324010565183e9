//! The ledger dropped and built again: everything it knows is emptied, and the repair road brings it back from the owners'
//! publications. Afterwards it must equal what it was, row by row.

use std::time::Duration;

use anyhow::{Context, ensure};
use sqlx::{Connection as _, PgConnection, Row as _};

use crate::verify::{self, sql};

/// The ledger's own tables: what is left when the journal's and the timers' are taken away.
const TABLES: &str = "select tablename from pg_tables where schemaname = 'ledger'
    and tablename !~ '^(journal|publication|seal|pending|inbox|repair|rebuild|stream|incarnation|operator|idempotency|timer|_sqlx)' order by 1";

/// True when the ledger built again equals what it was.
pub(crate) async fn rebuild(admin_url: &str, patience: Duration) -> anyhow::Result<bool> {
    let mut conn = PgConnection::connect(admin_url).await.context("the ledger cannot be emptied")?;
    let tables = tables(&mut conn).await?;
    let before = digests(&mut conn, &tables).await?;
    ensure!(before.iter().any(|(_, rows, _)| *rows > 0), "the ledger is empty");
    empty(&mut conn).await?;
    ensure!(verify::rests(admin_url, patience).await?, "the ledger was not built again within {patience:?}");
    Ok(digests(&mut conn, &tables).await? == before)
}

async fn tables(conn: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    Ok(sql::rows(conn, TABLES.to_owned()).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// Empties the ledger, and lets it forget what it has heard.
pub(crate) async fn empty(conn: &mut PgConnection) -> anyhow::Result<()> {
    let all: Vec<String> = tables(conn).await?.iter().map(|table| format!("ledger.{table}")).collect();
    // One message, so one transaction: no consumer sees half of it.
    let empty = format!(
        "truncate {}; delete from ledger.inbox_head; delete from ledger.repair_mark; delete from ledger.inbox_waiting",
        all.join(", ")
    );
    sql::execute(conn, empty).await.context("the ledger cannot be emptied")
}

/// Table, number of rows, digest over all of them in an order of their own.
async fn digests(conn: &mut PgConnection, tables: &[String]) -> anyhow::Result<Vec<(String, i64, String)>> {
    let mut digests = Vec::with_capacity(tables.len());
    for table in tables {
        let statement = format!(
            "select count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from ledger.{table} t"
        );
        let row = sql::row(conn, statement).await?;
        digests.push((table.clone(), row.try_get(0)?, row.try_get(1)?));
    }
    Ok(digests)
}
