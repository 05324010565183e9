//! Deadlines over time, on real timers.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::PetitionClass;
use huiyin_timers::Fired;
use serde_json::{Value, json};

use crate::world::{BOSS, DEPUTY, NEIGHBOUR, OFFICER, WUHAN, World, morning};

fn handling(page: &Value) -> &Value {
    page["deadlines_explained"]
        .as_array()
        .and_then(|deadlines| deadlines.iter().find(|deadline| deadline["kind"] == "handling"))
        .expect("a handling deadline")
}

/// JD-10: 30 days under the street's own rule; warned at each mark once, red on day 31, with the reckoning shown.
#[tokio::test]
async fn jd_10_day_thirty_one_is_red_after_each_warning_once() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.live_until(morning("2026-04-01")).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&handling(&page)["state"], &handling(&page)["last_day"]), (&json!("running"), &json!("2026-04-01")));
    assert!(handling(&page)["explanation_zh"].as_str().unwrap_or_default().contains("JD-10"));
    world.live_until(morning("2026-04-02")).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!(handling(&page)["state"], "overdue");
    assert_eq!(page["leader"], json!(BOSS.id()), "WH-10, JD-11: the main leader takes it when nobody received first");
    let told = world.told(case).await?;
    let road =
        ["opened", "accepted", "due_soon", "due_soon", "due_soon", "overdue", "taken_by_leader", "supervision_ordered"];
    assert_eq!(told, road);
    world.check_invariants().await
}

/// JD-10, REG-24: role, kind, sum and time; the petitioner's reason is kept.
#[tokio::test]
async fn jd_10_extensions_are_refused_by_role_kind_and_sum() -> Result<()> {
    let world = World::new().await?;
    let (wide, complex) = (world.street_request(1).await?, world.street_request(2).await?);
    world.must(OFFICER, wide, "accept", &json!({ "grade": "wide" })).await?;
    world.must(OFFICER, complex, "accept", &json!({ "grade": "complex" })).await?;
    let extend = |days: u32, kind: &str| json!({ "days": days, "kind": kind, "reason": "须委托鉴定" });
    let path = |case| format!("/cases/{case}/extend");
    let by_officer = world.post(OFFICER, &path(wide), &extend(10, "wide")).await?;
    assert_eq!((by_officer.status, by_officer.code()), (StatusCode::FORBIDDEN, "forbidden"));
    let by_deputy = world.post(DEPUTY, &path(wide), &extend(10, "wide")).await?;
    assert_eq!((by_deputy.status, by_deputy.code()), (StatusCode::UNPROCESSABLE_ENTITY, "role_needed"));
    let too_long = world.post(BOSS, &path(wide), &extend(31, "wide")).await?;
    assert_eq!(too_long.code(), "extension_beyond_cap");
    let wrong_kind = world.post(BOSS, &path(complex), &extend(5, "complex")).await?;
    assert_eq!(wrong_kind.code(), "not_extendable");
    let without_reason = world.post(BOSS, &path(wide), &json!({ "days": 5, "kind": "wide", "reason": " " })).await?;
    assert_eq!(without_reason.status, StatusCode::BAD_REQUEST);
    world.must(BOSS, wide, "extend", &extend(20, "wide")).await?;
    let second = world.post(BOSS, &path(wide), &extend(11, "wide")).await?;
    assert_eq!(second.code(), "extension_beyond_cap");
    world.must(BOSS, wide, "extend", &extend(10, "wide")).await?;
    let page = world.get(OFFICER, &format!("/cases/{wide}")).await?.body;
    assert_eq!((&page["extended_days"], &handling(&page)["last_day"]), (&json!(30), &json!("2026-06-01")));
    world.check_invariants().await
}

/// REG-10, REG-13: nobody decided in 15 days: warned, then overdue; deciding later is met late.
#[tokio::test]
async fn reg_13_an_undecided_petition_is_overdue_after_fifteen_days() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.live_until(morning("2026-03-18")).await?;
    assert!(world.told(case).await?.contains(&"overdue".to_owned()));
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!(page["deadlines_explained"][0]["state"], "met_late");
    world.check_invariants().await
}

/// T5: after a stop of three days everything overdue fires once, in the order it was due.
#[tokio::test]
async fn t5_after_three_days_of_standstill_timers_fire_once_in_due_order() -> Result<()> {
    let world = World::new().await?;
    let mut cases = Vec::new();
    for n in 1..=4 {
        let case = world.street_request(n).await?;
        world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
        cases.push(case);
        world.time.advance(TimeDelta::hours(20));
    }
    world.live_until(morning("2026-03-31")).await?;
    let asleep_until = morning("2026-04-06");
    world.time.advance_to(asleep_until);
    world.fire_due().await?;
    let due = world.fired_since(asleep_until).await?;
    assert!(due.is_sorted(), "{due:?}");
    for case in cases {
        let told = world.told(case).await?;
        assert_eq!(told.iter().filter(|name| *name == "overdue").count(), 1);
        assert_eq!(told.iter().filter(|name| *name == "taken_by_leader").count(), 1);
    }
    assert!(due.len() >= 8, "a warning and the deadline of each: {due:?}");
    world.check_invariants().await
}

/// T3: two runners at once, and whatever they share out, each deadline has its consequence once.
#[tokio::test]
async fn t3_two_runners_at_once_draw_each_consequence_once() -> Result<()> {
    let world = World::new().await?;
    for n in 1..=12 {
        world.street_request(n).await?;
    }
    world.time.advance_to(morning("2026-03-20"));
    let (mut one, mut two) = (world.runner()?, world.runner()?);
    loop {
        let (first, second) = tokio::join!(one.step(), two.step());
        if first?.count() + second?.count() == 0 {
            break;
        }
    }
    let overdue = "select count(*) from casework.publication where event_type = 'huiyin.casework.case.overdue.v1'";
    assert_eq!(world.count(overdue).await?, 12);
    let warned = "select count(*) from casework.publication where event_type = 'huiyin.casework.case.due_soon.v1'";
    assert_eq!(world.count(warned).await?, 36);
    world.check_invariants().await
}

/// T4: a timer of an older generation, or of a duty already done, has no effect.
#[tokio::test]
async fn t4_a_stale_timer_has_no_effect() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "wide" })).await?;
    let due = world.next_timer().await?.expect("armed");
    world.must(BOSS, case, "extend", &json!({ "days": 5, "kind": "wide", "reason": "须鉴定" })).await?;
    let before = world.case(case).await?;
    world.time.advance_to(due.due_at);
    assert_eq!(world.fire(&due).await?, Fired::Stale);
    assert_eq!(world.case(case).await?, before);
    world.check_invariants().await
}

/// T7: with another calendar than a case was reckoned with, its open clocks are reckoned again, with audit, and the same
/// timers stay in force.
#[tokio::test]
async fn t7_cases_reckoned_with_another_calendar_are_reckoned_again() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.pretend_older_calendar(case).await?;
    assert_eq!(world.run_task("new-calendar").await?, 1);
    assert_eq!(world.run_task("new-calendar").await?, 0);
    assert_eq!(world.told(case).await?, ["opened", "accepted"], "no date moved: nobody is told");
    world.check_invariants().await?;
    world.pretend_provisional(case).await?;
    let others = [world.street_request(2).await?, world.street_request(3).await?];
    for other in others {
        world.pretend_older_calendar(other).await?;
    }
    assert_eq!(world.run_task("new-calendar").await?, 3, "all in one transaction");
    assert_eq!(world.told(case).await?, ["opened", "accepted", "deadline_moved"], "certain at last");
    assert_eq!(world.told(others[0]).await?, ["opened"]);
    world.check_invariants().await?;
    // A timer that fires before the reconciler came by derives its date again itself.
    world.pretend_older_calendar(case).await?;
    world.live_until(morning("2026-04-02")).await?;
    let told = world.told(case).await?;
    let moved = told.iter().filter(|name| *name == "deadline_moved").count();
    let warned = told.iter().filter(|name| *name == "due_soon").count();
    assert_eq!((moved, warned, told.last().map(String::as_str)), (1, 3, Some("supervision_ordered")), "{told:?}");
    world.check_invariants().await
}

/// T8: a timer deleted by hand is found by the auditor and armed again.
#[tokio::test]
async fn t8_a_lost_timer_is_found_and_armed_again() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.execute(&format!("delete from casework.timer where aggregate_id = '{case}'")).await?;
    assert!(world.next_timer().await?.is_none());
    world.run_task("timer-audit").await?;
    world.check_invariants().await?;
    world.live_until(morning("2026-03-18")).await?;
    assert_eq!(
        world.told(case).await?,
        ["opened", "due_soon", "due_soon", "due_soon", "overdue", "supervision_ordered"]
    );
    Ok(())
}

/// REG-24, E-2: under the Wuhan pack the law alone binds: 60 days, and the unit head extends complex matters.
#[tokio::test]
async fn reg_24_under_the_wuhan_pack_the_statutory_sixty_days_bind() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let case = world.register(&petition).await?;
    world.must(WUHAN, case, "accept", &json!({ "grade": "complex" })).await?;
    let page = world.get(WUHAN, &format!("/cases/{case}")).await?.body;
    assert_eq!(handling(&page)["last_day"], "2026-05-06");
    assert_eq!(page["policy_pack"], "wuhan");
    let extend = json!({ "days": 30, "kind": "complex", "reason": "涉及多部门" });
    world.must(crate::world::WUHAN_HEAD, case, "extend", &extend).await?;
    let stranger = world.post(NEIGHBOUR, &format!("/cases/{case}/extend"), &extend).await?;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    world.check_invariants().await
}
