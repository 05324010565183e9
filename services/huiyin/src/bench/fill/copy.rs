//! Parallel streams into the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use indicatif::ProgressBar;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;

use super::catalogue::Table;
use super::pattern::Pattern;
use super::sealed::Keys;
use super::writer::Buffers;
use super::{Mix, Numbers, RECENT, YEAR};
use crate::bench::progress;

/// Matters of one transaction.
const TOGETHER: u64 = 500;

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) tables: Vec<Table>,
    pub(super) closed: Vec<Pattern>,
    pub(super) open: Vec<Pattern>,
    pub(super) mix: Mix,
    pub(super) matters: u64,
    pub(super) numbers: Numbers,
    pub(super) keys: Keys,
}

impl Plan {
    /// The pattern of a matter, and how many days before the pattern it was handed in. The oldest come first, as in life.
    fn of(&self, ordinal: u64) -> (&Pattern, i64) {
        let is_open = self.mix == Mix::Open || ordinal.is_multiple_of(5);
        let of = if is_open { &self.open } else { &self.closed };
        let reach = if is_open { RECENT } else { YEAR };
        let days = reach - ordinal * reach / self.matters;
        // Every pattern as often as every other, in no rhythm with the day.
        let pattern = &of[(ordinal.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % of.len()];
        (pattern, days as i64)
    }
}

/// Writes them all; gives the number of rows.
pub(super) async fn run(admin_url: &str, plan: Plan) -> anyhow::Result<u64> {
    let bar = progress::counted("matters", plan.matters);
    let plan = Arc::new(plan);
    let next = Arc::new(AtomicU64::new(0));
    // One more than there are processors: while one stream waits for the disk the others go on.
    let streams = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    let mut tasks = JoinSet::new();
    for _ in 0..streams {
        tasks.spawn(stream(admin_url.to_owned(), Arc::clone(&plan), Arc::clone(&next), bar.clone()));
    }
    let mut rows = 0;
    while let Some(ended) = tasks.join_next().await {
        rows += ended.context("a stream's task")??;
    }
    bar.finish_and_clear();
    Ok(rows)
}

async fn stream(admin_url: String, plan: Arc<Plan>, next: Arc<AtomicU64>, bar: ProgressBar) -> anyhow::Result<u64> {
    let mut conn = PgConnection::connect(&admin_url).await.context("the database lets nobody in")?;
    // The rows are whole: their references need not be looked up one by one.
    conn.execute("set session_replication_role = replica; set synchronous_commit = off").await?;
    let mut rows = 0;
    loop {
        let first = next.fetch_add(TOGETHER, Ordering::Relaxed);
        let end = (first + TOGETHER).min(plan.matters);
        if first >= end {
            break;
        }
        let mut buffers = Buffers::new(plan.tables.len());
        for ordinal in first..end {
            let (pattern, days_ago) = plan.of(ordinal);
            buffers.add(pattern, &plan.keys, plan.numbers, ordinal, days_ago)?;
        }
        rows += buffers.rows;
        conn.execute("begin").await?;
        for (table, lines) in plan.tables.iter().zip(buffers.tables).filter(|(_, lines)| !lines.is_empty()) {
            let statement = format!("copy {} ({}) from stdin", table.path(), table.names());
            let mut copy = conn.copy_in_raw(&statement).await.with_context(|| statement.clone())?;
            copy.send(lines).await.with_context(|| statement.clone())?;
            copy.finish().await.with_context(|| statement.clone())?;
        }
        conn.execute(AssertSqlSafe("commit")).await?;
        bar.inc(end - first);
    }
    conn.close().await.context("the connection did not end well")?;
    Ok(rows)
}
