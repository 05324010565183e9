use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use anyhow::Result;
use axum::http::StatusCode;
use futures::future::join_all;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

use crate::world::{World, petition, petition_with};

/// D2
#[tokio::test]
async fn the_same_key_with_the_same_body_gets_the_same_answer_and_another_body_is_refused() -> Result<()> {
    let world = World::new().await?;
    let first = world.hand_in("k1", &petition()).await?;
    world.time.advance(chrono::TimeDelta::hours(30));
    assert_eq!(world.hand_in("k1", &petition()).await?, first);
    let other = world.hand_in("k1", &petition_with(&json!({ "title": "另一件事" }))).await?;
    assert_eq!(
        (other.status, other.text("code")),
        (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused".to_owned())
    );
    let elsewhere = world.hand_in("k1", &petition_with(&json!({ "district": "990101" }))).await?;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
    assert_ne!(elsewhere.text("number"), first.text("number"));
    assert_eq!(world.count("select count(*) from intake.petition").await?, 2);
    Ok(())
}

#[tokio::test]
async fn fifty_at_once_with_one_key_are_one_petition() -> Result<()> {
    let world = World::new().await?;
    let body = petition();
    let answers = join_all((0..50).map(|_| world.hand_in("k1", &body))).await;
    let answers: Result<Vec<_>> = answers.into_iter().collect();
    let answers = answers?;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.status == StatusCode::CREATED));
    let rows = world.rows().await?;
    assert_eq!(rows.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 1, 2, 2, 1], "{rows:?}");
    Ok(())
}

#[tokio::test]
async fn a_key_is_required_and_has_a_shape() -> Result<()> {
    let world = World::new().await?;
    for key in ["", "中文", &"k".repeat(129)] {
        let body = petition().to_string();
        let mut request =
            axum::http::Request::builder().method("POST").uri("/petitions").header("content-type", "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key.as_bytes());
        }
        let refused = world.send(request.body(body.into())?).await?;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{key}");
    }
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));
    Ok(())
}

/// D2: whatever keys and bodies come in whatever order and company, the answers are those of a plain map: the first body of a
/// key counts, the same body gets the same receipt, another body is refused.
#[test]
fn any_story_of_keys_and_bodies_is_answered_as_a_plain_map_would() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build()?;
    let world = runtime.block_on(World::new())?;
    let story = AtomicU32::new(0);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() });
    // Rounds of requests that run side by side; within a round a key has one body, or its first would be anyone's.
    let rounds = prop::collection::vec(prop::collection::btree_map(0_u8..6, (0_u8..3, 1_usize..4), 1..6), 1..5);
    runner.run(&rounds, |rounds| {
        let story = story.fetch_add(1, Relaxed);
        let mut known: BTreeMap<u8, (u8, String)> = BTreeMap::new();
        for round in rounds {
            let requests: Vec<(u8, u8)> = round.iter().flat_map(|(key, (body, times))| vec![(*key, *body); *times]).collect();
            let answers = runtime.block_on(join_all(requests.iter().map(|(key, body)| {
                let world = &world;
                let sent = petition_with(&json!({ "title": format!("标题{body}") }));
                async move { world.hand_in(&format!("{story}-{key}"), &sent).await }
            })));
            for ((key, body), answer) in requests.into_iter().zip(answers) {
                let answer = answer.map_err(|error| TestCaseError::fail(error.to_string()))?;
                let receipt = format!("{} {}", answer.text("number"), answer.text("query_code"));
                let (first, expected) = known.entry(key).or_insert_with(|| (body, receipt.clone())).clone();
                if first == body {
                    prop_assert_eq!(answer.status, StatusCode::CREATED);
                    prop_assert_eq!(receipt, expected);
                } else {
                    prop_assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
                }
            }
        }
        let stored = "select count(*) from intake.publication p where audience = 'public' and convert_from(body, 'utf8')::jsonb ->> 'number' in
             (select number from intake.petition)";
        let (petitions, told) = runtime
            .block_on(async { Ok::<_, anyhow::Error>((world.count("select count(*) from intake.petition").await?, world.count(stored).await?)) })
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(petitions, told);
        Ok(())
    })?;
    Ok(())
}
