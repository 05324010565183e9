//! The same service running twice by mistake: two relays, two consumers, two timer runners, two senders (RELIABILITY §3, 25).

use anyhow::Result;
use huiyin_kernel::Service;

use crate::harms::services;
use crate::harness::{TestCity, TestCityOptions, live_through};

/// Rule ids: O2, O11, I1, T3.
#[tokio::test(flavor = "multi_thread")]
async fn fault_two_of_the_same_service_have_each_effect_once() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    for service in [Service::Casework, Service::Intake, Service::Notification] {
        city.start_twin(service).await?;
    }
    live_through("services running twice, one of each frozen and woken", &mut city, services::first_of_two_frozen)
        .await?;
    live_through("services running twice, one killed", &mut city, services::one_killed).await?;
    city.kill_twins().await
}
