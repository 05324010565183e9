//! Linked matters over HTTP: both sides at once, by sight, closed all or none.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use serde_json::json;
use uuid::Uuid;

use crate::world::{BOSS, DISCIPLINE, NEIGHBOUR, OFFICE, OFFICER, STREET, World, proposal};

async fn number(world: &World, case: Uuid) -> Result<String> {
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    Ok(page["number"].as_str().expect("a number").to_owned())
}

async fn delivered(world: &World, case: Uuid) -> Result<()> {
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已核查" })).await?;
    }
    world.must(OFFICER, case, "propose", &proposal("supported")).await?;
    world.must(BOSS, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;
    let delivered = json!({ "means": "当面送达", "delivered_at": world.time.now() });
    world.must(OFFICER, case, "deliver", &delivered).await?;
    Ok(())
}

async fn carried_out(world: &World, case: Uuid) -> Result<()> {
    for step in ["carry_out", "report_closed"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已落实" })).await?;
    }
    Ok(())
}

/// Linked and undone on both sides in one transaction; a matter the reader does not see cannot be linked, nor told from one that does
/// not exist.
#[tokio::test]
async fn both_sides_are_linked_and_undone_at_once_and_only_by_sight() -> Result<()> {
    let world = World::new().await?;
    let (one, two) = (world.street_request(1).await?, world.street_request(2).await?);
    let (_, second) = (number(&world, one).await?, number(&world, two).await?);
    let link = json!({ "number": second, "kind": "same_matter", "reason": "同一处漏水" });
    world.must(OFFICER, one, "link", &link).await?;
    for (case, other) in [(one, two), (two, one)] {
        let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
        assert_eq!(page["links"][0]["case_id"], other.to_string());
    }
    let twice = world.post(OFFICER, &format!("/cases/{one}/link"), &link).await?;
    assert_eq!((twice.status, twice.code()), (StatusCode::UNPROCESSABLE_ENTITY, "linked_already"));

    let petition = world.petition(3, PetitionClass::Accusation, STREET, Some(OFFICE));
    world.register(&petition).await?;
    let hidden = json!({ "number": petition.number, "kind": "related", "reason": "同一单位" });
    let hidden = world.post(OFFICER, &format!("/cases/{one}/link"), &hidden).await?;
    let absent = json!({ "number": "HY-2026-0099-9999-K", "kind": "related", "reason": "同一单位" });
    let absent = world.post(OFFICER, &format!("/cases/{one}/link"), &absent).await?;
    assert_eq!((hidden.status, hidden.body["title"].clone()), (absent.status, absent.body["title"].clone()));
    for stranger in [NEIGHBOUR, DISCIPLINE] {
        let link = world.post(stranger, &format!("/cases/{one}/link"), &link).await?;
        assert!(link.status.is_client_error(), "{}", link.body);
    }
    world.must(OFFICER, two, "unlink", &json!({ "other": one, "reason": "地点不同" })).await?;
    for case in [one, two] {
        let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
        assert_eq!(page["links"], json!([]));
        let journal = format!(
            "select count(*) from casework.journal where aggregate_id = '{case}' and event_type in ('linked', 'unlinked')"
        );
        assert_eq!(world.count(&journal).await?, 2);
    }
    world.check_invariants().await
}

/// WH-11: closed together each by its own delivered reply, or none; a double click closes them once.
#[tokio::test]
async fn linked_matters_are_closed_together_or_not_at_all() -> Result<()> {
    let world = World::new().await?;
    let (one, two) = (world.street_request(1).await?, world.street_request(2).await?);
    let second = number(&world, two).await?;
    world.must(OFFICER, one, "link", &json!({ "number": second, "kind": "related", "reason": "同一小区" })).await?;
    for case in [one, two] {
        delivered(&world, case).await?;
    }
    carried_out(&world, one).await?;
    let path = format!("/cases/{one}/close-linked");
    let early = world.post(OFFICER, &path, &json!({})).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "one_stays_open"));
    assert!(early.body["title"].as_str().unwrap_or_default().contains(&second), "{}", early.body);
    let open = "select count(*) from casework.case where state = 'closed'";
    assert_eq!(world.count(open).await?, 0, "none was closed");
    carried_out(&world, two).await?;
    let page = world.get(OFFICER, &format!("/cases/{one}")).await?.body;
    let actions = page["actions"].as_array().expect("actions");
    assert!(actions.iter().any(|action| action["command"] == "close-linked" && action["allowed"] == true));
    for _ in 0..2 {
        let closed = world.post_with_key(OFFICER, &path, "one-key", &json!({})).await?;
        assert_eq!((closed.status, &closed.body["state"]), (StatusCode::OK, &json!("closed")), "{}", closed.body);
    }
    for case in [one, two] {
        assert_eq!(world.told(case).await?.iter().filter(|event| *event == "closed").count(), 1);
    }
    world.check_invariants().await
}
