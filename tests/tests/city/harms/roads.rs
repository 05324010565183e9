//! The roads to NATS and to Postgres cut, slow, one-way or silent.

use std::time::Duration;

use anyhow::Result;
use huiyin_testkit::Network;

use super::a_while;
use crate::harness::{Dice, TestCity, pause};

/// Which road.
fn misbehave(city: &TestCity, which: u64, network: Network) -> Result<()> {
    let roads = city.roads()?;
    match which {
        0 => roads.nats.set(network),
        1 => roads.postgres.set(network),
        _ => roads.set(network),
    }
    Ok(())
}

async fn for_a_while(city: &TestCity, network: Network, which: u64, time: Duration) -> Result<()> {
    misbehave(city, which, network)?;
    pause(time).await;
    misbehave(city, which, Network::Open)
}

/// Connections are reset, and so are new ones.
pub(crate) async fn cut(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let time = Duration::from_millis(500) + dice.up_to(Duration::from_secs(3));
    for_a_while(city, Network::Cut, dice.below(3), time).await
}

/// Nothing passes and nothing is refused.
pub(crate) async fn silent(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let time = a_while(dice);
    for_a_while(city, Network::BlackHole, dice.below(3), time).await
}

/// Every packet comes late.
pub(crate) async fn slow(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let delay = Duration::from_millis(50) + dice.up_to(Duration::from_millis(200));
    for_a_while(city, Network::Slow(delay), dice.below(3), Duration::from_secs(3)).await
}

/// What the services say arrives, what they are answered does not: the commit is made, the acknowledgement lost.
pub(crate) async fn one_way(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let which = dice.below(3);
    for_a_while(city, Network::AnswersLost, which, Duration::from_secs(1) + dice.up_to(Duration::from_secs(2))).await?;
    // As in life, a connection that has lost bytes does not live on.
    let roads = city.roads()?;
    roads.nats.cut_open_connections();
    roads.postgres.cut_open_connections();
    Ok(())
}

/// The servers seem to have finished speaking, and still hear.
pub(crate) async fn half_closed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let time = Duration::from_millis(500) + dice.up_to(Duration::from_secs(2));
    for_a_while(city, Network::HalfClosed, dice.below(3), time).await
}
