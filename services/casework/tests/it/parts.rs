//! Parts that other units do (JX-09), and what is settled later (XT-21), over HTTP, on the pages and in the timers.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::json;

use crate::world::{BOSS, NEIGHBOUR, OFFICE, OFFICER, STREET, World, proposal};

const NEIGHBOURS: &str = "990102002-office";

/// JX-09: another unit sees the matter while it has a part of it, reports it done, and the opinion waits for that; done late, it is marked by
/// itself. The petitioner hears nothing of parts.
#[tokio::test]
async fn jx_09_a_part_is_done_by_another_unit_before_the_opinion() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    assert_eq!(world.get(NEIGHBOUR, &path).await?.status, StatusCode::NOT_FOUND);
    let part = json!({ "unit": NEIGHBOURS, "text": "检测相邻管段水压", "due_on": "2026-03-06" });
    for (field, value) in [("unit", json!("990102-nobody")), ("text", json!("")), ("due_on", json!("2026-02-30"))] {
        let mut wrong = part.clone();
        wrong[field] = value;
        let answer = world.post(OFFICER, &format!("{path}/give-part"), &wrong).await?;
        assert!(answer.status.is_client_error(), "{field}: {}", answer.body);
    }
    world.must(OFFICER, case, "give-part", &part).await?;
    let seen = world.get(NEIGHBOUR, &path).await?;
    assert_eq!((seen.status, &seen.body["work_parts"][0]["open"]), (StatusCode::OK, &json!(true)));
    for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已核查" })).await?;
    }
    let early = world.post(OFFICER, &format!("{path}/propose"), &proposal("supported")).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "parts_open"));
    world.live_until(world.time.now() + TimeDelta::days(7)).await?;
    let overdue = world.told(case).await?.iter().filter(|event| *event == "overdue").count();
    assert_eq!(overdue, 1);
    let report = json!({ "part": 1, "done_on": "2026-03-08", "result": "水压正常" });
    let twice = [
        world.post_with_key(NEIGHBOUR, &format!("{path}/part-done"), "part-1", &report).await?,
        world.post_with_key(NEIGHBOUR, &format!("{path}/part-done"), "part-1", &report).await?,
    ];
    assert_eq!(twice[0].body, twice[1].body, "a double click does it once");
    world.must(OFFICER, case, "propose", &proposal("supported")).await?;
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body.to_string();
    assert!(!view.contains("分解") && !view.contains("水压"), "{view}");
    assert_eq!(world.get(NEIGHBOUR, &path).await?.status, StatusCode::OK, "what it did, it may still read");
    world.check_invariants().await
}

/// XT-21: put off with a day the petitioner reads, due by itself after the end, settled, and read as such.
#[tokio::test]
async fn xt_21_what_is_put_off_comes_back_by_itself_and_is_settled() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已核查" })).await?;
    }
    world.must(OFFICER, case, "propose", &proposal("explained")).await?;
    world.must(BOSS, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;
    let undated = world.post(OFFICER, &format!("/cases/{case}/defer"), &json!({ "reason": "资金未到位" })).await?;
    assert_eq!(undated.status, StatusCode::BAD_REQUEST, "deferred needs its next date: {}", undated.body);
    world.must(OFFICER, case, "defer", &json!({ "reason": "资金未到位", "look_again_on": "2026-04-20" })).await?;
    world.must(OFFICER, case, "deliver", &json!({ "means": "当面送达", "delivered_at": world.time.now() })).await?;
    for step in ["carry_out", "report_closed"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已说明" })).await?;
    }
    world.must(OFFICER, case, "close", &json!({})).await?;
    world.live_until(world.time.now() + TimeDelta::days(60)).await?;
    let told = world.told(case).await?;
    assert!(told.iter().any(|event| event == "due_soon"), "the reminder fires: {told:?}");
    assert_eq!(told.iter().filter(|event| *event == "overdue").count(), 1, "{told:?}");
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body;
    assert_eq!(
        (&view["deferred"]["reason"], &view["deferred"]["look_again_on"]),
        (&json!("资金未到位"), &json!("2026-04-20"))
    );
    world.must(OFFICER, case, "settle-deferred", &json!({ "done_on": "2026-04-30", "note": "已修复" })).await?;
    let view = world.internal(Service::Intake, &public).await?.body;
    assert_eq!(view["deferred"]["settled_on"], "2026-04-30");
    assert!(world.next_timer().await?.is_none());
    world.check_invariants().await
}
