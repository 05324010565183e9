//! NATS killed, emptied, away: the journals are the record, NATS is only the fast road (D-2; RELIABILITY §0, §3).

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::harness::{TestCity, TestCityOptions, live_through, pause};

/// Rule ids: O3, O5, I1, N7 (fault 9).
#[tokio::test(flavor = "multi_thread")]
async fn fault_nats_killed_under_load_loses_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of NATS", &mut city, async |city, dice| {
        city.servers.nats.kill().await?;
        pause(dice.up_to(Duration::from_secs(1))).await;
        city.servers.nats.restart().await?;
        Ok(())
    })
    .await?;
    Ok(())
}

/// NATS goes on acknowledging what it no longer keeps. Rule ids: O7, O8, N5 (fault 12).
#[tokio::test(flavor = "multi_thread")]
async fn fault_nats_store_deleted_under_the_running_server_is_healed() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("NATS store deleted under the running server", &mut city, async |city, dice| {
        empty(&city.servers.nats.store_dir())?;
        // Published, acknowledged, and nowhere kept.
        pause(dice.up_to(Duration::from_secs(2))).await;
        city.servers.nats.kill().await?;
        city.servers.nats.restart().await?;
        Ok(())
    })
    .await?;
    Ok(())
}

fn empty(dir: &std::path::Path) -> Result<()> {
    for entry in fs::read_dir(dir).context("the store of NATS")? {
        let path = entry?.path();
        // The server writes meanwhile; what it makes anew is part of the fault.
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
    Ok(())
}

/// Petitions are taken in and answered while NATS is away; everything follows when it is back. Rule ids: D6 (fault 8).
#[tokio::test(flavor = "multi_thread")]
async fn fault_intake_goes_on_while_nats_is_down() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("NATS down while intake goes on", &mut city, async |city, dice| {
        city.servers.nats.stop().await?;
        pause(Duration::from_secs(3) + dice.up_to(Duration::from_secs(2))).await;
        city.servers.nats.restart().await?;
        Ok(())
    })
    .await?;
    Ok(())
}
