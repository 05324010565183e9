//! Who sees what (D-6, REG-22).

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use serde_json::json;

use crate::world::{
    BOSS, BUREAU, CITY_SUPERVISOR, DISCIPLINE, FAR_SUPERVISOR, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, World,
};

/// D-6: a unit without part in the matter gets 404 for reading, history and every command; supervisors of the district see it.
#[tokio::test]
async fn who_takes_no_part_is_told_there_is_no_such_case() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    for (person, expected) in [
        (OFFICER, StatusCode::OK),
        (SUPERVISOR, StatusCode::OK),
        (NEIGHBOUR, StatusCode::NOT_FOUND),
        (FAR_SUPERVISOR, StatusCode::NOT_FOUND),
        (BUREAU, StatusCode::NOT_FOUND),
    ] {
        for path in [format!("/cases/{case}"), format!("/cases/{case}/history")] {
            assert_eq!(world.get(person, &path).await?.status, expected, "{} {path}", person.n);
        }
    }
    let unknown = world.get(NEIGHBOUR, &format!("/cases/{}", uuid::Uuid::from_u128(9))).await?;
    let hidden = world.get(NEIGHBOUR, &format!("/cases/{case}")).await?;
    assert_eq!(unknown.body["title"], hidden.body["title"], "no answer tells that a case exists");
    let command = world.post(NEIGHBOUR, &format!("/cases/{case}/accept"), &json!({ "grade": "ordinary" })).await?;
    assert_eq!(command.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// REG-22, REG-11: an accusation registered by a street office is not the street office's to see; the bureau forwards it and
/// nothing else; then the discipline body sees it, and nothing of its content was told.
#[tokio::test]
async fn reg_22_an_accusation_is_invisible_to_ordinary_units_and_only_forwarded() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Accusation, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    for person in [OFFICER, BOSS, CITY_SUPERVISOR, DISCIPLINE] {
        assert_eq!(world.get(person, &format!("/cases/{case}")).await?.status, StatusCode::NOT_FOUND, "{}", person.n);
        let list = world.get(person, "/cases?scope=unit").await?.body;
        assert_eq!(list["items"], json!([]), "{}", person.n);
    }
    for supervisor in [SUPERVISOR, CITY_SUPERVISOR] {
        let area = world.get(supervisor, "/cases?scope=district").await?.body;
        assert_eq!(area["items"], json!([]), "no list of a district shows it");
    }
    let accept = world.post(BUREAU, &format!("/cases/{case}/accept"), &json!({ "grade": "ordinary" })).await?;
    assert_eq!(accept.code(), "accusation_only_forwarded");
    let astray = world.post(BUREAU, &format!("/cases/{case}/forward"), &json!({ "unit": OFFICE })).await?;
    assert_eq!(astray.code(), "not_discipline");
    world.must(BUREAU, case, "forward", &json!({ "unit": "990102-discipline" })).await?;
    assert_eq!(world.get(DISCIPLINE, &format!("/cases/{case}")).await?.status, StatusCode::OK);
    assert_eq!(world.get(OFFICER, &format!("/cases/{case}")).await?.status, StatusCode::NOT_FOUND);
    let words = world
        .count(&format!(
            "select count(*) from casework.publication where aggregate_id = '{case}'
             and (convert_from(body, 'utf8')::jsonb->>'opinion_summary' is not null
               or convert_from(body, 'utf8')::jsonb->>'cause_found' is not null)"
        ))
        .await?;
    assert_eq!(words, 0);
    let path = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    assert_eq!(world.internal(huiyin_kernel::Service::Intake, &path).await?.status, StatusCode::NOT_FOUND);
    world.check_invariants().await
}

/// DW-17, WH-11: after a hand-over the new unit sees the case, the old one no longer, and both stand in the record.
#[tokio::test]
async fn dw_17_sight_moves_with_the_hand_over_and_the_record_keeps_both() -> Result<()> {
    let world = World::new().await?;
    let mut petition = world.petition(1, PetitionClass::Request, STREET, None);
    petition.registered_by = None;
    let case = world.register(&petition).await?;
    let nobody = json!({ "unit": "990102002-office", "reason": " " });
    assert_eq!(world.post(BOSS, &format!("/cases/{case}/hand-over"), &nobody).await?.status, StatusCode::BAD_REQUEST);
    let unknown = json!({ "unit": "990102-nobody", "reason": "属地调整" });
    assert_eq!(world.post(BOSS, &format!("/cases/{case}/hand-over"), &unknown).await?.status, StatusCode::BAD_REQUEST);
    let before = world.case(case).await?;
    world.must(BOSS, case, "hand-over", &json!({ "unit": "990102002-office", "reason": "属地调整" })).await?;
    assert_eq!(world.case(case).await?.clocks, before.clocks, "the clock is kept");
    assert_eq!(world.get(NEIGHBOUR, &format!("/cases/{case}")).await?.status, StatusCode::OK);
    assert_eq!(world.get(OFFICER, &format!("/cases/{case}")).await?.status, StatusCode::NOT_FOUND);
    let record = format!("select count(*) from casework.participation where case_id = '{case}'");
    assert_eq!(world.count(&record).await?, 2);
    assert_eq!(world.count(&format!("{record} and until is null")).await?, 1);
    world.check_invariants().await
}

/// Without a token, with a wrong one, or with a service's credential where staff are asked for: 401.
#[tokio::test]
async fn the_supervisors_list_is_for_supervisors() -> Result<()> {
    let world = World::new().await?;
    let refused = world.get(OFFICER, "/cases?scope=district").await?;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "scope_not_yours"));
    let case = world.street_request(1).await?;
    let command = world.post(SUPERVISOR, &format!("/cases/{case}/accept"), &json!({ "grade": "ordinary" })).await?;
    assert_eq!(command.status, StatusCode::FORBIDDEN);
    Ok(())
}

/// REG-10, REG-14: the receiver of a transfer sees the matter and answers for it; the sender still reads it and alone answers an
/// objection; a third unit sees nothing.
#[tokio::test]
async fn reg_14_a_transfer_moves_sight_to_the_receiver_and_the_sender_keeps_it() -> Result<()> {
    let world = World::new().await?;
    let mut petition = world.petition(1, PetitionClass::Request, STREET, None);
    petition.registered_by = None;
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    assert_eq!(world.get(NEIGHBOUR, &path).await?.status, StatusCode::NOT_FOUND);
    let demand = json!({ "unit": "990102002-office", "demand": "三十日内书面报告结果", "report_by": "2026-04-01" });
    world.must(OFFICER, case, "transfer", &demand).await?;
    for person in [NEIGHBOUR, OFFICER] {
        assert_eq!(world.get(person, &path).await?.status, StatusCode::OK, "{}", person.n);
    }
    assert_eq!(world.get(BUREAU, &path).await?.status, StatusCode::NOT_FOUND);
    let late = world.post(OFFICER, &format!("{path}/accept"), &json!({ "grade": "ordinary" })).await?;
    assert_eq!(late.code(), "not_responsible", "the receiver decides");
    world.must(NEIGHBOUR, case, "object", &json!({ "reason": "事发地不在本街道" })).await?;
    let own =
        world.post(NEIGHBOUR, &format!("{path}/answer-objection"), &json!({ "agree": true, "reason": "同意" })).await?;
    assert_eq!(own.code(), "not_responsible");
    world.must(OFFICER, case, "answer-objection", &json!({ "agree": true, "reason": "经核实属本街道" })).await?;
    assert_eq!(world.get(NEIGHBOUR, &path).await?.status, StatusCode::NOT_FOUND, "no longer theirs");
    assert_eq!(world.told(case).await?, ["opened", "transferred", "objected", "objection_answered"]);
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let progress = world.internal(huiyin_kernel::Service::Intake, &public).await?.body["progress"].to_string();
    assert!(
        progress.contains("交办") && !progress.contains("提出异议"),
        "what came of it is told, not the dispute: {progress}"
    );
    world.check_invariants().await
}
