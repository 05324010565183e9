//! O1, O3–O8, O11, N1, N3: sending what was told over a bus that forgets.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use huiyin_bus::{StreamLimits, Topology};
use huiyin_contracts::intake;
use huiyin_journal::{Mode, Relay, Relayed, parked_events, record};
use huiyin_testkit::{Network, Proxy, eventually, eventually_within, not_yet};

use crate::support::{Loops, Noting, Road, World, change, connect, expect_effects, id, limits};

#[tokio::test]
async fn what_is_told_is_heard_in_order_and_nothing_is_left_over() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    for n in 0..5 {
        world.tell(id(n), 0, 40).await?;
    }
    let mut relay = road.relay(&world);
    assert_eq!(relay.step().await?, Relayed { published: 200, ..Relayed::default() });
    assert_eq!(world.count("intake.pending").await?, 0);
    let mut listener = road.listener(&inbox);
    assert_eq!(listener.step().await?.effects, 200);
    assert_eq!(listener.step().await?.skipped, 0, "acknowledged messages do not come again");
    Ok(())
}

/// O1: rows are found by state; a transaction that began first and commits last is published at once.
#[tokio::test]
async fn a_late_commit_is_published_within_a_second() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let loops = Loops::start(&world, &road, &inbox);
    let mut late = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    record(&mut late, vec![change(id(1), 0, 1, &[intake::REGISTERED])]).await?;
    world.tell(id(2), 0, 1).await?;
    expect_effects(&world, 1, Duration::from_secs(20)).await?;
    let committed = Instant::now();
    late.commit().await?;
    eventually(|| async {
        let left = world.count("intake.pending").await?;
        if left == 0 { Ok(()) } else { Err(not_yet(format!("{left} pending"))) }
    })
    .await?;
    assert!(committed.elapsed() < Duration::from_secs(1), "{:?}", committed.elapsed());
    expect_effects(&world, 2, Duration::from_secs(10)).await?;
    loops.stop().await;
    Ok(())
}

/// O4, O5: the server remembers the id of a message it does not have, and says so; the event is sent again under another id.
#[tokio::test]
async fn an_acknowledgement_marked_duplicate_is_no_proof_of_storage() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let mut relay = road.relay(&world);
    relay.step().await?;
    world.tell(id(1), 0, 1).await?;
    let event = world.told().await?.remove(0);
    let impostor = async_nats::jetstream::message::PublishMessage::build()
        .message_id(format!("{}.public.v1", event.event_id))
        .payload("not the event".into());
    let context = async_nats::jetstream::new(road.nats.client().await?);
    publish_raw(&context, "huiyin.intake.petition.amended.v1.420102001", impostor).await?;
    assert_eq!(relay.step().await?, Relayed { duplicate: 1, ..Relayed::default() });
    assert_eq!(world.count("intake.pending").await?, 1, "still to be sent");
    assert_eq!(relay.step().await?.published, 1);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    assert_eq!(road.listener(&inbox).step().await?.effects, 1);
    let parked = parked_events(&world.casework).await?;
    assert!(
        parked.len() == 1 && parked[0].reason.starts_with("unreadable:"),
        "what is no event is kept aside: {parked:?}"
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an impostor's message, which no relay would send")]
async fn publish_raw(
    context: &async_nats::jetstream::Context,
    subject: &'static str,
    message: async_nats::jetstream::message::PublishMessage,
) -> Result<()> {
    context.send_publish(subject, message).await?.await?;
    Ok(())
}

/// O3: acknowledgements get lost; the relay knows nothing, sends again, and effects happen once.
#[tokio::test]
async fn fault_lost_acknowledgements_lose_and_double_nothing() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut direct = road.relay(&world);
    direct.step().await?;
    drop(direct);
    let proxy = Proxy::before(&road.url).await?;
    let bus = connect(&format!("nats://{}", proxy.address())).await?;
    let mut relay = Relay::new(world.intake_worker.clone(), bus.clone(), Topology::new(bus, limits()));
    relay.step().await?;
    world.tell(id(1), 0, 3).await?;
    proxy.set(Network::AnswersLost);
    let blind = relay.step().await;
    assert!(matches!(blind, Ok(Relayed { published: 0, .. }) | Err(_)), "{blind:?}");
    assert_eq!(world.count("intake.pending").await?, 3);
    proxy.set(Network::Open);
    eventually(|| async {
        let bus = connect(&road.url).await?;
        Relay::new(world.intake_worker.clone(), bus.clone(), Topology::new(bus, limits())).step().await?;
        let left = world.count("intake.pending").await?;
        if left == 0 { Ok(()) } else { Err(not_yet(format!("{left} pending"))) }
    })
    .await?;
    let mut listener = road.listener(&inbox);
    listener.step().await?;
    assert_eq!(world.effects().await?, [(id(1), 1), (id(1), 2), (id(1), 3)]);
    Ok(())
}

/// I1: the relay dies between the publication and the removal of the row.
#[tokio::test]
async fn a_relay_that_dies_before_removing_the_row_doubles_no_effect() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    world.tell(id(1), 0, 5).await?;
    road.relay(&world).step().await?;
    // As if the removal had never been made.
    world
        .execute("insert into intake.pending (aggregate_id, audience, sequence) select aggregate_id, audience, sequence from intake.publication")
        .await?;
    let mut next = eventually(|| async {
        let mut relay = road.relay(&world);
        match relay.step().await? {
            Relayed { standby: true, .. } => Err(not_yet("the dead relay's lock is still held")),
            _ => Ok(relay),
        }
    })
    .await?;
    next.step().await?;
    assert_eq!(world.count("intake.pending").await?, 0);
    let mut listener = road.listener(&inbox);
    while listener.step().await?.effects > 0 {}
    assert_eq!(world.effects().await?.len(), 5);
    Ok(())
}

/// O11: one relay is active; when it goes, another takes over.
#[tokio::test]
async fn of_two_relays_one_works_and_the_other_takes_over() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let (mut first, mut second) = (road.relay(&world), road.relay(&world));
    first.step().await?;
    world.tell(id(1), 0, 1).await?;
    assert!(second.step().await?.standby);
    drop(first);
    let published = loop {
        let relayed = second.step().await?;
        if !relayed.standby {
            break relayed.published;
        }
    };
    assert_eq!(published, 1);
    // Without a lock at all: rows that lie about are sent by whoever sees them.
    let mut third = road.relay(&world);
    world.tell(id(1), 1, 1).await?;
    assert!(third.step().await?.standby);
    world.execute("update intake.pending set recorded_at = clock_timestamp() - interval '1 minute'").await?;
    assert_eq!(third.step().await?.published, 1);
    assert_eq!(second.step().await?.published, 0);
    Ok(())
}

/// N3: a full stream refuses; the journal keeps what it refuses, and drops nothing old.
#[tokio::test]
async fn a_full_stream_refuses_and_the_journal_holds() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    let small = Topology::new(road.bus.clone(), StreamLimits { max_bytes: 4096, ..StreamLimits::default() });
    let mut relay = Relay::new(world.intake_worker.clone(), road.bus.clone(), small);
    world.tell(id(1), 0, 50).await?;
    let relayed = relay.step().await?;
    assert!(relayed.published > 0 && relayed.refused > 0, "{relayed:?}");
    assert_eq!(world.count("intake.pending").await?, relayed.refused as i64);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    assert_eq!(road.listener(&inbox).step().await?.effects, relayed.published, "the oldest are still there");
    // The repair road does not depend on the stream.
    world.repair(&inbox).step(true).await?;
    assert_eq!(world.effects().await?.len(), 50);
    Ok(())
}

/// D6: with the bus away, recording works as ever; everything arrives afterwards, in order.
#[tokio::test]
async fn fault_with_the_bus_away_nothing_is_refused_and_nothing_lost() -> Result<()> {
    let (world, mut road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let loops = Loops::start(&world, &road, &inbox);
    road.nats.server()?.stop().await?;
    for n in 0..20 {
        world.tell(id(n), 0, 5).await?;
    }
    // The repair road alone brings them while the bus is away.
    expect_effects(&world, 100, Duration::from_secs(30)).await?;
    assert_eq!(world.count("intake.pending").await?, 100);
    road.nats.server()?.restart().await?;
    eventually_within(Duration::from_mins(1), || async {
        let left = world.count("intake.pending").await?;
        if left == 0 { Ok(()) } else { Err(not_yet(format!("{left} pending"))) }
    })
    .await?;
    loops.stop().await;
    assert_eq!(world.effects().await?.len(), 100);
    Ok(())
}

/// Fault 10, N7: a server that stands still for a while is unknown, not failed; consuming goes on after it.
#[tokio::test]
async fn fault_a_paused_server_is_waited_for() -> Result<()> {
    let (world, mut road) = (World::new().await?, Road::new().await?);
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let loops = Loops::start(&world, &road, &inbox);
    world.tell(id(1), 0, 1).await?;
    expect_effects(&world, 1, Duration::from_secs(20)).await?;
    road.nats.server()?.signal(nix::sys::signal::Signal::SIGSTOP)?;
    world.tell(id(1), 1, 1).await?;
    eventually_within(Duration::from_secs(20), || async {
        let seen = world.effects().await?.len();
        if seen == 2 { Ok(()) } else { Err(not_yet("the repair road has not brought it")) }
    })
    .await?;
    road.nats.server()?.signal(nix::sys::signal::Signal::SIGCONT)?;
    world.tell(id(1), 2, 1).await?;
    expect_effects(&world, 3, Duration::from_secs(30)).await?;
    loops.stop().await;
    Ok(())
}
