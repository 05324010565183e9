//! What casework hears from others.

use anyhow::Result;
use chrono::TimeDelta;
use huiyin_contracts::casework::Grade;
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot};
use huiyin_contracts::intake::{AMENDED, PetitionClass, PetitionSnapshot, REGISTERED, RESTORED, WITHDRAWN};
use huiyin_contracts::scheduling::{
    OnSpotConditions, SessionKind, VISIT_CONCLUDED, VisitOutcome, VisitSnapshot, VisitState,
};
use huiyin_journal::HandleError;
use serde_json::json;
use uuid::Uuid;

use crate::world::{LEADER, OFFICE, OFFICER, STREET, WUHAN, World, district, morning, unit};

fn visit(world: &World, petition: &PetitionSnapshot, n: u128, outcome: VisitOutcome) -> VisitSnapshot {
    VisitSnapshot {
        visit_id: Uuid::from_u128(7_000 + n).into(),
        session_id: Uuid::from_u128(8_000).into(),
        petition_id: petition.petition_id,
        district: petition.district.clone(),
        state: VisitState::Concluded,
        leader: LEADER.id(),
        at: world.time.now(),
        venue_name: "接访大厅".to_owned(),
        venue_address: "人民路1号".to_owned(),
        outcome: Some(outcome),
        session_kind: Some(SessionKind::Regular),
        competent: None,
    }
}

async fn conclude(world: &World, visit: &VisitSnapshot) -> Result<()> {
    world.hear(VISIT_CONCLUDED, visit.visit_id.uuid(), visit).await
}

/// D-2: told twice, opened once; the pack is the nearest district's, the unit the registering one or the petition unit.
#[tokio::test]
async fn a_petition_gets_one_case_in_the_pack_and_unit_of_its_place() -> Result<()> {
    let world = World::new().await?;
    let village = world.petition(1, PetitionClass::Request, "990102001003", None);
    let case = world.register(&village).await?;
    world.hear(REGISTERED, village.petition_id.uuid(), &village).await?;
    assert_eq!(world.count("select count(*) from casework.case").await?, 1);
    let opened = world.case(case).await?;
    assert_eq!((opened.facts.policy.pack.as_str(), opened.responsible_unit), ("street-office", unit(OFFICE)));
    let by_department = world.petition(2, PetitionClass::Request, "990101002", Some("990101-hr"));
    let opened = world.case(world.register(&by_department).await?).await?;
    assert_eq!((opened.facts.policy.pack.as_str(), opened.responsible_unit), ("wuhan", unit("990101-xfj")));
    let by_bureau = world.petition(3, PetitionClass::Request, "990101", Some("990101-xfj"));
    let opened = world.case(world.register(&by_bureau).await?).await?;
    assert_eq!(opened.responsible_unit, unit("990101-xfj"));
    let nowhere = world.petition(4, PetitionClass::Request, "110101001", None);
    let early = world.try_hear(REGISTERED, nowhere.petition_id.uuid(), &nowhere).await;
    assert!(matches!(early, Err(HandleError::Retry(_))), "the directory may tell of it later");
    world.check_invariants().await
}

/// D-5: a case keeps the pack it began with, and starts its clock at registration, however late it is heard of.
#[tokio::test]
async fn d_5_a_case_keeps_its_pack_and_its_clock_starts_at_registration() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    world.time.advance(TimeDelta::days(3));
    let case = world.register(&petition).await?;
    let changed = DistrictSnapshot {
        code: district(STREET),
        name: "汀口街道".to_owned(),
        policy_pack: "wuhan".to_owned(),
        petition_unit: unit(OFFICE),
        active: true,
    };
    world.hear(DISTRICT_CHANGED, Uuid::from_u128(1), &changed).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    let kept = world.case(case).await?;
    assert_eq!(kept.facts.policy.pack, "street-office");
    assert_eq!(kept.clocks[0].deadline.last_day.to_string(), "2026-03-17", "15 days from registration");
    assert_eq!(
        kept.clocks[1].deadline.last_day.to_string(),
        "2026-04-07",
        "30 days from acceptance, rolled past 04-04…06"
    );
    let next = world.street_request(2).await?;
    assert_eq!(world.case(next).await?.facts.policy.pack, "wuhan");
    world.check_invariants().await
}

/// WH-04, WH-05, WH-09: settled on the spot with all five; one short, the pack's promise letter and the leader as owner.
#[tokio::test]
async fn wh_05_what_cannot_be_settled_on_the_spot_is_promised_by_the_leader() -> Result<()> {
    let world = World::new().await?;
    let conditions = |solvable_here| OnSpotConditions {
        reasonable: true,
        facts_clear: true,
        lawful_basis: true,
        evidence_sufficient: true,
        solvable_here,
    };
    let outcome = |solvable| VisitOutcome::SettledOnSpot {
        conditions: conditions(solvable),
        result_summary: "当场更换".to_owned(),
    };
    let settled = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let promised = world.petition(2, PetitionClass::Request, "990101", Some("990101-xfj"));
    let (settled_case, promised_case) = (world.register(&settled).await?, world.register(&promised).await?);
    conclude(&world, &visit(&world, &settled, 1, outcome(true))).await?;
    conclude(&world, &visit(&world, &promised, 2, outcome(false))).await?;
    assert_eq!(world.told(settled_case).await?, ["opened", "settled_on_spot", "closed"]);
    assert_eq!(world.told(promised_case).await?, ["opened", "accepted", "promised"]);
    let page = world.get(WUHAN, &format!("/cases/{promised_case}")).await?.body;
    assert_eq!(page["leader"], json!(LEADER.id()));
    assert_eq!(page["promise"]["last_day"], page["deadlines_explained"][1]["last_day"], "WH-08: one clock");
    assert_eq!(page["promise"]["held_by"].as_array().map(Vec::len), Some(2), "WH-07: in duplicate");
    assert_eq!(world.get(LEADER, "/cases").await?.body["items"].as_array().map(Vec::len), Some(2), "the leader's list");
    world.check_invariants().await
}

/// WH-09, WH-10: the leader who received takes the case when it is overdue.
#[tokio::test]
async fn wh_10_the_leader_who_received_takes_the_overdue_case() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let case = world.register(&petition).await?;
    conclude(&world, &visit(&world, &petition, 1, VisitOutcome::Assigned { grade: Grade::Ordinary })).await?;
    world.live_until(morning("2026-05-07")).await?;
    let page = world.get(LEADER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["leader"], &page["taken_by_leader"]), (&json!(LEADER.id()), &json!(true)));
    world.check_invariants().await
}

/// D-2: a visit told before its petition waits for it; told twice, it counts once; on a closed case it is noted.
#[tokio::test]
async fn a_visit_before_its_petition_waits_and_a_repeated_one_counts_once() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let first = visit(&world, &petition, 1, VisitOutcome::Promised { grade: Grade::Complex });
    conclude(&world, &first).await?;
    assert_eq!(world.count("select count(*) from casework.early_visit").await?, 1);
    let case = world.register(&petition).await?;
    assert_eq!(world.told(case).await?, ["opened", "accepted", "promised"]);
    assert_eq!(world.count("select count(*) from casework.early_visit").await?, 0);
    conclude(&world, &first).await?;
    assert_eq!(world.told(case).await?.len(), 3);
    let second = visit(&world, &petition, 2, VisitOutcome::Promised { grade: Grade::Complex });
    conclude(&world, &second).await?;
    assert_eq!(world.case(case).await?.visits.len(), 2);
    assert_eq!(world.told(case).await?.len(), 3, "one letter per matter");
    let closed = world.street_request(9).await?;
    world.must(OFFICER, closed, "point", &json!({ "to_body": "法院", "text": "诉讼事项" })).await?;
    let pointed = world.case(closed).await?;
    let late = VisitSnapshot {
        petition_id: pointed.facts.petition_id,
        ..visit(&world, &petition, 3, VisitOutcome::Assigned { grade: Grade::Wide })
    };
    conclude(&world, &late).await?;
    assert_eq!(world.case(closed).await?.version, pointed.version + 1, "noted");
    world.check_invariants().await
}

/// REG-22: what a leader said at a reception about an accusation does not enter the case.
#[tokio::test]
async fn reg_22_a_reception_leaves_nothing_of_an_accusation_in_the_case() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Accusation, "990101", Some("990101-xfj"));
    let case = world.register(&petition).await?;
    let secret = "反映局长收受礼金";
    let explained = VisitOutcome::Explained { result_summary: secret.to_owned() };
    conclude(&world, &visit(&world, &petition, 1, explained)).await?;
    assert_eq!(world.told(case).await?, ["opened"]);
    let leaks = format!(
        "(select count(*) from casework.journal where position('{secret}' in convert_from(body, 'utf8')) > 0)
         + (select count(*) from casework.case where body::text like '%{secret}%')"
    );
    assert_eq!(world.count(&leaks).await?, 0);
    world.check_invariants().await
}

/// WH-12: explained and aided: a relief referral; the request still gets its written reply.
#[tokio::test]
async fn wh_12_aided_at_the_reception_is_a_relief_referral() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let case = world.register(&petition).await?;
    let aided = VisitOutcome::Aided { result_summary: "政策不支持，转介临时救助".to_owned() };
    conclude(&world, &visit(&world, &petition, 1, aided)).await?;
    let page = world.get(WUHAN, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["relief_referral"], &page["state"]), (&json!(true), &json!("accepted")));
    world.check_invariants().await
}

/// DOMAIN part D: withdrawn by the petitioner, taken back in time; withdrawn again, it lapses as withdrawn.
#[tokio::test]
async fn a_withdrawal_rests_resumes_and_lapses() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    let withdrawn = |world: &World| PetitionSnapshot {
        restorable_until: Some(world.time.now() + TimeDelta::days(15)),
        ..petition.clone()
    };
    world.time.advance(TimeDelta::days(2));
    world.hear(WITHDRAWN, petition.petition_id.uuid(), &withdrawn(&world)).await?;
    let lapse = world.next_timer().await?.expect("armed");
    assert_eq!((lapse.kind.as_str(), lapse.due_at), ("withdrawal_lapse", world.time.now() + TimeDelta::days(15)));
    world.check_invariants().await?;
    world.time.advance(TimeDelta::days(5));
    world.hear(RESTORED, petition.petition_id.uuid(), &petition).await?;
    assert_eq!(world.case(case).await?.clocks[1].stopped_days(huiyin_casework::domain::StopReason::Withdrawn), 5);
    world.check_invariants().await?;
    world.hear(AMENDED, petition.petition_id.uuid(), &petition).await?;
    world.hear(WITHDRAWN, petition.petition_id.uuid(), &withdrawn(&world)).await?;
    world.live_until(world.time.now() + TimeDelta::days(15)).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["outcome"], &page["stage"]), (&json!("withdrawn"), &json!("closed")));
    assert_eq!(world.told(case).await?, ["opened", "accepted", "withdrawn", "resumed", "withdrawn", "closed"]);
    world.hear(WITHDRAWN, petition.petition_id.uuid(), &withdrawn(&world)).await?;
    world.check_invariants().await
}
