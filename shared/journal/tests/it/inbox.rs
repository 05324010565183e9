//! O2, O10, I1, I4: hearing events.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use huiyin_journal::{Applied, Mode, Operator, ParkedKind, Retries, parked_events};
use huiyin_testkit::{eventually, not_yet};

use crate::support::{Noting, World, event_id, id};

const FAST: Retries =
    Retries { most: 3, first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(5) };

/// I1: the whole stream again from the beginning has no new effect.
#[tokio::test]
async fn an_event_told_twice_takes_effect_once() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 3).await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let told = world.told().await?;
    let twice: Vec<_> = told.iter().chain(told.iter()).cloned().collect();
    assert_eq!(inbox.apply(twice).await?.effects, 3);
    assert_eq!(inbox.apply(told).await?, Applied { skipped: 3, ..Applied::default() });
    assert_eq!(world.effects().await?, [(id(1), 1), (id(1), 2), (id(1), 3)]);
    Ok(())
}

/// O10: one bad event among a thousand is parked and holds back its own aggregate only.
#[tokio::test]
async fn a_poison_event_is_parked_and_the_other_aggregates_go_on() -> Result<()> {
    let world = World::new().await?;
    for n in 0..100 {
        world.tell(id(n), 0, 10).await?;
    }
    let handler = Arc::new(Noting::default());
    let poison = event_id(id(42), 4);
    handler.refuse.lock().expect("not poisoned").insert(poison);
    let inbox = world.inbox(handler.clone(), Mode::Stepwise);
    for batch in world.told().await?.chunks(256) {
        inbox.apply(batch.to_vec()).await?;
    }
    assert_eq!(world.effects().await?.len(), 993);
    let parked = parked_events(&world.casework).await?;
    assert_eq!(parked.iter().map(|p| (p.event_id, p.sequence)).collect::<Vec<_>>(), [(poison, 4)]);
    assert!(parked[0].reason.contains("nobody can digest"), "{}", parked[0].reason);
    assert_eq!(world.count("casework.inbox_waiting").await?, 6);
    // I4: a later release can; nothing was lost and the order holds.
    handler.refuse.lock().expect("not poisoned").clear();
    assert_eq!(inbox.retry_parked().await?, 1);
    assert_eq!(inbox.drain().await?.effects, 7);
    let of_it: Vec<i64> = world.effects().await?.into_iter().filter(|e| e.0 == id(42)).map(|e| e.1).collect();
    assert_eq!(of_it, (1..=10).collect::<Vec<_>>());
    assert_eq!(world.count("casework.inbox_waiting").await?, 0);
    Ok(())
}

/// O10: what an operator decides is written down with name and reason, and cannot be changed afterwards.
#[tokio::test]
async fn an_operators_decision_is_written_down_for_good() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 3).await?;
    let handler = Arc::new(Noting::default());
    handler.refuse.lock().expect("not poisoned").insert(event_id(id(1), 2));
    let inbox = world.inbox(handler.clone(), Mode::Stepwise);
    inbox.apply(world.told().await?).await?;
    let parked = parked_events(&world.casework).await?;
    assert_eq!((parked.len(), parked[0].kind()), (1, ParkedKind::Failed));
    let operator = Operator::new(&world.casework, "张工", "已补录所属区划");
    assert!(!operator.adopt(parked[0].parked_id).await?, "nothing contradicts here: there is nothing to adopt");
    assert!(!operator.retry(parked[0].parked_id + 1).await?, "no such event");
    handler.refuse.lock().expect("not poisoned").clear();
    assert!(operator.retry(parked[0].parked_id).await?);
    assert!(!operator.dismiss(parked[0].parked_id).await?, "decided already");
    assert_eq!(inbox.drain().await?.effects, 2);
    let acts: Vec<(String, String, String)> =
        world.ask("select operator, act, reason from casework.operator_act order by act_id").await?;
    assert_eq!(acts, [("张工".to_owned(), "parked.retry".to_owned(), "已补录所属区划".to_owned())]);
    assert!(world.execute("update casework.operator_act set reason = 'x'").await.is_err(), "it stands");
    assert!(Operator::new(&world.casework, "张工", " ").raise_incarnation().await.is_err(), "a reason is required");
    Ok(())
}

/// O10, N4: attempts are bounded, and counted in the database.
#[tokio::test]
async fn a_failing_effect_is_tried_again_and_parked_after_the_last_try() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 2).await?;
    world.tell(id(2), 0, 1).await?;
    let handler = Arc::new(Noting::default());
    handler.fail.lock().expect("not poisoned").insert(event_id(id(1), 1));
    let inbox = world.inbox(handler.clone(), Mode::Stepwise).with_retries(FAST);
    let applied = inbox.apply(world.told().await?).await?;
    assert_eq!((applied.effects, applied.waiting, applied.parked), (1, 2, 0), "{applied:?}");
    eventually(|| async {
        inbox.drain().await?;
        let parked = parked_events(&world.casework).await?;
        match parked.first() {
            Some(event) if event.attempts == FAST.most => Ok(()),
            other => Err(not_yet(format!("{other:?}"))),
        }
    })
    .await?;
    assert_eq!(world.effects().await?, [(id(2), 1)], "a failed effect leaves no trace");
    // Let go of it: the next one takes effect.
    let parked = parked_events(&world.casework).await?;
    assert!(Operator::new(&world.casework, "张工", "核对无误").dismiss(parked[0].parked_id).await?);
    assert_eq!(inbox.drain().await?.effects, 1);
    assert_eq!(world.effects().await?, [(id(2), 1), (id(1), 2)]);
    Ok(())
}

#[tokio::test]
async fn a_snapshot_consumer_applies_the_newest_and_skips_what_is_overtaken() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 5).await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Snapshot);
    let told = world.told().await?;
    assert_eq!(inbox.apply(vec![told[2].clone(), told[0].clone()]).await?.effects, 1);
    assert_eq!(inbox.apply(told).await?.effects, 1);
    assert_eq!(world.effects().await?, [(id(1), 3), (id(1), 5)]);
    Ok(())
}

/// A type that a newer owner tells and this release does not know must not hold up the aggregate.
#[tokio::test]
async fn a_stepwise_consumer_moves_past_types_it_does_not_know() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 3).await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut told = world.told().await?;
    "huiyin.intake.petition.sung.v1".clone_into(&mut told[1].type_name);
    inbox.apply(told).await?;
    assert_eq!(world.effects().await?, [(id(1), 1), (id(1), 3)]);
    Ok(())
}

/// §4 events: an id told again with another body, and an event of a stranger, are security alarms; others go on.
#[tokio::test]
async fn an_altered_or_foreign_event_is_parked_and_has_no_effect() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 2).await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let told = world.told().await?;
    inbox.apply(vec![told[0].clone()]).await?;
    let mut altered = told[0].clone();
    altered.body = Bytes::from_static(b"{\"n\": 666}");
    let mut foreign = told[1].clone();
    foreign.owner = huiyin_kernel::Service::Ledger;
    let applied = inbox.apply(vec![altered, foreign]).await?;
    assert_eq!((applied.effects, applied.parked), (0, 1));
    assert_eq!(parked_events(&world.casework).await?.len(), 2);
    inbox.apply(told).await?;
    assert_eq!(world.effects().await?, [(id(1), 1), (id(1), 2)], "the true event still takes effect");
    Ok(())
}

/// Two replicas given the same events at the same time.
#[tokio::test]
async fn two_consumers_at_once_have_each_effect_once_and_in_order() -> Result<()> {
    let world = World::new().await?;
    for n in 0..20 {
        world.tell(id(n), 0, 10).await?;
    }
    let told = world.told().await?;
    let backwards: Vec<_> = told.iter().rev().cloned().collect();
    let run = |events: Vec<huiyin_contracts::Envelope>| {
        let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
        async move {
            for batch in events.chunks(17) {
                // Busy: the other one holds the heads. The loop tries again; so does this.
                eventually(|| async { Ok(inbox.apply(batch.to_vec()).await?) }).await?;
            }
            anyhow::Ok(())
        }
    };
    let (one, other) = tokio::join!(run(told.clone()), run(backwards));
    one?;
    other?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    while inbox.drain().await?.effects > 0 {}
    let effects = world.effects().await?;
    assert_eq!(effects.len(), 200);
    for n in 0..20 {
        let of_it: Vec<i64> = effects.iter().filter(|e| e.0 == id(n)).map(|e| e.1).collect();
        assert_eq!(of_it, (1..=10).collect::<Vec<_>>());
    }
    Ok(())
}
