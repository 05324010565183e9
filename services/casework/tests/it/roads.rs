//! Whole roads, with both packs, over HTTP.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::{Value, json};

use crate::world::{BOSS, DEPUTY, OFFICER, SUPERVISOR, World, proposal};

/// JD-09, REG-25, WH-11: the whole road; what is told, what the history says, and what the petitioner sees.
#[tokio::test]
async fn a_request_goes_all_the_way_and_its_history_tells_every_step() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, crate::world::STREET, Some(crate::world::OFFICE));
    let case = world.register(&petition).await?;
    world.whole_road(case, "ordinary").await?;
    let told = world.told(case).await?;
    let road = [
        "opened",
        "accepted",
        "assigned",
        "step_done",
        "step_done",
        "step_done",
        "step_done",
        "proposed",
        "approved",
        "replied",
        "delivered",
        "step_done",
        "step_done",
        "closed",
    ];
    assert_eq!(told, road);
    let history = world.get(OFFICER, &format!("/cases/{case}/history")).await?;
    let entries = history.body.as_array().expect("a list");
    assert_eq!(entries.len(), 15, "the first approval is an entry of its own");
    assert_eq!(entries[1]["who"]["unit_name"], "单位990102001-office");
    assert!(entries.iter().all(|entry| !entry["what_zh"].as_str().unwrap_or_default().is_empty()));
    let view = world
        .internal(Service::Intake, &format!("/internal/cases/by-petition/{}/public-view", petition.petition_id))
        .await?;
    let reply = view.body["reply"]["after_request"].as_str().expect("a reply");
    for part in ["经现场查看", "限期修复渗漏管道", "物业管理条例"] {
        assert!(reply.contains(part), "A9: {part} is missing from {reply}");
    }
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?;
    let document = page.body["reply_text"].as_str().expect("a document");
    for part in ["请求修复三楼渗漏", "经现场查看", "限期修复渗漏管道", "物业管理条例"] {
        assert!(document.contains(part), "A9: {part} is missing from {document}");
    }
    // S4, S7: the petitioner's own words are intake's alone, to seal and to destroy.
    let kept =
        "select (select count(*) from casework.journal where convert_from(body, 'UTF8') like '%请求修复三楼渗漏%')
        + (select count(*) from casework.case where body::text like '%请求修复三楼渗漏%')
        + (select count(*) from casework.idempotency where convert_from(response, 'UTF8') like '%请求修复三楼渗漏%')";
    assert_eq!(world.count(kept).await?, 0, "the petitioner's words stand in casework's tables");
    assert!(!view.body.to_string().contains("职员"), "the petitioner's page names nobody");
    world.check_invariants().await
}

/// JD-09, REG-25: the proposer does not approve; skipping a step names it; the actions say why not.
#[tokio::test]
async fn jd_09_what_cannot_be_done_yet_is_refused_with_its_reason() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    let early = world.post(OFFICER, &format!("/cases/{case}/propose"), &proposal("supported")).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "steps_missing"));
    assert!(early.body["title"].as_str().unwrap_or_default().contains("听取信访人陈述"), "{}", early.body);
    assert_eq!(early.body["rule"], "JD-09");
    let reply = world.post(OFFICER, &format!("/cases/{case}/reply"), &json!({})).await?;
    assert_eq!((reply.status, reply.code()), (StatusCode::CONFLICT, "wrong_state"));
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let action = |command: &str| {
        let actions = page["actions"].as_array().expect("actions");
        actions.iter().find(|action| action["command"] == command).expect("listed").clone()
    };
    assert_eq!(action("steps")["allowed"], true);
    assert_eq!(action("propose")["allowed"], false);
    assert!(action("propose")["reason_zh"].as_str().unwrap_or_default().contains("听取信访人陈述"));
    assert_eq!(action("approve")["allowed"], false);
    assert_eq!(page["actions"].as_array().map(Vec::len), Some(27));
    let open = |page: &Value| -> Vec<String> {
        let steps = page["steps"].as_array().cloned().unwrap_or_default();
        steps
            .iter()
            .filter(|step| step["stands"] == "open")
            .map(|step| step["code"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(open(&page), ["earlier_handling"], "those that can be recorded now, and no others");
    let seen = world.get(SUPERVISOR, &format!("/cases/{case}")).await?.body;
    assert_eq!(open(&seen), [] as [String; 0], "the unit's steps are the unit's");
    let steps =
        seen["actions"].as_array().and_then(|all| all.iter().find(|action| action["command"] == "steps").cloned());
    assert_eq!(steps.map(|action| action["allowed"].clone()), Some(json!(false)));
    world.check_invariants().await
}

/// WH-06, OOS-03, DOMAIN part D: a letter of guarantee by the petitioner (保证书) has no place in the interface or the tables,
/// so nothing can wait for it; nor is there a score, a label or a count of persons.
#[tokio::test]
async fn wh_06_nothing_asks_for_a_letter_of_guarantee_or_rates_a_person() -> Result<()> {
    let world = World::new().await?;
    let api = world.get(OFFICER, "/openapi.json").await?.body.to_string();
    for word in ["保证书", "guarantee", "pledge", "score", "rating", "watch"] {
        assert!(!api.contains(word), "{word}");
        let columns = format!(
            "select count(*) from information_schema.columns where table_schema = 'casework' and column_name like '%{word}%'"
        );
        assert_eq!(world.count(&columns).await?, 0, "{word}");
    }
    Ok(())
}

/// REG-12, A6: pointing and declining answer and close; the words reach notification through casework alone.
#[tokio::test]
async fn reg_12_a_pointer_and_a_refusal_close_with_where_to_go() -> Result<()> {
    let world = World::new().await?;
    let pointed = world.street_request(1).await?;
    world.must(OFFICER, pointed, "point", &json!({ "to_body": "区人民法院", "text": "属诉讼事项" })).await?;
    let declined = world.street_request(2).await?;
    let bad = world
        .post(OFFICER, &format!("/cases/{declined}/decline"), &json!({ "code": "litigation", "text": "已起诉" }))
        .await?;
    assert_eq!(bad.code(), "unknown_ground");
    world.must(OFFICER, declined, "decline", &json!({ "code": "finally_reviewed", "text": "已复核" })).await?;
    assert_eq!(world.told(pointed).await?, ["opened", "pointed", "closed"]);
    let history = world.get(OFFICER, &format!("/cases/{declined}/history")).await?.body;
    let event = history[1]["event_id"].as_str().expect("an id");
    let notice = world.internal(Service::Notification, &format!("/internal/cases/{declined}/notices/{event}")).await?;
    assert_eq!(notice.body["reason"], "已复核");
    assert!(notice.body["where_to_go"].as_str().unwrap_or_default().contains("新的事实"));
    let stranger = world.internal(Service::Ledger, &format!("/internal/cases/{declined}/notices/{event}")).await?;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    world.check_invariants().await
}

/// REG-21, QL-10: a suggestion needs no investigation steps and ends partly adopted.
#[tokio::test]
async fn reg_21_a_suggestion_is_studied_answered_and_closed() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Suggestion, crate::world::STREET, Some(crate::world::OFFICE));
    let case = world.register(&petition).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    let wrong = world.post(OFFICER, &format!("/cases/{case}/propose"), &proposal("supported")).await?;
    assert_eq!(wrong.code(), "outcome_does_not_suit");
    world.must(OFFICER, case, "propose", &proposal("partly_adopted")).await?;
    world.must(DEPUTY, case, "return", &json!({ "reason": "补充依据" })).await?;
    world.must(OFFICER, case, "propose", &proposal("partly_adopted")).await?;
    world.must(DEPUTY, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;
    let delivered = json!({ "means": "网上", "delivered_at": world.time.now() });
    world.must(OFFICER, case, "deliver", &delivered).await?;
    world.must(OFFICER, case, "close", &json!({})).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["outcome"], &page["stage"]), (&json!("partly_adopted"), &json!("closed")));
    world.check_invariants().await
}
