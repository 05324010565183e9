//! Clocks that jump under running processes (RELIABILITY §3, 20 and 21).

use anyhow::Result;

use crate::harms::clocks;
use crate::harness::{TestCity, TestCityOptions, live_through};

/// Firing stops until the clock is right again; nothing fires early and nothing twice. Rule ids: T6.
#[tokio::test(flavor = "multi_thread")]
async fn fault_a_clock_that_jumps_fires_nothing_early_or_twice() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions { clocks: true, ..TestCityOptions::default() }).await?;
    live_through("the clock of a service jumps", &mut city, clocks::of_a_service).await?;
    live_through("the clock of Postgres jumps", &mut city, clocks::of_postgres).await?;
    Ok(())
}
