//! Everything together, in any order (RELIABILITY §3, 29). `HUIYIN_TEST_NEMESIS_MINUTES` says for how long; without it, some rounds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::harms::{clocks, nats, postgres, roads, services, store};
use crate::harness::{Dice, TestCity, TestCityOptions, live_through, pause};

/// Harms that one city can suffer one after the other, before it has recovered from the last.
async fn some_harm(city: &mut TestCity, dice: &mut Dice) -> Result<&'static str> {
    Ok(match dice.below(17) {
        0 => services::each_killed(city, dice).await.map(|()| "each service killed")?,
        1 | 2 => services::one_killed(city, dice).await.map(|()| "a service killed")?,
        3 => services::one_frozen(city, dice).await.map(|()| "a service frozen")?,
        4 => services::one_out_of_memory(city, dice).await.map(|()| "a service out of memory")?,
        5 => services::one_out_of_files(city, dice).await.map(|()| "a service out of files")?,
        6 => nats::killed(city, dice).await.map(|()| "NATS killed")?,
        7 => nats::frozen(city, dice).await.map(|()| "NATS frozen")?,
        8 => store::wiped(city, dice).await.map(|()| "NATS wiped")?,
        9 => store::older_copy_put_back(city, dice).await.map(|()| "NATS rolled back")?,
        10 => postgres::killed(city, dice).await.map(|()| "Postgres killed")?,
        11 => postgres::tables_locked(city, dice).await.map(|()| "tables locked")?,
        12 => postgres::backends_frozen(city, dice).await.map(|()| "sessions frozen")?,
        13 => roads::cut(city, dice).await.map(|()| "roads cut")?,
        14 => roads::silent(city, dice).await.map(|()| "roads silent")?,
        15 => roads::half_closed(city, dice).await.map(|()| "roads half-closed")?,
        _ => clocks::of_a_service_unnoticed(city, dice).await.map(|()| "a service's clock jumped")?,
    })
}

/// Rule ids: D1, D2, D3, O2, O7, I1, T1, T3.
#[tokio::test(flavor = "multi_thread")]
async fn fault_everything_together_loses_no_answered_petition() -> Result<()> {
    let minutes = std::env::var("HUIYIN_TEST_NEMESIS_MINUTES").ok().map(|text| text.trim().parse::<u64>());
    let minutes = minutes.transpose().context("HUIYIN_TEST_NEMESIS_MINUTES is a number")?;
    let until = minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let mut city = TestCity::start(TestCityOptions { roads: true, clocks: true, ..TestCityOptions::default() }).await?;
    loop {
        live_through("everything together", &mut city, async |city, dice| {
            let mut suffered = Vec::new();
            for _ in 0..2 + dice.below(3) {
                suffered.push(some_harm(city, dice).await.with_context(|| format!("after {suffered:?}"))?);
                pause(dice.up_to(Duration::from_millis(500))).await;
            }
            eprintln!("{}", suffered.join(", "));
            Ok(())
        })
        .await?;
        if until.is_none_or(|until| Instant::now() >= until) {
            return Ok(());
        }
    }
}
