//! Processes that stand still and wake again: a frozen machine, a long pause (RELIABILITY §3, 2 and 10).

use std::time::Duration;

use anyhow::Result;
use huiyin_kernel::Service;
use nix::sys::signal::Signal;

use crate::harness::{TestCity, TestCityOptions, live_through, pause};

const FROZEN: Duration = Duration::from_secs(5);

/// An acknowledgement that comes too late is an unknown, not a success and not a failure. Rule ids: O3, N7.
#[tokio::test(flavor = "multi_thread")]
async fn fault_nats_frozen_for_five_seconds_loses_and_doubles_nothing() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("NATS frozen for 5 s", &mut city, async |city, _| {
        city.servers.nats.signal(Signal::SIGSTOP)?;
        pause(FROZEN).await;
        city.servers.nats.signal(Signal::SIGCONT)?;
        Ok(())
    })
    .await?;
    Ok(())
}

/// The one that wakes goes on where the tables stand, not where it stood. Rule ids: O11, D5.
#[tokio::test(flavor = "multi_thread")]
async fn fault_a_service_frozen_for_five_seconds_loses_and_doubles_nothing() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    let services = [Service::Casework, Service::Intake, Service::Notification, Service::Ledger];
    live_through("a service frozen for 5 s", &mut city, async |city, dice| {
        let service = *dice.pick(&services);
        city.process(service)?.signal(Signal::SIGSTOP)?;
        pause(FROZEN).await;
        city.process(service)?.signal(Signal::SIGCONT)?;
        Ok(())
    })
    .await?;
    Ok(())
}
