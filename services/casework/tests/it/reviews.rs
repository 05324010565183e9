//! Review and re-examination (复查、复核): asked for by the petitioner, decided one level up, and once more.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::{PetitionClass, PetitionSnapshot, REVIEW_ASKED};
use huiyin_kernel::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{
    BOSS, BUREAU, BUREAU_HEAD, CITY_LEADER, CITY_OFFICER, NEIGHBOUR, OFFICE, OFFICER, Person, STREET, World, proposal,
};

fn opinion(result: &str) -> Value {
    json!({
        "result": result, "facts_found": "经查阅案卷并到现场核实", "opinion": "原处理意见认定事实不清",
        "legal_basis": "《信访工作条例》第三十五条"
    })
}

async fn answered(world: &World) -> Result<(PetitionSnapshot, Uuid)> {
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.whole_road(case, "ordinary").await?;
    Ok((petition, case))
}

async fn ask(world: &World, petition: &PetitionSnapshot) -> Result<()> {
    world.time.advance(TimeDelta::minutes(1));
    world.hear(REVIEW_ASKED, petition.petition_id.uuid(), petition).await
}

async fn deliver(world: &World, person: Person, case: Uuid) -> Result<()> {
    let delivered = json!({ "means": "当面送达", "delivered_at": world.time.now(), "receipt": "SD-9" });
    world.must(person, case, "deliver", &delivered).await?;
    Ok(())
}

/// REG-40, REG-41, REG-43, REG-44: the bureau above the street office reviews, orders the matter anew, the street answers again;
/// the city re-examines what the bureau upheld; and then it is over, and the petitioner is told so.
#[tokio::test]
async fn reg_40_a_matter_goes_up_level_by_level_and_ends_at_the_third() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = answered(&world).await?;
    let path = format!("/cases/{case}");
    assert_eq!(world.get(BUREAU, &path).await?.status, StatusCode::NOT_FOUND, "not theirs before it is asked for");
    ask(&world, &petition).await?;
    let page = world.get(BUREAU, &path).await?.body;
    assert_eq!((&page["stage"], &page["review"]["unit"]), (&json!("under_review"), &json!("990102-xfj")));
    assert_eq!(world.get(NEIGHBOUR, &path).await?.status, StatusCode::NOT_FOUND);
    let own = world.post(OFFICER, &format!("{path}/propose-review"), &opinion("upheld")).await?;
    assert_eq!(own.code(), "not_responsible", "nobody reviews their own opinion");
    world.must(BUREAU, case, "propose-review", &opinion("redo")).await?;
    assert_eq!(world.post(BUREAU, &format!("{path}/approve"), &json!({})).await?.code(), "proposer_cannot_approve");
    world.must(BUREAU_HEAD, case, "approve", &json!({})).await?;
    deliver(&world, BUREAU, case).await?;

    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "重新核查" })).await?;
    }
    let same = world.post(OFFICER, &format!("{path}/propose"), &proposal("supported")).await?;
    assert_eq!((same.status, same.code()), (StatusCode::UNPROCESSABLE_ENTITY, "same_opinion_again"));
    world.must(OFFICER, case, "propose", &proposal("not_supported")).await?;
    world.must(BOSS, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;

    // Read on the net and asked for at once: it has arrived.
    ask(&world, &petition).await?;
    world.must(BUREAU, case, "propose-review", &opinion("upheld")).await?;
    world.must(BUREAU_HEAD, case, "approve", &json!({})).await?;
    deliver(&world, BUREAU, case).await?;
    ask(&world, &petition).await?;
    let page = world.get(CITY_OFFICER, &path).await?.body;
    assert_eq!((&page["review"]["level"], &page["review"]["unit"]), (&json!("reexamination"), &json!("city-xfj")));
    let hearing = json!({ "from": "2026-03-09", "to": "2026-03-11", "note": "听证会" });
    world.must(CITY_OFFICER, case, "hearing", &hearing).await?;
    world.must(CITY_OFFICER, case, "propose-review", &opinion("upheld")).await?;
    world.must(CITY_LEADER, case, "approve", &json!({})).await?;
    deliver(&world, CITY_OFFICER, case).await?;
    ask(&world, &petition).await?;
    let told = world.told(case).await?;
    assert_eq!(told.last().map(String::as_str), Some("review_declined"), "{told:?}");
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body;
    assert_eq!(view["remedy"]["level"], "none");
    assert_eq!(view["reviews"].as_array().map(Vec::len), Some(3));
    let progress = view["progress"].to_string();
    assert!(!progress.contains("待审批") && progress.contains("责令重新办理"), "{progress}");
    assert_eq!(world.get(BUREAU, &path).await?.status, StatusCode::OK, "who took part still reads it");
    world.check_invariants().await
}

/// REG-40, T1, T4: the review's clock warns and falls due by timers of its own; an answer in time leaves none armed.
#[tokio::test]
async fn reg_40_a_review_not_answered_in_thirty_days_is_overdue() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = answered(&world).await?;
    ask(&world, &petition).await?;
    world.check_invariants().await?;
    world.live_until(world.time.now() + TimeDelta::days(33)).await?;
    let told = world.told(case).await?;
    assert_eq!(told.iter().filter(|event| *event == "due_soon").count(), 3, "{told:?}");
    assert_eq!(told.iter().filter(|event| *event == "overdue").count(), 1, "{told:?}");
    let page = world.get(BUREAU, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["is_overdue"], &page["taken_by_leader"]), (&json!(true), &json!(false)));
    world.must(BUREAU, case, "propose-review", &opinion("upheld")).await?;
    world.must(BUREAU_HEAD, case, "approve", &json!({})).await?;
    deliver(&world, BUREAU, case).await?;
    assert!(world.next_timer().await?.is_none());
    world.check_invariants().await
}

/// D2: asked for twice it is one review; asked for while there is no answer it is noted, and nothing is lost.
#[tokio::test]
async fn a_review_asked_for_twice_or_too_early_is_one_review_and_a_note() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    ask(&world, &petition).await?;
    assert_eq!(world.told(case).await?, ["opened"]);
    world.whole_road(case, "ordinary").await?;
    ask(&world, &petition).await?;
    ask(&world, &petition).await?;
    let told = world.told(case).await?;
    assert_eq!(told.iter().filter(|event| *event == "review_asked").count(), 1, "{told:?}");
    let bad = json!({ "code": "review_too_late", "text": "超期" });
    assert_eq!(world.post(BUREAU, &format!("/cases/{case}/decline-review"), &bad).await?.code(), "review_in_time");
    let declined = json!({ "code": "review_skips_level", "text": "请向区人民政府申请" });
    world.must(BUREAU, case, "decline-review", &declined).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["stage"], &page["review"]["state"]), (&json!("closed"), &json!("declined")));
    world.check_invariants().await
}
