//! Mediation and settlement (调解、和解) over HTTP, on the pages and in the timers.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::{Value, json};

use crate::world::{BOSS, OFFICE, OFFICER, Person, STREET, World};

fn agreement(signed_by: Person, due_on: &str) -> Value {
    json!({
        "kind": "mediation", "agreed_on": "2026-03-02", "facts_found": "三楼管道老化，双方对费用有争议",
        "terms": "物业公司更换管道，费用由双方分担", "signed_by": signed_by.id(),
        "duties": [{ "text": "更换管道", "due_on": due_on }],
    })
}

/// REG-27: signed by the head, answered, closed; its duty is due by itself after the end, reminded of, and done; the petitioner sees the
/// days and not the words.
#[tokio::test]
async fn reg_27_an_agreement_ends_a_matter_and_is_carried_out_after_it() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    let unsigned = world.post(OFFICER, &format!("{path}/settlement"), &agreement(OFFICER, "2026-04-10")).await?;
    assert_eq!((unsigned.status, unsigned.code()), (StatusCode::UNPROCESSABLE_ENTITY, "may_not_sign"));
    let mut endless = agreement(BOSS, "2026-04-10");
    endless["duties"] = json!(vec![json!({ "text": "更换管道", "due_on": "2026-04-10" }); 21]);
    let endless = world.post(OFFICER, &format!("{path}/settlement"), &endless).await?;
    assert_eq!(endless.status, StatusCode::BAD_REQUEST, "{}", endless.body);
    world.must(OFFICER, case, "settlement", &agreement(BOSS, "2026-04-10")).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;
    let delivered = json!({ "means": "当面送达", "delivered_at": world.time.now() });
    world.must(OFFICER, case, "deliver", &delivered).await?;
    for step in ["carry_out", "report_closed"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "督促履行" })).await?;
    }
    world.must(OFFICER, case, "close", &json!({})).await?;
    world.check_invariants().await?;

    world.live_until(world.time.now() + TimeDelta::days(45)).await?;
    let told = world.told(case).await?;
    assert_eq!(told.iter().filter(|event| *event == "overdue").count(), 1, "{told:?}");
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body;
    assert_eq!((&view["agreed"]["kind_zh"], &view["agreed"]["duties"][0]["done_on"]), (&json!("调解"), &Value::Null));
    let days = view["deadlines"].as_array().into_iter().flatten().find(|line| line["kind"] == "settlement");
    assert_eq!(days.map(|line| (&line["last_day"], &line["state"])), Some((&json!("2026-04-10"), &json!("overdue"))));
    let beside = format!("{}{}{}", view["agreed"], view["progress"], view["deadlines"]);
    assert!(!beside.contains("更换管道"), "its words stand in the reply alone: {beside}");
    let done = json!({ "duty": 1, "done_on": "2026-04-15", "note": "已更换" });
    world.must(OFFICER, case, "duty-done", &done).await?;
    let page = world.get(OFFICER, &path).await?.body;
    assert_eq!((&page["outcome"], &page["is_overdue"]), (&json!("settled"), &json!(false)));
    assert_eq!(page["agreement"]["duties"][0]["done_on"], "2026-04-15");
    assert!(page["agreement"]["signed_by_name"].is_string());
    assert!(world.next_timer().await?.is_none());
    world.check_invariants().await
}
