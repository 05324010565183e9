//! Services that die or are given too little, while petitions come in (RELIABILITY §3, 1, 23, 24).

use anyhow::Result;

use crate::harms::services;
use crate::harness::{TestCity, TestCityOptions, live_through};

/// What was answered is there and is answered again, however often and wherever a service dies in between. Rule ids: D1, D2, D3, O2,
/// I1, T1.
#[tokio::test(flavor = "multi_thread")]
async fn fault_services_killed_at_any_moment_lose_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of each service in turn", &mut city, services::each_killed).await?;
    live_through("kill -9 of one service at some moment", &mut city, services::one_killed).await?;
    live_through("kill -9 of intake, five times in a row", &mut city, services::intake_killed_again_and_again).await?;
    Ok(())
}

/// Rule ids: W5.
#[tokio::test(flavor = "multi_thread")]
async fn fault_services_without_memory_or_files_lose_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("a service gets no more memory", &mut city, services::one_out_of_memory).await?;
    live_through("a service may open no more files", &mut city, services::one_out_of_files).await?;
    Ok(())
}
