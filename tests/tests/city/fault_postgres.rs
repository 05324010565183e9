//! Postgres killed under load (RELIABILITY §3, 4).

use std::time::Duration;

use anyhow::Result;

use crate::harness::{TestCity, TestCityOptions, live_through, pause};

/// While it is away petitioners are told to come back; what was answered is there afterwards. Rule ids: D1, D3, D4.
#[tokio::test(flavor = "multi_thread")]
async fn fault_postgres_killed_under_load_loses_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of Postgres", &mut city, async |city, dice| {
        city.servers.postgres.kill().await?;
        pause(dice.up_to(Duration::from_secs(1))).await;
        city.servers.postgres.restart().await?;
        Ok(())
    })
    .await?;
    Ok(())
}
