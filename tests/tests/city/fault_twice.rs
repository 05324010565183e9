//! The same service running twice by mistake: two relays, two consumers, two timer runners (RELIABILITY §3, 25).

use std::time::Duration;

use anyhow::Result;
use huiyin_kernel::Service;

use crate::harness::{TestCity, TestCityOptions, live_through, pause};

/// Rule ids: O2, O11, I1, T3.
#[tokio::test(flavor = "multi_thread")]
async fn fault_two_of_the_same_service_have_each_effect_once() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    for service in [Service::Casework, Service::Intake] {
        city.start_twin(service).await?;
    }
    live_through("intake and casework running twice, one of each frozen and woken", &mut city, async |city, dice| {
        // The one in charge stands still, the other takes over, the first wakes and believes to be in charge.
        for service in [Service::Casework, Service::Intake] {
            city.process(service)?.signal(nix::sys::signal::Signal::SIGSTOP)?;
        }
        pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(1))).await;
        for service in [Service::Casework, Service::Intake] {
            city.process(service)?.signal(nix::sys::signal::Signal::SIGCONT)?;
        }
        Ok(())
    })
    .await?;
    city.kill_twins().await
}
