//! Every service killed in turn while petitions come in (RELIABILITY §3, 1).

use std::time::Duration;

use anyhow::Result;

use crate::harness::{TestCity, TestCityOptions, live_through, pause};

/// Rule ids: D1, D2, D3, O2, I1, T1.
#[tokio::test(flavor = "multi_thread")]
async fn fault_each_service_killed_in_turn_loses_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of each service in turn", &mut city, async |city, dice| {
        for service in dice.shuffled(TestCity::services().collect()) {
            city.process(service)?.kill().await?;
            pause(dice.up_to(Duration::from_millis(300))).await;
            city.process(service)?.restart().await?;
            pause(dice.up_to(Duration::from_millis(300))).await;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

/// The answer is given only after the commit, and a petitioner who asks again gets it again, however often intake dies in between
/// (D2: kill -9 between commit and reply).
#[tokio::test(flavor = "multi_thread")]
async fn fault_intake_killed_between_commit_and_answer_gives_the_same_answer_later() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    live_through("kill -9 of intake, five times in a row", &mut city, async |city, dice| {
        use huiyin_kernel::Service::Intake;
        for _ in 0..5 {
            city.process(Intake)?.kill().await?;
            city.process(Intake)?.restart().await?;
            pause(dice.up_to(Duration::from_millis(150))).await;
        }
        Ok(())
    })
    .await?;
    Ok(())
}
