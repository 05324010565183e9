use std::time::{Duration, Instant};

use anyhow::Result;
use axum::http::StatusCode;
use futures::future::join_all;
use huiyin_intake::{
    app::{Failure, Registration},
    domain::{NewPetition, PetitionInput, Rules, Source},
};
use huiyin_kernel::{Actor, CITY_ZONE, EventId, PetitionId, TimerId};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, petition, petition_with};

pub(crate) async fn registration(world: &World, key: u128, id: u128) -> Result<Registration> {
    let input: PetitionInput = serde_json::from_value(petition())?;
    let known = world.context.known().await?;
    let now = world.context.clock.now();
    let rules = Rules {
        now,
        today: now.with_timezone(&CITY_ZONE).date_naive(),
        topics: &known.topics,
        max_representatives: 5,
        source: &Source::Petitioner,
    };
    let new = NewPetition::parse(&input, &rules).map_err(|found| anyhow::anyhow!("{found:?}"))?;
    let petition_id = PetitionId::from(Uuid::from_u128(id));
    let sealed = world.context.vault.seal(petition_id, Uuid::from_u128(id), &new)?;
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&key.to_be_bytes());
    Ok(Registration {
        key: ("test".to_owned(), hash),
        body_mac: [1; 32],
        actor: Actor::Petitioner,
        cause: Uuid::from_u128(key),
        petition_id,
        event_id: EventId::from(Uuid::from_u128(key)),
        timer_id: TimerId::from(Uuid::from_u128(key)),
        registered_at: now,
        hand_over_by: now,
        calendar_version: None,
        policy_pack: "national-2022".to_owned(),
        petition: new,
        sealed,
        trace: None,
    })
}

/// D-10: a batch that fails is halved until the bad row stands alone; the others are answered.
#[tokio::test]
async fn a_bad_row_stands_alone_and_the_others_of_its_batch_are_registered() -> Result<()> {
    let world = World::new().await?;
    let first = registration(&world, 1, 100).await?;
    world.context.writer.register(first, Instant::now()).await?;
    // The same id under another key: the database refuses it, and with it its whole batch.
    let mut batch = vec![registration(&world, 2, 100).await?];
    for at in 3..40 {
        batch.push(registration(&world, at, at * 1_000).await?);
    }
    let answers = join_all(batch.into_iter().map(|one| world.context.writer.register(one, Instant::now()))).await;
    let refused: Vec<usize> = answers.iter().enumerate().filter(|(_, a)| a.is_err()).map(|(at, _)| at).collect();
    assert_eq!(refused, [0]);
    let rows = world.rows().await?;
    assert!(
        rows.iter().all(|(table, count)| *count
            == if table.starts_with('p') && *table != "petition" && *table != "petitioner" { 76 } else { 38 }),
        "{rows:?}"
    );
    Ok(())
}

/// W5: what waited too long before its turn is told to come again, and nothing of it is written.
#[tokio::test]
async fn a_petition_that_waited_too_long_is_told_to_come_again_before_anything_is_written() -> Result<()> {
    let world = World::new().await?;
    let late = registration(&world, 1, 1).await?;
    let long_ago = Instant::now().checked_sub(Duration::from_secs(5)).expect("the machine has run for longer");
    let answer = world.context.writer.register(late.clone(), long_ago).await;
    assert!(matches!(answer, Err(Failure::Busy)), "{answer:?}");
    assert_eq!(world.count("select count(*) from intake.petition").await?, 0);
    world.context.writer.register(late, Instant::now()).await?;
    assert_eq!(world.count("select count(*) from intake.petition").await?, 1);
    Ok(())
}

/// D-10: equal keys in one batch are one request, and another body under the same key is refused, whatever the batch.
#[tokio::test]
async fn equal_keys_within_one_batch_are_one_petition() -> Result<()> {
    let world = World::new().await?;
    let one = registration(&world, 1, 1).await?;
    let again = Registration { petition_id: PetitionId::from(Uuid::from_u128(2)), ..one.clone() };
    let other = Registration { body_mac: [2; 32], ..one.clone() };
    let batch = [one, again, other];
    let answers = huiyin_intake::app::register_batch(&world.context.inserter, &world.context.vault, &batch).await?;
    let numbers: Vec<Option<String>> = answers.iter().map(|a| a.as_ref().ok().map(|r| r.number.to_string())).collect();
    assert!(numbers[0].is_some() && numbers[0] == numbers[1]);
    assert!(matches!(answers[2], Err(Failure::KeyReused)));
    assert_eq!(world.count("select count(*) from intake.petition").await?, 1);
    Ok(())
}

/// D5, "kill between commit and reply": whoever goes away before the answer leaves a whole petition or none, and gets the same
/// receipt for the same key afterwards.
#[tokio::test]
async fn twenty_clients_that_hang_up_leave_no_half_petition_and_one_petition_for_each_key() -> Result<()> {
    let world = World::new().await?;
    let bodies: Vec<_> = (0..20).map(|at| petition_with(&json!({ "title": format!("第{at}件") }))).collect();
    let gone = bodies.iter().enumerate().map(|(at, body)| {
        let world = &world;
        async move {
            let micros = 200 + 700 * at as u64;
            let _ = tokio::time::timeout(Duration::from_micros(micros), world.hand_in(&format!("k{at}"), body)).await;
        }
    });
    join_all(gone).await;
    let first = join_all(bodies.iter().enumerate().map(|(at, body)| {
        let world = &world;
        async move { world.hand_in(&format!("k{at}"), body).await }
    }))
    .await;
    for (at, answer) in first.into_iter().enumerate() {
        let answer = answer?;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(world.hand_in(&format!("k{at}"), &bodies[at]).await?, answer);
    }
    let rows = world.rows().await?;
    assert_eq!(
        rows.iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [20, 20, 20, 20, 20, 20, 40, 40, 20],
        "{rows:?}"
    );
    assert_eq!(world.count("select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()").await?, 0);
    Ok(())
}

/// D-13: numbers come from a sequence, one for each year, whose gaps mean nothing.
#[tokio::test]
async fn numbers_are_unique_and_begin_anew_each_year() -> Result<()> {
    let world = World::new().await?;
    let old = world.hand_in("k1", &petition()).await?;
    world.time.advance_to("2036-12-31T16:00:00Z".parse()?);
    let new = world.hand_in("k2", &petition()).await?;
    assert!(old.text("number").starts_with("HY-2026-0000-0001-"), "{old:?}");
    assert!(new.text("number").starts_with("HY-2037-0000-0001-"), "a year nobody had prepared: {new:?}");
    Ok(())
}
