//! The petitioner asks for a review or re-examination (REG-40, REG-41): of a written answer, and once at a time.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::casework::{self, CaseSnapshot, CaseState, Outcome, ReviewLevel, ReviewSnapshot, ReviewState};
use huiyin_kernel::{Role, UnitCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::watchdog::{case, hear, heard};
use crate::world::{Answer, World, access, id_of, petition};

const ASKED: &str = "select count(*) from intake.publication where event_type like '%review_asked%'";

pub(crate) async fn standing(
    world: &World,
    receipt: &Answer,
    version: i64,
    change: impl FnOnce(&mut CaseSnapshot),
) -> Result<()> {
    let mut snapshot = case(id_of(receipt)?, &receipt.text("number"), version, CaseState::Replied)?;
    snapshot.outcome = Some(Outcome::NotSupported);
    snapshot.replied_at = Some(DateTime::UNIX_EPOCH);
    change(&mut snapshot);
    hear(world, &[heard(casework::REPLIED, Uuid::from_u128(5), version, &snapshot)?]).await
}

fn asked(at: DateTime<Utc>, state: ReviewState) -> Result<ReviewSnapshot> {
    Ok(ReviewSnapshot {
        level: ReviewLevel::Review,
        unit: Some(UnitCode::parse("city-xfj")?),
        state,
        result: None,
        asked_at: at,
        late: false,
        answered_at: None,
        delivered_at: None,
        next_until: None,
    })
}

/// REG-40, D2: only of a written answer; a double click is one request; the reasons are sealed, and the reviewing body reads
/// them; once the review has ended another may be asked for.
#[tokio::test]
async fn a_review_is_asked_for_once_of_a_written_answer_and_its_reasons_are_read_by_the_reviewing_body() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let mut ask = access(&receipt);
    ask["reason"] = json!("认定的面积与合同不符");
    let early = world.post("/petitions/ask-review", &ask).await?;
    assert_eq!((early.status, early.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "not_answered".to_owned()));
    standing(&world, &receipt, 3, |_| ()).await?;
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.body["may_ask_review"], true);

    let reader = world.token_of(9, "city-xfj", "990100", &[Role::Officer]);
    let page = format!("/petitions/{}", receipt.text("petition_id"));
    assert_eq!(world.staff("GET", &page, &reader, &Value::Null).await?.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(world.post("/petitions/ask-review", &ask).await?.status, StatusCode::OK);
    }
    assert_eq!(world.count(ASKED).await?, 1);
    let words = "select count(*) from intake.journal where position('合同不符' in convert_from(body, 'utf8')) > 0";
    assert_eq!(world.count(words).await?, 0);

    let at = world.context.clock.now();
    let open = asked(at, ReviewState::Asked)?;
    standing(&world, &receipt, 4, |case| {
        (case.state, case.review) = (CaseState::UnderReview, Some(open));
    })
    .await?;
    let seen = world.staff("GET", &page, &reader, &Value::Null).await?;
    assert_eq!(seen.body["supplements"][0]["purpose"], "review", "{seen:?}");
    assert_eq!(seen.body["supplements"][0]["text"], "认定的面积与合同不符");
    assert_eq!(
        world.post("/petitions/ask-review", &ask).await?.status,
        StatusCode::OK,
        "the same words: the same request"
    );
    ask["reason"] = json!("还有别的理由");
    assert_eq!(world.post("/petitions/ask-review", &ask).await?.text("code"), "under_review");

    let ended = asked(at, ReviewState::Delivered)?;
    standing(&world, &receipt, 5, |case| case.review = Some(ended)).await?;
    world.time.advance(TimeDelta::days(1));
    ask["reason"] = json!("认定的面积与合同不符");
    assert_eq!(world.post("/petitions/ask-review", &ask).await?.status, StatusCode::OK);
    assert_eq!(world.count(ASKED).await?, 2, "the same words after an answer are a new request");
    Ok(())
}

/// Bad input: no reasons, too many, hidden characters; nothing is stored.
#[tokio::test]
async fn a_review_without_reasons_is_refused_by_field() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    standing(&world, &receipt, 3, |_| ()).await?;
    for reason in ["  ".to_owned(), "字".repeat(5_001), "a\u{0}b".to_owned()] {
        let mut ask = access(&receipt);
        ask["reason"] = json!(reason);
        let answer = world.post("/petitions/ask-review", &ask).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.to_string().contains("reason"), "{answer:?}");
    }
    assert_eq!(world.count("select count(*) from intake.supplement").await?, 0);
    Ok(())
}
