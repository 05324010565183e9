//! A unit is abolished: its matters go over in batches, once each, and whoever must decide is told what waits (REG-16).

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::directory::{Succession, UNIT_CHANGED, UnitKind, UnitSnapshot};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::json;
use uuid::Uuid;

use crate::world::{
    BUREAU, CITY_SUPERVISOR, DISCIPLINE, FAR_SUPERVISOR, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, World,
    district, unit,
};

const NEXT_OFFICE: &str = "990102002-office";

impl World {
    /// Directory tells that a unit is gone, and who carries on.
    async fn abolish(&self, code: &str, kind: UnitKind, succession: Option<Succession>) -> Result<()> {
        let known = UnitSnapshot {
            code: unit(code),
            name: format!("单位{code}"),
            kind,
            district: district(code.split('-').next().unwrap_or_default()),
            topics: Vec::new(),
            active: false,
            succession,
        };
        self.hear(UNIT_CHANGED, Uuid::from_u128(7_000), &known).await
    }

    async fn move_all(&self) -> Result<usize> {
        let mut looked_at = 0;
        loop {
            let now = self.run_task("successions").await?;
            looked_at += now;
            if now == 0 {
                return Ok(looked_at);
            }
        }
    }
}

fn to(unit_code: &str) -> Succession {
    Succession { unit: unit(unit_code), accusations_to: None, designated_on: None }
}

/// More than one batch, in several states; the successor sees and handles what the abolished office had, a closed matter stays where it is,
/// and the petitioner hears of it once.
#[tokio::test]
async fn reg_16_all_that_an_abolished_office_answers_for_goes_to_its_successor_once() -> Result<()> {
    let world = World::new().await?;
    let mut cases = Vec::new();
    for n in 1..=230 {
        cases.push(world.street_request(n).await?);
    }
    let (begun, closed, withdrawn) = (cases[0], cases[1], cases[2]);
    world.must(OFFICER, begun, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(OFFICER, closed, "point", &json!({ "to_body": "市住建局", "text": "属住建部门职责" })).await?;
    let before = world.case(begun).await?;
    world.abolish(OFFICE, UnitKind::StreetOffice, Some(to(NEXT_OFFICE))).await?;
    assert_eq!(world.move_all().await?, 229);
    assert_eq!(world.move_all().await?, 0, "nothing is left to look at");
    let moved = "select count(*) from casework.journal where event_type = 'succeeded'";
    assert_eq!(world.count(moved).await?, 229, "once each");
    let left = format!("select count(*) from casework.case where responsible_unit = '{OFFICE}'");
    assert_eq!(world.count(&left).await?, 1);
    let after = world.case(begun).await?;
    assert_eq!((&after.clocks, &after.passed_on_by), (&before.clocks, &before.passed_on_by));
    assert_eq!(world.told(begun).await?, ["opened", "accepted", "succeeded"]);
    assert_eq!(world.told(withdrawn).await?, ["opened", "succeeded"]);
    let officer = json!({ "officer": NEIGHBOUR.id() });
    world.must(NEIGHBOUR, begun, "assign", &officer).await?;
    let late =
        world.post(OFFICER, &format!("/cases/{begun}/hand-over"), &json!({ "unit": OFFICE, "reason": "试" })).await?;
    assert_ne!(late.status, StatusCode::OK, "the abolished office has no part any more");
    let petition = after.facts.petition_id;
    let public = format!("/internal/cases/by-petition/{petition}/public-view");
    let progress = world.internal(Service::Intake, &public).await?.body["progress"].to_string();
    assert!(progress.contains("因机构调整") && progress.contains("期限不变"), "{progress}");
    world.check_invariants().await
}

/// A successor abolished in its turn is followed to the last of the line; what has none waits and is shown with what to do.
#[tokio::test]
async fn reg_16_a_line_of_successors_is_followed_and_what_has_none_is_shown() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.abolish(OFFICE, UnitKind::StreetOffice, Some(to(NEXT_OFFICE))).await?;
    world.abolish(NEXT_OFFICE, UnitKind::StreetOffice, None).await?;
    assert_eq!(world.move_all().await?, 0, "the line ends with nobody");
    let left = world.get(SUPERVISOR, "/successions").await?.body;
    assert_eq!((&left[0]["unit"], &left[0]["matters"]), (&json!(OFFICE), &json!(1)), "{left}");
    assert_eq!(world.get(FAR_SUPERVISOR, "/successions").await?.body, json!([]), "another district's");
    assert_eq!(world.get(OFFICER, "/successions").await?.status, StatusCode::FORBIDDEN);
    world.abolish(NEXT_OFFICE, UnitKind::StreetOffice, Some(to("990102-xfj"))).await?;
    world.move_all().await?;
    assert_eq!(world.case(case).await?.responsible_unit, unit("990102-xfj"));
    assert_eq!(world.told(case).await?, ["opened", "succeeded"], "told once, of the last");
    assert_eq!(world.get(SUPERVISOR, "/successions").await?.body, json!([]));
    world.check_invariants().await
}

/// REG-22: an accusation that an abolished bureau still held stays, and no ordinary unit sees it; supervisors see how many wait, and nothing
/// of them; with a discipline body named it is forwarded there.
#[tokio::test]
async fn reg_22_accusations_of_an_abolished_bureau_wait_for_a_discipline_body() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Accusation, STREET, None);
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}");
    assert_eq!(world.get(BUREAU, &path).await?.status, StatusCode::OK);
    world.abolish("990102-xfj", UnitKind::Bureau, Some(to("city-xfj"))).await?;
    world.move_all().await?;
    assert_eq!(world.told(case).await?, ["opened"]);
    for person in [CITY_SUPERVISOR, SUPERVISOR, DISCIPLINE] {
        assert_eq!(world.get(person, &path).await?.status == StatusCode::OK, person.unit == "990102-xfj");
    }
    let left = world.get(CITY_SUPERVISOR, "/successions").await?.body;
    assert_eq!((&left[0]["accusations"], &left[0]["needs_decision"]), (&json!(1), &json!(true)));
    assert!(left[0]["next_zh"].as_str().unwrap_or_default().contains("纪检监察机关"));
    assert!(!left.to_string().contains(petition.number.as_str()), "how many, and nothing of them");
    let named = Succession { accusations_to: Some(unit("990102-discipline")), ..to("city-xfj") };
    world.abolish("990102-xfj", UnitKind::Bureau, Some(named)).await?;
    world.move_all().await?;
    assert_eq!(world.told(case).await?, ["opened", "forwarded", "closed"]);
    assert_eq!(world.get(DISCIPLINE, &path).await?.status, StatusCode::OK);
    assert_eq!(world.get(CITY_SUPERVISOR, "/successions").await?.body, json!([]));
    world.check_invariants().await
}
