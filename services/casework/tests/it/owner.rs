//! The owner of a matter by area or by line (常委包片、市长包线; QD-01), over events, timers and HTTP.

use anyhow::Result;
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot, STAFF_CHANGED, StaffSnapshot};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{FAR_SUPERVISOR, LEADER, Person, WUHAN, WUHAN_HEAD, World, district, morning, unit};

const PLACE: &str = "990101";
const STREET: &str = "990101001";
/// Of the city above, with the topic in the portfolio.
const VICE_MAYOR: Person = Person { n: 31, unit: "city-xfj", district: "990100", roles: &[Role::Leader] };

/// A leader's post, as directory tells it: still in office or not.
async fn told(world: &World, who: Person, portfolio: &[&str], areas: &[&str], active: bool) -> Result<()> {
    let known = StaffSnapshot {
        staff_id: who.id(),
        name: format!("职员{}", who.n),
        unit: unit(who.unit),
        district: district(who.district),
        roles: who.roles.to_vec(),
        post: None,
        portfolio: portfolio.iter().map(|topic| (*topic).to_owned()).collect(),
        areas: areas.iter().map(|area| district(area)).collect(),
        office_email: None,
        active,
    };
    world.hear(STAFF_CHANGED, who.id().uuid(), &known).await
}

async fn city() -> Result<World> {
    let world = World::starting(morning("2026-03-02")).await?;
    let known = DistrictSnapshot {
        code: district(PLACE),
        name: "某市".to_owned(),
        policy_pack: "qidong".to_owned(),
        petition_unit: unit("990101-xfj"),
        active: true,
    };
    world.hear(DISTRICT_CHANGED, Uuid::from_u128(990_101), &known).await?;
    Ok(world)
}

/// A request about a street, registered with the bureau and taken up.
async fn taken_up(world: &World, n: u32, topic: &str) -> Result<Uuid> {
    let mut petition = world.petition(n, PetitionClass::Request, STREET, Some("990101-xfj"));
    topic.clone_into(&mut petition.topic);
    let case = world.register(&petition).await?;
    world.must(WUHAN, case, "accept", &json!({ "grade": "ordinary" })).await?;
    Ok(case)
}

async fn owner(world: &World, case: Uuid) -> Result<(Value, Value)> {
    let page = world.get(WUHAN, &format!("/cases/{case}")).await?.body;
    assert_eq!(page["taken_by_leader"], true, "{page}");
    Ok((page["leader"].clone(), page["leader_why_zh"].clone()))
}

/// Overdue, a matter is taken by the leader of its area or of its line; with both, by the pack's order; the page says why. Where the
/// area's leader has left the line's is found, and with neither the main leader, as ever.
#[tokio::test]
async fn qd_01_an_overdue_matter_goes_to_the_leader_of_its_area_or_line() -> Result<()> {
    let world = city().await?;
    told(&world, LEADER, &["education"], &[STREET], true).await?;
    told(&world, VICE_MAYOR, &["environment", "house_demolition"], &[], true).await?;
    let by_line = taken_up(&world, 1, "environment").await?;
    let by_area_first = taken_up(&world, 2, "house_demolition").await?;
    let by_area_alone = taken_up(&world, 3, "transport").await?;
    world.live_until(morning("2026-05-08")).await?;
    let line = (json!(VICE_MAYOR.id()), json!("按线：本事项所属的工作由其分管"));
    let area = (json!(LEADER.id()), json!("按片：本事项所在的区域由其包片"));
    assert_eq!(owner(&world, by_line).await?, line);
    assert_eq!(owner(&world, by_area_first).await?, area);
    assert_eq!(owner(&world, by_area_alone).await?, area);
    // The area's leader leaves: what comes after finds the next key, or the main leader.
    told(&world, LEADER, &["education"], &[STREET], false).await?;
    let then_by_line = taken_up(&world, 4, "house_demolition").await?;
    let then_by_neither = taken_up(&world, 5, "transport").await?;
    world.live_until(morning("2026-07-20")).await?;
    assert_eq!(owner(&world, then_by_line).await?, line);
    assert_eq!(owner(&world, then_by_neither).await?.0, json!(WUHAN_HEAD.id()));
    world.check_invariants().await
}

/// In the library the leader whom the rule finds is offered first, with the reason; once a leader has the case nobody is.
#[tokio::test]
async fn qd_01_the_library_offers_the_leader_of_the_area_or_line_first() -> Result<()> {
    let world = city().await?;
    told(&world, VICE_MAYOR, &["environment"], &[], true).await?;
    let case = taken_up(&world, 1, "environment").await?;
    let page = |of| world.get(FAR_SUPERVISOR, of);
    let path = format!("/cases/{case}");
    assert_eq!(page(&path).await?.body["leader_by_rule"], Value::Null, "not in the library");
    world.must(WUHAN, case, "add-to-library", &json!({ "field": "环保", "reason": "涉及多个部门" })).await?;
    let offered = page(&path).await?.body["leader_by_rule"].clone();
    let expected = json!({ "staff_id": VICE_MAYOR.id(), "name": "职员31", "why_zh": "按线：本事项所属的工作由其分管" });
    assert_eq!(offered, expected);
    let select = json!({ "leader": VICE_MAYOR.id(), "quarter": "2026Q1" });
    world.must(FAR_SUPERVISOR, case, "select-leader", &select).await?;
    world.must(VICE_MAYOR, case, "answer-selection", &json!({ "agrees": true })).await?;
    let taken = page(&path).await?.body;
    assert_eq!((&taken["leader_by_rule"], &taken["leader_why_zh"]), (&Value::Null, &Value::Null));
    Ok(())
}
