//! The network between the services and their servers (RELIABILITY §3, 18 and 19).

use anyhow::Result;

use crate::harms::roads;
use crate::harness::{TestCity, TestCityOptions, live_through};

/// Every wait has a deadline, and what is unknown is asked again. Rule ids: O3, N7, D2.
#[tokio::test(flavor = "multi_thread")]
async fn fault_roads_cut_silent_one_way_slow_or_half_closed_lose_and_double_nothing() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions { roads: true, ..TestCityOptions::default() }).await?;
    live_through("connections reset", &mut city, roads::cut).await?;
    live_through("nothing passes, nothing is refused", &mut city, roads::silent).await?;
    live_through("answers lost on the way", &mut city, roads::one_way).await?;
    live_through("every packet late", &mut city, roads::slow).await?;
    live_through("half-closed connections", &mut city, roads::half_closed).await?;
    Ok(())
}
