//! Processes that stand still and wake again: a frozen machine, a long pause (RELIABILITY §3, 2, 3 and 10).

use anyhow::Result;

use crate::harms::{nats, postgres, services};
use crate::harness::{TestCity, TestCityOptions, live_through};

/// The one that wakes goes on where the tables stand, not where it stood; an acknowledgement that comes too late is an unknown, not a
/// success and not a failure; a session frozen in the middle of a statement loses no later write. Rule ids: O3, N7, O11, D4, D5.
#[tokio::test(flavor = "multi_thread")]
async fn fault_whatever_freezes_and_wakes_loses_and_doubles_nothing() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("NATS frozen", &mut city, nats::frozen).await?;
    live_through("a service frozen", &mut city, services::one_frozen).await?;
    live_through("sessions or writers of Postgres frozen", &mut city, postgres::backends_frozen).await?;
    Ok(())
}
