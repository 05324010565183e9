//! `huiyin bench rebuild`: the ledger dropped and built again from the owners' publications; and `huiyin bench relay`: publications sent
//! from the tables to the streams.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use sqlx::{Connection as _, PgConnection, Row as _};

use super::acts::{Desks, Hand, wait};
use super::pgbench::Pgbench;
use super::progress;
use super::same_rows::{Watch, script};
use super::sheet::{Bound, Sheet};
use super::town::{Place, Town};
use crate::demo::rebuild::empty;
use crate::verify::sql;

/// How both are measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The city.
    pub place: Place,
    /// Publications to send, for the relay.
    pub events: u64,
}

const LOOK: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(3600);

/// Builds the ledger again.
pub async fn rebuild(options: &Options) -> anyhow::Result<Sheet> {
    let mut town = Town::open(&options.place).await?;
    let measured = ledger(&mut town).await;
    town.close().await?;
    measured
}

async fn ledger(town: &mut Town) -> anyhow::Result<Sheet> {
    let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
    town.start().await?;
    let (same, watch, of_each) = one_matter(town, &mut conn).await?;
    town.stop().await?;
    let pgbench = Pgbench::of(&town.servers, "ledger.sql", same, 16)?.run(5).await?;
    watch.forget(&mut conn).await?;

    let (wanted, matters) = (heads(&mut conn).await?, count(&mut conn, "ledger.matter").await?);
    ensure!(matters > 0, "the ledger is empty");
    empty(&mut conn).await?;
    let bar = progress::counted("matters", matters);
    let begun = Instant::now();
    town.start().await?;
    let starting = begun.elapsed();
    loop {
        ensure!(begun.elapsed() < PATIENCE, "the ledger was not built again within {PATIENCE:?}");
        // Rough and cheap until the last matter stands there; then exact.
        let there = estimate(&mut conn, "ledger.matter").await?;
        bar.set_position(there);
        if (there >= matters || matters < 20_000) && heads(&mut conn).await? >= wanted {
            break;
        }
        wait(LOOK).await;
    }
    let elapsed = begun.elapsed();
    bar.finish_and_clear();
    let rebuilt = count(&mut conn, "ledger.matter").await?;
    town.stop().await?;
    ensure!(rebuilt == matters, "{matters} matters before, {rebuilt} afterwards");

    let mut sheet = Sheet::new("rebuild");
    let per_second = wanted as f64 / elapsed.as_secs_f64();
    sheet.tell("matters", "matters in the ledger", matters as f64);
    sheet.tell("events", "events of all owners", wanted as f64);
    sheet.tell("seconds", "seconds, the start of the services included", elapsed.as_secs_f64());
    sheet.tell("start_seconds", "of it until all services listened", starting.as_secs_f64());
    sheet.add("per_second", "events per second", per_second, Bound::AtLeast(10_000.0));
    sheet.tell(
        "pgbench",
        "the ledger's rows of the same, a matter a transaction, pgbench, events per second",
        pgbench * of_each,
    );
    sheet.tell("ratio", "ratio", per_second / (pgbench * of_each));
    conn.close().await.context("the connection did not end well")?;
    Ok(sheet)
}

/// What one matter writes to the ledger, as one transaction, and from how many events.
async fn one_matter(town: &Town, conn: &mut PgConnection) -> anyhow::Result<(String, Watch, f64)> {
    let office = town.office().await?;
    let desks = Desks::open(town, &office, 1).await?;
    let mark = town.mark().await?;
    let lived = Hand::new(&desks).await?.live(desks.desk(0), &format!("bench-ledger-{mark}"), 0).await?;
    town.rest_since(mark).await?;
    let mut watch = Watch::new(conn, lived.petition, &["ledger"]).await?;
    watch.knows(conn, lived.case).await?;
    let seen = watch.look(conn).await?;
    let nothing = watch.nothing();
    let statement = watch.statement(&nothing, &seen, "ledger")?;
    let events = format!(
        "select coalesce(sum(sequence), 0)::float8 from ledger.inbox_head where aggregate_id in ('{}', '{}')
             or aggregate_id in (select message_id from ledger.message where petition_id = '{}')",
        lived.petition, lived.case, lived.petition
    );
    let events = sql::row(conn, events).await?.try_get(0)?;
    Ok((script(&[statement]), watch, events))
}

/// Sends publications again.
pub async fn relay(options: &Options) -> anyhow::Result<Sheet> {
    let mut town = Town::open(&options.place).await?;
    let measured = sent(options, &mut town).await;
    town.close().await?;
    measured
}

async fn sent(options: &Options, town: &mut Town) -> anyhow::Result<Sheet> {
    let mut conn = PgConnection::connect(&town.servers.admin_url()).await.context("the database lets nobody in")?;
    let columns = "aggregate_id, audience, sequence";
    let one = "with gone as (delete from casework.pending where pending_id = (select min(pending_id) from casework.pending where not_before > now())
             returning 1), new as (insert into casework.pending (aggregate_id, audience, sequence, not_before)
             values (gen_random_uuid(), 'public', 1, 'infinity')) select 1;";
    let pgbench = Pgbench::of(&town.servers, "pending.sql", one.replace('\n', " ") + "\n", 16)?.run(5).await?;
    sql::execute(&mut conn, "delete from casework.pending").await?;

    town.start().await?;
    let bar = progress::counted("events", options.events);
    sql::execute(
        &mut conn,
        format!(
            "insert into casework.pending ({columns}) select {columns} from casework.publication
             order by aggregate_id, audience, sequence limit {}",
            options.events
        ),
    )
    .await?;
    let begun = Instant::now();
    let first = count(&mut conn, "casework.pending").await?;
    ensure!(first > 0, "nothing to send: fill more matters");
    loop {
        ensure!(begun.elapsed() < PATIENCE, "not all was sent within {PATIENCE:?}");
        let left = count(&mut conn, "casework.pending").await?;
        bar.set_position(options.events.saturating_sub(left));
        if left == 0 {
            break;
        }
        wait(Duration::from_millis(50)).await;
    }
    let per_second = first as f64 / begun.elapsed().as_secs_f64();
    bar.finish_and_clear();
    town.stop().await?;
    let mut sheet = Sheet::new("relay");
    sheet.tell("events", "publications sent again", first as f64);
    sheet.add("per_second", "per second, stored in the stream and struck off", per_second, Bound::AtLeast(10_000.0));
    sheet.tell("pgbench", "one row written and one struck off, pgbench, per second", pgbench);
    sheet.tell("ratio", "ratio", per_second / pgbench);
    conn.close().await.context("the connection did not end well")?;
    Ok(sheet)
}

async fn count(conn: &mut PgConnection, table: &str) -> anyhow::Result<u64> {
    let row = sql::row(conn, format!("select count(*) from {table}")).await?;
    Ok(row.try_get::<i64, _>(0)?.try_into()?)
}

/// Rows by what was inserted since the table was emptied.
async fn estimate(conn: &mut PgConnection, table: &str) -> anyhow::Result<u64> {
    let row = sql::row(conn, format!("select pg_stat_get_live_tuples('{table}'::regclass)")).await?;
    Ok(row.try_get::<i64, _>(0)?.try_into()?)
}

/// Events that the ledger has taken up.
async fn heads(conn: &mut PgConnection) -> anyhow::Result<u64> {
    let row = sql::row(conn, "select coalesce(sum(sequence), 0)::bigint from ledger.inbox_head".to_owned()).await?;
    Ok(row.try_get::<i64, _>(0)?.try_into()?)
}
