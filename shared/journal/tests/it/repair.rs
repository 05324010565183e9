//! O7, B1: the repair road makes an inbox whole whatever the bus did.

use std::sync::Arc;

use anyhow::Result;
use huiyin_contracts::intake;
use huiyin_journal::{Mode, Operator, OwnSource, Rebuild, RepairError, parked_events, rebuild_progress, record};
use huiyin_testkit::seed;

use crate::support::{Noting, Silence, World, change, event_id, id};

/// A small generator; the seed is printed by the test kit.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// O2, O7: random loss, repetition and reordering; applied order is sequence order, and every effect happens once.
#[tokio::test]
async fn fault_whatever_the_bus_loses_repeats_or_reorders_every_effect_happens_once_and_in_order() -> Result<()> {
    let seed = seed();
    for round in 0..huiyin_testkit::rounds() {
        let mut dice = Dice((seed ^ (round << 7)) | 1);
        let world = World::new().await?;
        let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
        let mut repair = world.repair(&inbox);
        let mut versions = [0_i64; 12];
        for _ in 0..12 {
            for _ in 0..6 {
                let n = dice.roll(12);
                let more = 1 + dice.roll(4) as i64;
                world.tell(id(n.into()), versions[n as usize], more).await?;
                versions[n as usize] += more;
            }
            // What the bus brings: some lost, some twice, in any order.
            let mut brought = Vec::new();
            for event in world.told().await? {
                for _ in 0..dice.roll(3) {
                    brought.insert(dice.roll(brought.len() as u64 + 1) as usize, event.clone());
                }
            }
            for batch in brought.chunks(1 + dice.roll(40) as usize) {
                inbox.apply(batch.to_vec()).await?;
            }
            repair.step(dice.roll(2) == 0).await?;
        }
        repair.step(true).await?;
        while inbox.drain().await?.effects > 0 {}
        let effects = world.effects().await?;
        for (n, version) in versions.iter().enumerate() {
            let of_it: Vec<i64> = effects.iter().filter(|e| e.0 == id(n as u128)).map(|e| e.1).collect();
            assert_eq!(of_it, (1..=*version).collect::<Vec<_>>(), "aggregate {n}, seed {seed}, round {round}");
        }
        assert_eq!(world.count("casework.inbox_waiting").await?, 0);
        assert_eq!(repair.step(true).await?.lacking, 0);
    }
    Ok(())
}

/// O1 on the repair road: a transaction that was open during a comparison and commits afterwards is found by the next one.
#[tokio::test]
async fn a_late_commit_is_not_passed_over() -> Result<()> {
    let world = World::new().await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut repair = world.repair(&inbox);
    let mut late = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    record(&mut late, vec![change(id(1), 0, 1, &[intake::REGISTERED])]).await?;
    for n in 2..6 {
        world.tell(id(n), 0, 1).await?;
        assert_eq!(repair.step(true).await?.effects, 1);
    }
    late.commit().await?;
    assert_eq!(repair.step(true).await?.effects, 1);
    assert_eq!(world.effects().await?.len(), 5);
    Ok(())
}

/// The fast road has its chance: what is on its way is not fetched at first sight.
#[tokio::test]
async fn what_is_lacking_for_the_first_time_is_left_to_the_bus() -> Result<()> {
    let world = World::new().await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut repair = world.repair(&inbox);
    world.tell(id(1), 0, 2).await?;
    let first = repair.step(false).await?;
    assert_eq!((first.lacking, first.fetched), (2, 0));
    let second = repair.step(false).await?;
    assert_eq!((second.lacking, second.effects), (2, 2));
    assert_eq!(repair.step(false).await?.lacking, 0);
    Ok(())
}

#[tokio::test]
async fn an_owner_that_does_not_answer_changes_nothing() -> Result<()> {
    let world = World::new().await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    world.tell(id(1), 0, 1).await?;
    let failed = huiyin_journal::Repair::new(inbox.clone(), Arc::new(Silence)).step(true).await;
    assert!(matches!(failed, Err(RepairError::Source(_))));
    assert_eq!(world.repair(&inbox).step(true).await?.effects, 1);
    Ok(())
}

/// More than one page of changes, more than one question of events.
#[tokio::test]
async fn a_consumer_that_was_away_for_thousands_of_events_catches_up() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 1300).await?;
    for n in 2..12 {
        world.tell(id(n), 0, 150).await?;
    }
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut repair = world.repair(&inbox);
    assert_eq!(repair.step(true).await?.effects, 2800);
    assert_eq!(repair.step(true).await?.lacking, 0);
    Ok(())
}

/// QL-20: told to forget, a consumer is brought back page by page; what is told meanwhile comes as ever, and nothing twice.
#[tokio::test]
async fn a_rebuild_goes_on_page_by_page_while_new_things_are_told() -> Result<()> {
    let world = World::new().await?;
    for n in 1..12 {
        world.tell(id(n), 0, 150).await?;
    }
    for (mode, wanted, pages) in [(Mode::Stepwise, 1650, 4), (Mode::Snapshot, 11, 1)] {
        let inbox = world.inbox(Arc::new(Noting::default()), mode);
        let mut repair = world.repair(&inbox);
        repair.step(true).await?;
        let mut tx = world.casework.begin().await?;
        huiyin_journal::begin_rebuild(&mut tx, &["casework__intake"]).await?;
        tx.commit().await?;
        world.execute("truncate casework.effect").await?;
        let source = Arc::new(OwnSource(world.intake_worker.clone()));
        let rebuild = Rebuild::new(inbox.clone(), source);
        for page in 0..pages {
            assert!(rebuild.step().await? > 0, "page {page}");
            let progress = rebuild_progress(&mut world.casework.read().await?, "casework").await?;
            assert_eq!((progress[0].wanted, progress[0].finished_at), (11, None), "{progress:?}");
        }
        assert_eq!(rebuild.step().await?, 0);
        assert_eq!(rebuild.step().await?, 0, "it is finished");
        let progress = rebuild_progress(&mut world.casework.read().await?, "casework").await?;
        assert!(progress[0].known == 11 && progress[0].finished_at.is_some(), "{progress:?}");
        assert_eq!(world.effects().await?.len(), wanted);
        assert_eq!(repair.step(true).await?.lacking, 0);
    }
    Ok(())
}

/// B1: the owner is restored from a backup and tells a sequence anew. That is a fork, not a repetition.
#[tokio::test]
async fn a_restored_owner_that_tells_a_sequence_anew_is_noticed() -> Result<()> {
    let world = World::new().await?;
    world.tell(id(1), 0, 5).await?;
    world.tell(id(2), 0, 1).await?;
    let inbox = world.inbox(Arc::new(Noting::default()), Mode::Stepwise);
    let mut repair = world.repair(&inbox);
    repair.step(true).await?;
    // The backup held three events; the operator raised the incarnation before the start.
    world
        .execute(&format!(
            "set session_replication_role = replica; delete from intake.publication where aggregate_id = '{0}' and sequence > 3;
             delete from intake.journal where aggregate_id = '{0}' and version > 3;
             delete from intake.journal_unsealed where aggregate_id = '{0}' and version > 3;
             delete from intake.pending where aggregate_id = '{0}' and sequence > 3",
            id(1)
        ))
        .await?;
    let operator = Operator::new(&world.intake_worker, "张工", "restored from the backup of 02:00");
    assert_eq!(operator.raise_incarnation().await?, 2);
    let mut anew = change(id(1), 3, 1, &[intake::WITHDRAWN]);
    anew.entries[0].event_id = event_id(id(1), 4000).into();
    let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
    record(&mut tx, vec![anew]).await?;
    tx.commit().await?;
    world.tell(id(2), 1, 1).await?;
    repair.step(true).await?;
    let parked = parked_events(&world.casework).await?;
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert!(parked[0].reason.starts_with("fork:"), "{}", parked[0].reason);
    assert_eq!(world.effects().await?.iter().filter(|e| e.0 == id(2)).count(), 2, "other aggregates go on");
    assert_eq!(repair.step(true).await?.lacking, 0, "a noticed fork is not asked for again and again");
    // The operator follows the owner's present account.
    assert!(Operator::new(&world.casework, "张工", "以来源为准").adopt(parked[0].parked_id).await?);
    assert_eq!(inbox.drain().await?.effects, 1);
    assert_eq!(world.effects().await?.last(), Some(&(id(1), 4)));
    Ok(())
}
