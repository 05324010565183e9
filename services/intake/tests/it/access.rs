use anyhow::Result;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::TimeDelta;
use huiyin_intake::domain::{Petition, PetitionEvent};
use huiyin_journal::history;
use huiyin_kernel::{QueryCode, Service};
use serde_json::{Value, json};

use crate::world::{Answer, World, access, id_of, petition};

fn without_instance(mut answer: Answer) -> Answer {
    if let Some(body) = answer.body.as_object_mut() {
        body.remove("instance");
    }
    answer
}

/// W1: nobody learns from the answer which numbers exist.
#[tokio::test]
async fn a_wrong_number_a_wrong_code_and_nonsense_are_answered_alike() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let wrong_code = QueryCode::from_secret([7; 16]).expose();
    let number = receipt.text("number");
    let guesses = [
        json!({ "number": number, "code": wrong_code }),
        json!({ "number": "HY-2026-0099-9999-X", "code": wrong_code }),
        json!({ "number": "HY-2026-0099-9999-X", "code": receipt.text("query_code") }),
        json!({ "number": number, "code": "" }),
        json!({ "number": number, "code": receipt.text("query_code").replace('-', "")[..16] }),
        json!({ "number": "' or 1=1 --", "code": "' or 1=1 --" }),
        json!({ "number": "", "code": "" }),
    ];
    for path in ["/petitions/query", "/petitions/withdraw", "/petitions/restore"] {
        let mut answers = Vec::new();
        for guess in &guesses {
            answers.push(without_instance(world.post(path, guess).await?));
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0] && answer.status == StatusCode::NOT_FOUND),
            "{answers:?}"
        );
    }
    let spoken =
        json!({ "number": number.to_lowercase().replace('-', " "), "code": receipt.text("query_code").to_lowercase() });
    assert_eq!(world.post("/petitions/query", &spoken).await?.status, StatusCode::OK);
    Ok(())
}

/// W1: guessing is slowed down, and a hall of five hundred behind the same address is not locked out with the guesser.
#[tokio::test]
async fn guessing_is_told_to_wait_while_right_codes_and_staff_are_always_answered() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let mut waits = 0;
    for at in 0..70_u32 {
        let guess = json!({ "number": huiyin_kernel::PetitionNumber::new(2026, at + 2).to_string(), "code": "x" });
        let answer = world.post("/petitions/query", &guess).await?;
        assert!(matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS));
        waits += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((5..=10).contains(&waits), "60 a minute are answered, not {}", 70 - waits);
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.status, StatusCode::OK);
    let wrong = json!({ "number": receipt.text("number"), "code": "x" });
    let by_staff = world.staff("POST", "/petitions/query", &world.clerk(), &wrong).await?;
    assert_eq!(by_staff.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// One number cannot be guessed at from many addresses either; its petitioner is not locked out by it.
#[tokio::test]
async fn one_number_guessed_at_from_many_places_is_told_to_wait() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let mut told_to_wait = false;
    for at in 0..25_u8 {
        let request = Request::builder()
            .method("POST")
            .uri("/petitions/query")
            .header(header::CONTENT_TYPE, "application/json")
            .header(huiyin_web::SERVICE_HEADER, world.credential_of(Service::Portal)?)
            .header(huiyin_web::CLIENT_ADDRESS_HEADER, format!("10.1.1.{at}"));
        let guess = json!({ "number": receipt.text("number"), "code": "x" });
        let answer = world.send(request.body(Body::from(guess.to_string()))?).await?;
        told_to_wait |= answer.status == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(told_to_wait);
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.status, StatusCode::OK);
    Ok(())
}

/// DOMAIN part D: a withdrawal is the petitioner's own act, reversible for 15 days; D-1: the journal tells the same as the row.
#[tokio::test]
async fn a_petition_is_amended_withdrawn_restored_and_its_journal_replays_to_its_row() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let mut amend = access(&receipt);
    amend["text"] = json!("补充：合同编号为HT-7");
    amend["phone"] = json!("+86 158 0000 4321");
    for _ in 0..2 {
        assert_eq!(world.post("/petitions/amend", &amend).await?.status, StatusCode::OK);
    }
    assert_eq!(world.count("select count(*) from intake.supplement").await?, 1, "the same text is added once");
    let withdrawn = world.post("/petitions/withdraw", &access(&receipt)).await?;
    assert_eq!(withdrawn.text("state"), "withdrawn");
    let until = withdrawn.text("may_restore_until");
    // 15 days after 2026-03-02, to the end of the last day in the city.
    assert_eq!(until, "2026-03-17T16:00:00Z");
    assert_eq!(world.post("/petitions/amend", &amend).await?.text("code"), "petition_withdrawn");
    assert_eq!(world.post("/petitions/withdraw", &access(&receipt)).await?, withdrawn, "twice is once");
    world.time.advance_to("2026-03-17T15:59:59Z".parse()?);
    assert_eq!(world.post("/petitions/restore", &access(&receipt)).await?.text("state"), "registered");

    world.post("/petitions/withdraw", &access(&receipt)).await?;
    world.time.advance(TimeDelta::days(20));
    let late = world.post("/petitions/restore", &access(&receipt)).await?;
    assert_eq!((late.status, late.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "restore_too_late".to_owned()));

    let id = id_of(&receipt)?;
    let mut tx = world.context.worker.read().await?;
    let rows = history(&mut tx, Service::Intake, id.uuid()).await?;
    let events: Result<Vec<PetitionEvent>, _> = rows.iter().map(|row| serde_json::from_slice(&row.body)).collect();
    let stored = huiyin_intake::store::petition::find(&mut tx, id).await?;
    assert_eq!(Petition::replay(&events?), stored.map(|stored| stored.petition));
    let names = "select count(distinct event_type) from intake.publication where audience = 'public'";
    assert_eq!(world.count(names).await?, 4, "registered, amended, withdrawn, restored");
    assert_eq!(world.count("select count(*) from intake.publication where audience = 'private'").await?, 2);
    Ok(())
}

#[tokio::test]
async fn an_amendment_without_content_or_with_a_bad_phone_changes_nothing() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let before = world.rows().await?;
    for change in
        [json!({}), json!({ "phone": "电话" }), json!({ "text": "x".repeat(5_001) }), json!({ "text": "a\u{0}b" })]
    {
        let mut body = access(&receipt);
        for (field, value) in change.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        assert_eq!(world.post("/petitions/amend", &body).await?.status, StatusCode::BAD_REQUEST, "{change}");
    }
    assert_eq!(world.rows().await?, before);
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.body["supplements"], Value::Array(Vec::new()));
    Ok(())
}
