//! Two at once, twice the same, and what cannot be read.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_kernel::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{BOSS, COLLEAGUE, OFFICER, World, proposal};

/// Two officers at once: one wins, the other is told what has changed.
#[tokio::test]
async fn of_two_officers_at_once_one_wins_and_the_other_learns_what_changed() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    let path = format!("/cases/{case}/accept");
    let body = json!({ "grade": "ordinary", "expected_version": 1 });
    let (one, two) = tokio::join!(world.post(OFFICER, &path, &body), world.post(COLLEAGUE, &path, &body));
    let answers = [one?, two?];
    let won = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let lost = answers.iter().find(|answer| answer.status == StatusCode::CONFLICT).expect("one loses");
    assert_eq!((won, lost.code()), (1, "changed_meanwhile"));
    assert!(lost.body["next"].as_str().unwrap_or_default().contains("已受理"), "{}", lost.body);
    world.check_invariants().await
}

/// A double click under one key does it once and gives the same answer; the key with another body is refused.
#[tokio::test]
async fn a_double_click_does_it_once() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "wide" })).await?;
    let path = format!("/cases/{case}/extend");
    let body = json!({ "days": 10, "kind": "wide", "reason": "须鉴定" });
    let clicks = tokio::join!(
        world.post_with_key(BOSS, &path, "click-1", &body),
        world.post_with_key(BOSS, &path, "click-1", &body),
        world.post_with_key(BOSS, &path, "click-1", &body),
    );
    let clicks = [clicks.0?, clicks.1?, clicks.2?];
    assert!(clicks.iter().all(|answer| answer.status == StatusCode::OK && answer == &clicks[0]), "{clicks:?}");
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!(page["extended_days"], 10);
    let other = json!({ "days": 11, "kind": "wide", "reason": "须鉴定" });
    let reused = world.post_with_key(BOSS, &path, "click-1", &other).await?;
    assert_eq!(reused.code(), "idempotency_key_reused");
    world.check_invariants().await
}

/// Bad input of every endpoint: a problem with fields, nothing stored, never a 5xx.
#[tokio::test]
async fn bad_input_is_answered_with_a_problem_and_changes_nothing() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    let before = world.case(case).await?;
    let long = "水".repeat(30_000);
    let huge = json!({ "days": 99_999_999_999_u64, "kind": "wide", "reason": "甲" });
    let bodies: Vec<Vec<u8>> = [
        json!({}),
        json!([]),
        json!(null),
        json!({ "grade": "enormous" }),
        json!({ "unknown": 1 }),
        json!({ "officer": "nobody" }),
        json!({ "officer": Uuid::from_u128(404) }),
        json!({ "unit": "没有", "reason": "甲" }),
        json!({ "step": "\u{202E}", "note": "甲" }),
        json!({ "step": "hear_petitioner", "note": long }),
        json!({ "expected_version": "1" }),
        json!({ "expected_version": 99 }),
        huge,
        proposal("pointed"),
        json!({ "days": -1, "kind": "wide", "reason": "甲" }),
        json!({ "reason": "" }),
        json!({ "means": "当面", "delivered_at": "0000-00-00T00:00:00Z" }),
        json!({ "means": "当面", "delivered_at": "9999-12-31T23:59:59.999999999Z" }),
        json!({ "code": "'; drop table casework.case; --", "text": "甲" }),
    ]
    .iter()
    .map(|body: &Value| body.to_string().into_bytes())
    .chain([b"{".to_vec(), b"\xFF\xFE".to_vec(), Vec::new(), "[".repeat(5_000).into_bytes()])
    .collect();
    let commands = [
        "accept",
        "point",
        "decline",
        "forward",
        "assign",
        "hand-over",
        "steps",
        "propose",
        "approve",
        "return",
        "reply",
        "deliver",
        "close",
        "extend",
        "grade",
        "settle-on-spot",
        "supervise",
        "answer-supervision",
        "return-supervision",
        "conclude-supervision",
        "advise",
        "answer-advice",
        "site-visit",
    ];
    for command in commands {
        for body in &bodies {
            for person in [OFFICER, BOSS] {
                let answer = world.post_raw(person, &format!("/cases/{case}/{command}"), body.clone()).await?;
                assert!(
                    answer.status.is_client_error(),
                    "{command} {:?}: {}",
                    String::from_utf8_lossy(body),
                    answer.status
                );
                assert!(answer.body["title"].is_string() && answer.body["next"].is_string(), "{}", answer.body);
            }
        }
    }
    for query in [
        "scope=all",
        "state=lost",
        "after=x",
        "after=-1.2",
        "limit=0",
        "limit=x",
        "overdue=maybe",
        "supervision=x",
        "x=1",
    ] {
        let answer = world.get(OFFICER, &format!("/cases?{query}")).await?;
        assert!(!answer.status.is_server_error(), "{query}: {}", answer.status);
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
    }
    for path in ["/cases/x", "/cases/x/history", "/cases/by-petition/x", "/internal/cases/x/notices/y"] {
        assert!(world.get(OFFICER, path).await?.status.is_client_error(), "{path}");
    }
    let other =
        world.internal(Service::Intake, &format!("/internal/cases/by-petition/{}/public-view", Uuid::nil())).await?;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert_eq!(world.case(case).await?, before);
    world.check_invariants().await
}
