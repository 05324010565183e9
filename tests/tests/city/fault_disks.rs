//! Full disks (RELIABILITY §3, 6 and 15).

use anyhow::Result;

use crate::harms::disks::Disks;
use crate::harness::{TestCity, TestCityOptions, live_through};

/// What was answered is there; what could not be stored was never answered. Rule ids: D1, O3.
#[tokio::test(flavor = "multi_thread")]
async fn fault_full_disks_lose_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    let disks = Disks::under(&mut city).await?;
    live_through("the disk of Postgres' tables is full", &mut city, async |city, dice| {
        disks.tables_full(city, dice).await
    })
    .await?;
    live_through("the disk of Postgres' log is full", &mut city, async |city, dice| disks.wal_full(city, dice).await)
        .await?;
    live_through("the disk of NATS is full", &mut city, async |city, dice| disks.nats_full(city, dice).await).await?;
    // The servers first, then what they stand on.
    drop(city);
    drop(disks);
    Ok(())
}
