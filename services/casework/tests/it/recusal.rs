//! Recusal (回避; REG-26) over HTTP.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_kernel::Service;
use serde_json::json;

use crate::world::{BOSS, COLLEAGUE, NEIGHBOUR, OFFICER, World};

/// REG-26: said once, kept with its reason for those who handle the matter, told to others without it; the head gives the matter to another officer.
#[tokio::test]
async fn reg_26_an_officer_with_an_interest_is_replaced_and_why_stays_inside() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    let (path, body) = (format!("/cases/{case}/recuse"), json!({ "reason": "系信访人近亲属" }));
    assert_eq!(world.post(NEIGHBOUR, &path, &body).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post(OFFICER, &path, &json!({ "reason": " " })).await?.status, StatusCode::BAD_REQUEST);
    let other = json!({ "person": BOSS.id(), "reason": "系信访人近亲属" });
    assert_eq!(world.post(OFFICER, &path, &other).await?.code(), "recused_by_head");
    let done = world.post_with_key(OFFICER, &path, "recuse-0190a1b2", &body).await?;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(
        world.post_with_key(OFFICER, &path, "recuse-0190a1b2", &body).await?,
        done,
        "a double click says it once"
    );
    let step = json!({ "step": "hear_petitioner", "note": "已听取" });
    assert_eq!(world.post(OFFICER, &format!("/cases/{case}/steps"), &step).await?.code(), "recused");
    let back = world.post(BOSS, &format!("/cases/{case}/assign"), &json!({ "officer": OFFICER.id() })).await?;
    assert_eq!(back.code(), "person_recused");
    assert_eq!(world.get(BOSS, &format!("/cases/{case}")).await?.body["needs_officer"], json!(true));
    world.must(BOSS, case, "assign", &json!({ "officer": COLLEAGUE.id() })).await?;
    assert_eq!(world.get(BOSS, &format!("/cases/{case}")).await?.body["needs_officer"], json!(false));
    let history = world.get(BOSS, &format!("/cases/{case}/history")).await?.body.to_string();
    assert!(history.contains("近亲属"), "those who handle it read why: {history}");
    let published = format!(
        "select count(*) from casework.publication where aggregate_id = '{case}' and position(convert_to('近亲属', 'utf8') in body) > 0"
    );
    assert_eq!(world.count(&published).await?, 0);
    assert_eq!(world.told(case).await?.iter().filter(|told| *told == "recused").count(), 1);
    let petition = world.case(case).await?.facts.petition_id;
    let public =
        world.internal(Service::Intake, &format!("/internal/cases/by-petition/{petition}/public-view")).await?;
    assert!(!public.body.to_string().contains("回避"), "{}", public.body);
    world.check_invariants().await
}
