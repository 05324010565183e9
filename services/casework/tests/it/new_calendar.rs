//! T7: reckoning with another calendar while other things happen.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use anyhow::Result;
use serde_json::json;
use uuid::Uuid;

use crate::world::{OFFICER, World, morning};

async fn accepted(world: &World, count: u32) -> Result<Vec<Uuid>> {
    let mut cases = Vec::new();
    for n in 1..=count {
        let case = world.street_request(n).await?;
        world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
        cases.push(case);
    }
    Ok(cases)
}

/// T3, T7: the reckoning and the timers come to the same cases at once: each date is told once, each mark draws its consequence once, and the
/// timers that stand afterwards are those of the dates.
#[tokio::test]
async fn t7_reckoning_and_firing_at_once_give_one_right_answer() -> Result<()> {
    let world = World::new().await?;
    let cases = accepted(&world, 12).await?;
    for case in &cases {
        world.pretend_provisional(*case).await?;
    }
    world.time.advance_to(morning("2026-03-18"));
    let (mut one, mut two) = (world.runner()?, world.runner()?);
    loop {
        let (first, second, reckoned) = tokio::join!(one.step(), two.step(), world.run_task("new-calendar"));
        if first?.count() + second?.count() + reckoned? == 0 {
            break;
        }
    }
    for case in cases {
        let mut told = world.told(case).await?;
        told.sort();
        assert_eq!(told, ["accepted", "deadline_moved", "due_soon", "opened"], "{case}");
    }
    world.check_invariants().await
}

/// A case that cannot be reckoned holds up no other, and the round ends with an error for as long as there is one.
#[tokio::test]
async fn t7_a_case_that_cannot_be_reckoned_holds_up_no_other() -> Result<()> {
    let world = World::new().await?;
    let cases = accepted(&world, 5).await?;
    for case in &cases {
        world.pretend_older_calendar(*case).await?;
    }
    let pack = |from: &str, to: &str| {
        let body = format!(
            "jsonb_set(body, '{{facts,policy,hash}}', to_jsonb(replace(body->'facts'->'policy'->>'hash', '{from}', '{to}')))"
        );
        format!("update casework.case set body = {body} where case_id = '{}'", cases[2])
    };
    let hash = world.case(cases[2]).await?.facts.policy.hash;
    world.execute(&pack(&hash, "lost")).await?;
    assert_eq!(world.run_task("new-calendar").await?, 5);
    let outdated = "select count(*) from casework.case where calendar_version = 'cn-older'";
    assert_eq!(world.count(outdated).await?, 1, "the others are done");
    let refused = world.run_task("new-calendar").await.expect_err("the round is not whole").to_string();
    assert!(refused.contains("1 cases"), "{refused}");
    // Mended, the next round takes it up.
    world.execute(&pack("lost", &hash)).await?;
    assert_eq!(world.run_task("new-calendar").await?, 1);
    assert_eq!(world.run_task("new-calendar").await?, 0);
    assert_eq!(world.count(outdated).await?, 0);
    world.check_invariants().await
}

/// T7, D4: broken off at any moment, as by the death of its process, it goes on with what is left; nothing is told twice.
#[tokio::test]
async fn t7_a_reckoning_broken_off_goes_on_with_what_is_left() -> Result<()> {
    let world = World::new().await?;
    let cases = accepted(&world, 8).await?;
    for case in &cases {
        world.pretend_provisional(*case).await?;
    }
    let mut broken_off = 0;
    for polls in 1.. {
        let mut left = polls;
        let mut run = pin!(world.run_task("new-calendar"));
        let ended = poll_fn(|cx| match run.as_mut().poll(cx) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        });
        match ended.await {
            None => broken_off += 1,
            Some(Ok(0)) => break,
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error),
        }
    }
    assert!(broken_off > 3, "it was broken off {broken_off} times");
    for case in cases {
        let told = world.told(case).await?;
        assert_eq!(told.iter().filter(|told| *told == "deadline_moved").count(), 1, "{case}: {told:?}");
    }
    world.check_invariants().await
}
