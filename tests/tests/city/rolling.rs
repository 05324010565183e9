//! One release replaced by the next while the city works (B2; RELIABILITY §3, 26).

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::harness::{Dice, TestCity, TestCityOptions, huiyin, live_through, pause};

/// The release before, where one is at hand (`script/test --long` builds it); else this one, which must replace itself as well.
fn older() -> Result<PathBuf> {
    std::env::var_os("HUIYIN_TEST_OLDER_PROGRAM").map_or_else(huiyin, |program| Ok(program.into()))
}

/// Both releases work side by side on the same tables and streams; the older one ends what it has begun; nothing that was answered
/// is lost or done twice.
#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_replaced_under_load_by_the_next_release_b2() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions { program: Some(older()?), ..TestCityOptions::default() }).await?;
    live_through("every service replaced by the next release, one after the other", &mut city, roll).await?;
    Ok(())
}

async fn roll(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    for service in TestCity::services() {
        city.start_twin(service).await?;
        pause(dice.up_to(Duration::from_millis(500))).await;
        let process = city.process(service)?;
        process.stop().await?;
        process.replace(huiyin()?);
        process.restart().await?;
        city.stop_twins().await?;
    }
    Ok(())
}
