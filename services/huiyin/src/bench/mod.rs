//! How fast the work is done on this machine, and against the database it stands on.
//!
//! The measure is not a number per second, which tells of the machine, but its ratio to `pgbench` committing the very same rows on the same
//! Postgres in the same minute: what is left for the city after HTTP, checks, decisions, encryption and events are paid for. The statements that
//! pgbench runs are taken from rows the services have just stored, whatever the migrations say today.

mod acts;
mod bodies;
pub mod burst;
mod client;
mod explain;
mod fill;
mod intake;
pub mod latency;
pub mod lifecycle;
pub mod list;
mod pgbench;
mod progress;
pub mod rebuild;
pub mod reckon;
mod report;
mod rows;
mod same_rows;
mod sheet;
pub mod timers;
mod town;
mod wire;

use std::path::Path;

use anyhow::Context;

pub use fill::{Filled, Mix};
pub use intake::{Options, intake};
pub use report::Report;
pub use sheet::Sheet;
pub use town::Place;

fn erase(dir: &Path) -> anyhow::Result<()> {
    if dir.exists() {
        huiyin_embedded::erase(&dir.join("postgres")).context("the data of an earlier measurement")?;
        std::fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// Makes a city of so many matters; checks its invariants when asked to.
pub async fn make(place: &Place, check: bool) -> anyhow::Result<(Option<Filled>, Option<crate::verify::Report>)> {
    let town = town::Town::open(place).await?;
    let report = if check { Some(town.verify().await) } else { None };
    let filled = town.filled;
    town.close().await?;
    Ok((filled, report.transpose()?))
}
