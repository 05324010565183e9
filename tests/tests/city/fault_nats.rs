//! NATS killed, away, deaf, and its store emptied, older or broken: the journals are the record, NATS is only the fast road (D-2;
//! RELIABILITY §0, §3, 8, 9, 11 to 14, 16, 17, 28).

use anyhow::Result;

use crate::harms::{nats, store};
use crate::harness::{TestCity, TestCityOptions, live_through};

/// Petitions are taken in and answered meanwhile; everything follows when it is back. Rule ids: D6, O3, O5, I1, N3.
#[tokio::test(flavor = "multi_thread")]
async fn fault_nats_killed_away_or_tampered_with_loses_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of NATS", &mut city, nats::killed).await?;
    live_through("NATS down while intake goes on", &mut city, nats::away).await?;
    live_through("a service's NATS password expires", &mut city, nats::password_expired).await?;
    live_through("an operator removes a stream or a durable", &mut city, nats::stream_or_durable_removed).await?;
    Ok(())
}

/// NATS goes on acknowledging what it no longer keeps, or keeps less than it acknowledged. Rule ids: N2, N5, O5, O7, O8, I2.
#[tokio::test(flavor = "multi_thread")]
async fn fault_nats_store_lost_rolled_back_or_broken_is_healed() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("NATS store wiped", &mut city, store::wiped).await?;
    live_through("NATS store deleted under the running server", &mut city, store::removed_under_the_running_server)
        .await?;
    live_through("power loss: an older NATS store put back", &mut city, store::older_copy_put_back).await?;
    live_through("NATS store corrupted", &mut city, store::corrupted).await?;
    Ok(())
}
