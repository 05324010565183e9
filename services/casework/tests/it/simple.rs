//! The simple procedure (简易办理) over HTTP: admitted, answered by telephone, on paper; converted, and told.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::{Value, json};

use crate::world::{BOSS, OFFICE, OFFICER, STREET, World, proposal};

fn simply(first_time: bool) -> Value {
    let conditions =
        json!({ "first_time": first_time, "no_other_procedure": true, "one_unit": true, "not_to_be_refused": true });
    json!({ "grade": "ordinary", "simple": { "ground": "daily_and_pressing", "conditions": conditions } })
}

/// REG-30…33: what hinders is named; answered by telephone it has arrived; the petitioner has it on paper after asking.
#[tokio::test]
async fn reg_30_a_simple_matter_is_answered_by_telephone_and_on_paper_as_asked() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    let again = world.post(OFFICER, &format!("{path}/accept"), &simply(false)).await?;
    assert_eq!((again.status, again.code()), (StatusCode::UNPROCESSABLE_ENTITY, "not_simple"));
    assert!(again.body["title"].as_str().unwrap_or_default().contains("初次"), "{}", again.body);
    let page = world.get(OFFICER, &path).await?.body;
    assert_eq!(page["simple"]["grounds"].as_array().map(Vec::len), Some(5));
    assert!(page["simple"]["decide_by"].is_string());
    world.must(OFFICER, case, "accept", &simply(true)).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    world.must(OFFICER, case, "propose", &proposal("supported")).await?;
    world.must(BOSS, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({ "manner": "phone" })).await?;
    let paper = json!({ "means": "挂号邮寄", "delivered_at": world.time.now(), "receipt": "GH-7" });
    world.must(OFFICER, case, "paper", &paper).await?;
    let page = world.get(OFFICER, &path).await?.body;
    assert_eq!((&page["stage"], &page["procedure"]), (&json!("delivered"), &json!("simple")));
    assert_eq!(page["simple"]["manner_zh"], "电话");
    let told = world.told(case).await?;
    let road = ["opened", "accepted", "assigned", "proposed", "approved", "replied", "delivered", "paper_given"];
    assert_eq!(told, road);
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body;
    let progress = view["progress"].to_string();
    for words in ["适用简易办理", "已电话答复", "书面答复已补送"] {
        assert!(progress.contains(words), "{words}: {progress}");
    }
    world.check_invariants().await
}

/// REG-33: the petitioner is told the reason and the new date; timers of the shorter period have no effect any more.
#[tokio::test]
async fn reg_33_a_conversion_is_told_with_its_reason_and_moves_the_timers() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &simply(true)).await?;
    let next = async || anyhow::Ok(world.next_timer().await?.expect("armed").due_at);
    let before = next().await?;
    world.must(OFFICER, case, "convert-to-ordinary", &json!({ "reason": "须委托鉴定" })).await?;
    assert!(next().await? > before, "the ordinary period is the longer one");
    let history = world.get(OFFICER, &format!("/cases/{case}/history")).await?.body;
    let event = history[2]["event_id"].as_str().expect("an id");
    let notice = world.internal(Service::Notification, &format!("/internal/cases/{case}/notices/{event}")).await?;
    assert_eq!(notice.body["reason"], "须委托鉴定");
    let twice =
        world.post(OFFICER, &format!("/cases/{case}/convert-to-ordinary"), &json!({ "reason": "再次" })).await?;
    assert_eq!(twice.code(), "not_simple_now");
    world.check_invariants().await
}
