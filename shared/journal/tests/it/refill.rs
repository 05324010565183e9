//! O5, O7, O8: a stream that lost what it had, filled again from the tables.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use huiyin_bus::Topology;
use huiyin_journal::{Mode, Relay, Relayed};
use huiyin_testkit::{eventually, eventually_within, not_yet};

use crate::support::{Loops, Noting, Road, World, connect, expect_effects, id, limits};

/// O5, O7, O8, faults 11 and 16: the store is wiped; every inbox is whole again, and so is the stream.
#[tokio::test]
async fn fault_a_wiped_store_heals() -> Result<()> {
    let (world, mut road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let loops = Loops::start(&world, &road, &inbox);
    for n in 0..10 {
        world.tell(id(n), 0, 5).await?;
    }
    expect_effects(&world, 50, Duration::from_secs(30)).await?;
    let server = road.nats.server()?;
    server.kill().await?;
    std::fs::remove_dir_all(server.store_dir())?;
    for n in 0..10 {
        world.tell(id(n), 5, 5).await?;
    }
    server.restart().await?;
    expect_effects(&world, 100, Duration::from_mins(1)).await?;
    // For subscribers outside, the stream holds everything again.
    let bus = road.bus.clone();
    eventually_within(Duration::from_mins(1), || async {
        let stream = bus.stream_state("HUIYIN_INTAKE").await?;
        if stream.messages >= 100 { Ok(()) } else { Err(not_yet(format!("{} messages", stream.messages))) }
    })
    .await?;
    loops.stop().await;
    assert_eq!(world.effects().await?.len(), 100, "refilling repeats no effect");
    Ok(())
}

/// O8, fault 13: power fails between two looks at the stream, and what it acknowledged since the last look is gone. The mark moves with the
/// acknowledgements, so it shows, and outside subscribers get everything again.
#[tokio::test]
async fn fault_a_tail_lost_between_two_looks_is_noticed_and_filled_again() -> Result<()> {
    let (world, mut road) = (World::new().await?, Road::new().await?);
    world.tell(id(1), 0, 2).await?;
    let mut relay = road.relay(&world);
    assert_eq!(relay.step().await?.published, 2);
    drop(relay);
    let copy = tempfile::tempdir()?;
    let server = road.nats.server()?;
    server.stop().await?;
    copy_all(&server.store_dir(), copy.path())?;
    server.restart().await?;
    let (_, mut relay) = at_work(&world, &road.url).await?;
    world.tell(id(2), 0, 3).await?;
    assert_eq!(relay.step().await?.published, 3);
    drop(relay);
    let server = road.nats.server()?;
    server.kill().await?;
    std::fs::remove_dir_all(server.store_dir())?;
    copy_all(copy.path(), &server.store_dir())?;
    server.restart().await?;
    // The stream is at 2 again, as at the last look; the mark knows that it has acknowledged 5.
    let (bus, mut relay) = at_work(&world, &road.url).await?;
    while world.count("intake.pending").await? > 0 {
        relay.step().await?;
    }
    let epoch: Vec<(i32,)> = world.ask("select epoch from intake.stream_mark where audience = 'public'").await?;
    assert_eq!(epoch, [(2,)], "filled at its making, and once more after the loss");
    let stream = bus.stream_state("HUIYIN_INTAKE").await?;
    assert_eq!(stream.messages, 7, "the two that were left, and all five again: {stream:?}");
    Ok(())
}

/// O8: filling a stream again ends with what had been told when it began. What is told meanwhile is sent once, like any other; a busy city would
/// otherwise tell everything twice for ever.
#[tokio::test]
async fn filling_a_stream_again_ends_while_more_and_more_is_told() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    world.tell(id(0), 0, 3).await?;
    let mut relay = road.relay(&world);
    let mut sent = relay.step().await?.published;
    // The stream is new, so whatever there is stands in line for it again, once.
    for n in 1..=20 {
        world.tell(id(n), 0, 1).await?;
        sent += relay.step().await?.published;
    }
    let filling: Vec<(i64,)> =
        world.ask("select count(*) from intake.stream_mark where refill_xid is not null").await?;
    assert_eq!(filling, [(0,)], "still being filled");
    assert!((23..=26).contains(&sent), "{sent} sent of 23 told, 3 of them before the stream was first seen");
    Ok(())
}

/// A new relay with a connection of its own, once the lock of the one before is free.
async fn at_work(world: &World, url: &str) -> Result<(huiyin_bus::Bus, Relay)> {
    let working = eventually(|| async {
        let bus = connect(url).await?;
        let mut relay = Relay::new(world.intake_worker.clone(), bus.clone(), Topology::new(bus.clone(), limits()));
        match relay.step().await? {
            Relayed { standby: true, .. } => Err(not_yet("the lock is still held")),
            _ => Ok((bus, relay)),
        }
    })
    .await?;
    Ok(working)
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Fault 12: the store is removed under a running server, which goes on acknowledging.
#[tokio::test]
async fn fault_a_store_removed_under_a_running_server_loses_nothing() -> Result<()> {
    let (world, mut road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    world.tell(id(1), 0, 5).await?;
    let mut relay = road.relay(&world);
    relay.step().await?;
    drop(relay);
    std::fs::remove_dir_all(road.nats.server()?.store_dir())?;
    world.tell(id(1), 5, 5).await?;
    // Whatever it answers: acknowledged or not.
    let mut relay = road.relay(&world);
    let _ = relay.step().await;
    drop(relay);
    let server = road.nats.server()?;
    server.kill().await?;
    server.restart().await?;
    let loops = Loops::start(&world, &road, &inbox);
    expect_effects(&world, 10, Duration::from_mins(1)).await?;
    loops.stop().await;
    Ok(())
}
