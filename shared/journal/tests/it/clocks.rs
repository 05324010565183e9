//! T6: what was set while a clock was wrong.

use std::sync::Arc;

use anyhow::Result;
use huiyin_journal::Mode;

use crate::support::{Noting, Road, World, event_id, id};

#[tokio::test]
async fn a_try_that_a_wrong_clock_set_a_day_ahead_is_made_at_once() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 1).await?;
    let handler = Arc::new(Noting::default());
    handler.fail.lock().expect("not poisoned").insert(event_id(id(1), 1));
    let inbox = world.inbox(handler.clone(), Mode::Stepwise);
    assert_eq!(inbox.apply(world.told().await?).await?.waiting, 1);
    handler.fail.lock().expect("not poisoned").clear();
    world
        .execute("update casework.inbox_waiting set not_before = clock_timestamp() + interval '4 minutes 50 seconds'")
        .await?;
    assert_eq!(inbox.drain().await?.effects, 0, "as long as a pause may be");
    world.execute("update casework.inbox_waiting set not_before = clock_timestamp() + interval '1 day'").await?;
    assert_eq!(inbox.drain().await?.effects, 1);
    Ok(())
}

#[tokio::test]
async fn a_publication_that_a_wrong_clock_set_back_by_a_day_is_sent_at_once() -> Result<()> {
    let (world, road) = (World::new().await?, Road::new().await?);
    world.tell(id(1), 0, 2).await?;
    let mut relay = road.relay(&world);
    let first = "where pending_id = (select min(pending_id) from intake.pending)";
    world
        .execute(&format!("update intake.pending set not_before = clock_timestamp() + interval '50 seconds' {first}"))
        .await?;
    assert_eq!(relay.step().await?.published, 0, "as long as a pause may be, and the second waits for the first");
    world
        .execute(&format!("update intake.pending set not_before = clock_timestamp() + interval '1 day' {first}"))
        .await?;
    assert_eq!(relay.step().await?.published, 2);
    Ok(())
}
