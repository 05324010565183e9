//! An appointment from its application to the plan (QD-02), over HTTP, scheduling's events and timers.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use huiyin_contracts::casework::DeadlineKind;
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot};
use huiyin_contracts::intake::{APPOINTMENT_ASKED, PetitionClass, PetitionSnapshot};
use huiyin_contracts::scheduling::{
    SessionKind, VISIT_BOOKED, VISIT_CANCELLED, VISIT_CONCLUDED, VisitOutcome, VisitSnapshot, VisitState,
};
use huiyin_kernel::PetitionId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{LEADER, WUHAN, World, district, morning, unit};

const PLACE: &str = "990101";

/// A world under the rules of a place where petitioners apply for appointments, on that day, with a matter taken up.
async fn city(day: &str) -> Result<(World, PetitionSnapshot, Uuid)> {
    let world = World::starting(morning(day)).await?;
    let known = DistrictSnapshot {
        code: district(PLACE),
        name: "某市".to_owned(),
        policy_pack: "qidong".to_owned(),
        petition_unit: unit("990101-xfj"),
        active: true,
    };
    world.hear(DISTRICT_CHANGED, Uuid::from_u128(990_101), &known).await?;
    let petition = world.petition(1, PetitionClass::Request, PLACE, Some("990101-xfj"));
    let case = world.register(&petition).await?;
    world.must(WUHAN, case, "accept", &json!({ "grade": "ordinary" })).await?;
    Ok((world, petition, case))
}

fn turn(petition: PetitionId, n: u128, state: VisitState, kind: SessionKind, at: DateTime<Utc>) -> VisitSnapshot {
    let outcome = VisitOutcome::Assigned { grade: huiyin_contracts::casework::Grade::Ordinary };
    VisitSnapshot {
        competent: None,
        visit_id: Uuid::from_u128(7_000 + n).into(),
        session_id: Uuid::from_u128(8_000 + n).into(),
        petition_id: petition,
        district: district(PLACE),
        state,
        leader: LEADER.id(),
        at,
        venue_name: "市来访接待中心".to_owned(),
        venue_address: "人民路1号".to_owned(),
        outcome: (state == VisitState::Concluded).then_some(outcome),
        session_kind: Some(kind),
    }
}

fn clock(page: &Value) -> Value {
    let kind = json!(DeadlineKind::Plan);
    let all = page["deadlines_explained"].as_array();
    all.and_then(|all| all.iter().find(|one| one["kind"] == kind)).cloned().unwrap_or_default()
}

async fn page(world: &World, case: Uuid) -> Result<Value> {
    Ok(world.get(WUHAN, &format!("/cases/{case}")).await?.body)
}

/// Applied for on 31 January, planned by 28 February; each step waits for the one before it, and the page shows where it stands.
#[tokio::test]
async fn qd_02_from_the_application_to_the_plan_within_the_month() -> Result<()> {
    let (world, petition, case) = city("2026-01-31").await?;
    let (path, plan) = (format!("/cases/{case}"), json!({ "text": "先检测，再修复", "until": "2026-03-20" }));
    let held = json!({ "held_on": "2026-01-31", "present": "水务局、住建局", "agreed": "先检测" });
    world.must(WUHAN, case, "ask-appointment", &json!({ "wish": "希望当面反映" })).await?;
    let asked = page(&world, case).await?;
    assert_eq!(clock(&asked)["last_day"], "2026-02-28", "{asked}");
    assert!(clock(&asked)["explanation_zh"].as_str().unwrap_or_default().contains("以月末2026年2月28日为准"));
    let early = world.post(WUHAN, &format!("{path}/plan"), &plan).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "appointment_steps_missing"));
    assert!(early.body.to_string().contains("属地单位材料准备、确定接访时间地点、协商会办"), "{:?}", early.body);
    world.must(WUHAN, case, "material", &json!({ "text": "经过、以往办理情况、本单位意见" })).await?;
    let early = world.post(WUHAN, &format!("{path}/consultation"), &held).await?;
    assert!(early.body.to_string().contains("确定接访时间地点"), "{:?}", early.body);

    // A turn of an open reception fixes nothing; one of an appointment does, is given back, and another comes.
    let at = morning("2026-02-03");
    let booked = |n, kind| turn(petition.petition_id, n, VisitState::Booked, kind, at);
    for (event, told) in [
        (VISIT_BOOKED, booked(1, SessionKind::Regular)),
        (VISIT_BOOKED, booked(2, SessionKind::Appointment)),
        (VISIT_CANCELLED, turn(petition.petition_id, 2, VisitState::Cancelled, SessionKind::Appointment, at)),
    ] {
        world.hear(event, told.visit_id.uuid(), &told).await?;
    }
    assert_eq!(page(&world, case).await?["appointment_asked"]["fixed_for"], Value::Null);
    let told = booked(3, SessionKind::Appointment);
    world.hear(VISIT_BOOKED, told.visit_id.uuid(), &told).await?;
    let fixed = page(&world, case).await?;
    assert_eq!(fixed["appointment_asked"]["place"], "市来访接待中心（人民路1号）");
    world.must(WUHAN, case, "consultation", &held).await?;
    world.must(WUHAN, case, "plan", &plan).await?;
    let planned = page(&world, case).await?;
    assert_eq!((&clock(&planned)["state"], &planned["appointment_asked"]["open"]), (&json!("met"), &json!(false)));
    let steps = planned["appointment_asked"]["steps"].as_array().cloned().unwrap_or_default();
    assert!(steps.len() == 4 && steps.iter().all(|step| step["done"] == true), "{steps:?}");
    let told = world.told(case).await?;
    let road = ["appointment_asked", "material_given", "appointment_fixed", "consulted", "plan_set"];
    let of_it: Vec<&str> = told.iter().map(String::as_str).filter(|name| road.contains(name)).collect();
    let expected = [
        "appointment_asked",
        "material_given",
        "appointment_fixed",
        "appointment_fixed",
        "appointment_fixed",
        "consulted",
        "plan_set",
    ];
    assert_eq!(of_it, expected);
    world.check_invariants().await
}

/// Late it is told and listed; a petitioner who was simply received has had time and place (QD-03).
#[tokio::test]
async fn qd_02_a_plan_that_is_late_is_told_and_listed() -> Result<()> {
    let (world, petition, case) = city("2026-01-31").await?;
    world.must(WUHAN, case, "ask-appointment", &json!({})).await?;
    let overdue = "/cases?scope=unit&overdue=true";
    let listed = |page: &Value| page["items"].as_array().map_or(0, Vec::len);
    assert_eq!(listed(&world.get(WUHAN, overdue).await?.body), 0);
    world.live_until(morning("2026-03-01")).await?;
    assert_eq!(clock(&page(&world, case).await?)["state"], "overdue");
    assert_eq!(listed(&world.get(WUHAN, overdue).await?.body), 1);
    let told = world.told(case).await?;
    assert_eq!(told.iter().filter(|name| *name == "overdue").count(), 1, "{told:?}");
    world.must(WUHAN, case, "material", &json!({ "text": "经过" })).await?;
    let received = turn(petition.petition_id, 1, VisitState::Concluded, SessionKind::Immediate, morning("2026-03-01"));
    world.hear(VISIT_CONCLUDED, received.visit_id.uuid(), &received).await?;
    let after = page(&world, case).await?;
    assert!(after["appointment_asked"]["fixed_for"].is_string(), "{after}");
    assert_eq!(after["leader"], json!(LEADER.id()));
    let held = json!({ "held_on": "2026-03-01", "present": "水务局", "agreed": "先检测" });
    world.must(LEADER, case, "consultation", &held).await?;
    world.must(WUHAN, case, "plan", &json!({ "text": "先检测", "until": "2026-03-20" })).await?;
    assert_eq!(clock(&page(&world, case).await?)["state"], "met_late");
    world.check_invariants().await
}

/// Asked for with number and code: the month runs from that instant; what can no longer be taken up is noted, never lost.
#[tokio::test]
async fn qd_02_the_petitioner_asks_with_number_and_code() -> Result<()> {
    let (world, petition, case) = city("2026-01-31").await?;
    let ask = || world.hear(APPOINTMENT_ASKED, petition.petition_id.uuid(), &petition);
    ask().await?;
    assert_eq!(clock(&page(&world, case).await?)["last_day"], "2026-02-28");
    let told = "select count(*) from casework.publication where convert_from(body, 'utf8') like '%\"may_ask_appointment\":true%'";
    assert!(world.count(told).await? > 0, "intake hears that one can be asked for");
    ask().await?;
    let history = world.get(WUHAN, &format!("/cases/{case}/history")).await?.body.to_string();
    assert!(history.contains("信访人申请约访，但目前不能申请"), "{history}");
    assert_eq!(world.told(case).await?.iter().filter(|name| *name == "appointment_asked").count(), 1);
    world.check_invariants().await
}
