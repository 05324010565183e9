//! `huiyin bench fill N`: a city of N matters in minutes.
//!
//! A few dozen matters are handled through the interfaces, by all services, until nothing is under way. Then every row that belongs to one
//! of them, in whatever schema, is taken as a pattern: ids, numbers, days, hashes, digests and sealed fields become blanks. Each further matter
//! is one filled-in pattern, written by COPY in parallel streams. So the tables, columns and sizes are whatever the services
//! really write today, and what `huiyin verify` looks at holds: chains hash, heads stand where the publications end, every running clock
//! has its timers, sealed fields open under a key of their own.

mod blanks;
mod catalogue;
mod copy;
mod pattern;
mod sealed;
mod writer;

use std::fmt;
use std::time::Instant;

use anyhow::{Context, ensure};
use huiyin_journal::{Db, PoolOptions, Sealer};
use huiyin_kernel::{BusinessClock, Service};
use huiyin_settings::{Login, LoginKind};
use sqlx::{Connection as _, PgConnection};

pub(super) use self::catalogue::{Table, tables};
use self::pattern::{Pattern, patterns};
use self::sealed::Keys;
use super::progress;
use crate::local::LocalServers;
use crate::verify::{keepers, sql};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filled {
    /// Matters written.
    pub matters: u64,
    /// From how many patterns.
    pub patterns: usize,
    /// Rows in all schemas together.
    pub rows: u64,
    /// Timers armed in casework.
    pub armed: i64,
    /// Copying alone.
    pub copy_seconds: f64,
    /// Sealing, vacuuming and analysing.
    pub settle_seconds: f64,
}

impl fmt::Display for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = self.matters as f64 / self.copy_seconds;
        writeln!(f, "{:<44}{:>12}   (from {} patterns)", "matters written", self.matters, self.patterns)?;
        writeln!(f, "{:<44}{:>12}", "rows", self.rows)?;
        writeln!(f, "{:<44}{:>12}", "timers armed in casework", self.armed)?;
        writeln!(f, "{:<44}{:>12.1}   ({per_second:.0} matters per second)", "seconds of copying", self.copy_seconds)?;
        writeln!(f, "{:<44}{:>12.1}", "seconds of sealing and vacuuming", self.settle_seconds)
    }
}

/// Which matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Mix {
    /// Four of five closed, as after some years.
    #[default]
    Years,
    /// All under way, each with its armed timers.
    Open,
}

/// How far back the closed matters reach.
const YEAR: u64 = 300;
/// Open ones are younger than every warning of theirs.
const RECENT: u64 = 4;

/// Writes `matters` more matters. No service may run.
pub(super) async fn fill(servers: &LocalServers, matters: u64, mix: Mix) -> anyhow::Result<Filled> {
    let admin = servers.admin_url();
    let keys = Keys::of(&servers.settings)?;
    let mut conn = PgConnection::connect(&admin).await.context("the database lets nobody in")?;
    let tables = tables(&mut conn, false).await?;
    let all = patterns(&mut conn, &tables, &keys).await?;
    let (closed, open): (Vec<Pattern>, Vec<Pattern>) = all.into_iter().partition(|pattern| pattern.is_closed);
    ensure!(!open.is_empty() && !closed.is_empty(), "the city has no matters to take as patterns");
    let numbers = reserve_numbers(&mut conn, matters).await?;
    let patterns = closed.len() + open.len();
    let plan = copy::Plan { tables, closed, open, mix, matters, numbers, keys };

    let begun = Instant::now();
    let rows = copy::run(&admin, plan).await?;
    let copy_seconds = begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    settle(servers, &mut conn).await?;
    let armed = sql::row(&mut conn, "select count(*) from casework.timer where state = 'armed'".to_owned()).await?;
    let armed = sqlx::Row::try_get(&armed, 0)?;
    conn.close().await.context("the connection did not end well")?;
    Ok(Filled { matters, patterns, rows, armed, copy_seconds, settle_seconds: begun.elapsed().as_secs_f64() })
}

/// Serial numbers nobody else takes.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    year: i32,
    /// The last one taken before.
    before: u32,
}

async fn reserve_numbers(conn: &mut PgConnection, wanted: u64) -> anyhow::Result<Numbers> {
    let year = chrono::Datelike::year(&BusinessClock::System.now());
    let sequence = format!("intake.petition_serial_{year}");
    let row = sql::row(conn, format!("select nextval('{sequence}')")).await.context("petition numbers")?;
    let before: i64 = sqlx::Row::try_get(&row, 0)?;
    sql::row(conn, format!("select setval('{sequence}', {})", before + i64::try_from(wanted)?)).await?;
    Ok(Numbers { year, before: u32::try_from(before)? })
}

/// As after a quiet night: sealed, vacuumed, and every follower has compared itself with every owner.
async fn settle(servers: &LocalServers, conn: &mut PgConnection) -> anyhow::Result<()> {
    let bar = progress::steps("settling", keepers().count() as u64);
    for service in keepers() {
        sql::execute(
            conn,
            format!(
                "update {service}.repair_mark set token = pg_snapshot_xmin(pg_current_snapshot())::text,
                     marked_at = clock_timestamp()"
            ),
        )
        .await?;
        seal(servers, service).await?;
        let tables =
            "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables where schemaname = ";
        let row = sql::row(conn, format!("{tables}'{service}'")).await?;
        let tables: String = sqlx::Row::try_get(&row, 0)?;
        // Not in a transaction: vacuum never is.
        sql::execute(conn, format!("vacuum (analyze) {tables}")).await.context("vacuum")?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    sql::execute(conn, "checkpoint").await?;
    Ok(())
}

async fn seal(servers: &LocalServers, service: Service) -> anyhow::Result<()> {
    let url = servers.settings.database_url(Login::new(service, LoginKind::Worker))?;
    let db = Db::connect(url.expose(), service, PoolOptions { max: 2, ..PoolOptions::default() }).await?;
    Sealer::new(db.clone(), &servers.settings.files.seals).seal_all().await?;
    db.close().await;
    Ok(())
}
