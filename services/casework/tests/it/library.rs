//! The library of matters fit for leaders, leaders asked, and the public notice, over HTTP.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionSnapshot};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{
    CITY_LEADER, FAR_SUPERVISOR, LEADER, SUPERVISOR, WUHAN, WUHAN_HEAD, World, district, morning, proposal, unit,
};

const PLACE: &str = "990101";

/// The district under the rules of a place that counts what leaders take.
async fn city() -> Result<World> {
    let world = World::starting(morning("2026-10-12")).await?;
    let known = DistrictSnapshot {
        code: district(PLACE),
        name: "南山区".to_owned(),
        policy_pack: "shenzhen".to_owned(),
        petition_unit: unit("990101-xfj"),
        active: true,
    };
    world.hear(DISTRICT_CHANGED, Uuid::from_u128(990_101), &known).await?;
    Ok(world)
}

async fn taken_up(world: &World, n: u32) -> Result<Uuid> {
    let petition = world.petition(n, PetitionClass::Request, PLACE, Some("990101-xfj"));
    let case = world.register(&petition).await?;
    world.must(WUHAN, case, "accept", &json!({ "grade": "ordinary" })).await?;
    Ok(case)
}

fn numbers(page: &Value) -> usize {
    page["items"].as_array().map_or(0, Vec::len)
}

/// SZ-07, SZ-08, SZ-14, JX-06: listed, planned, asked, agreed, published; each list shows what still lacks, and the public notice only what
/// the leader agreed to.
#[tokio::test]
async fn sz_08_a_matter_goes_from_the_library_to_a_leader_and_to_the_public_notice() -> Result<()> {
    let world = city().await?;
    let case = taken_up(&world, 1).await?;
    let (field, reason) = ("住建", "涉及水务、住建两部门，久拖未决");
    world.must(WUHAN, case, "add-to-library", &json!({ "field": field, "reason": reason })).await?;
    for (filter, found) in [("", 1), ("&without_plan=true", 1), ("&without_leader=true", 1)] {
        let page = world.get(FAR_SUPERVISOR, &format!("/library?scope=district{filter}")).await?.body;
        assert_eq!(numbers(&page), found, "{filter}: {page}");
    }
    world.must(WUHAN, case, "plan", &json!({ "text": "先检测，再修复", "until": "2026-12-20" })).await?;
    let planned = world.get(FAR_SUPERVISOR, "/library?scope=district&without_plan=true").await?.body;
    assert_eq!(numbers(&planned), 0, "{planned}");

    let owes = |view: &Value| {
        let leader =
            view["leaders"].as_array().and_then(|all| all.iter().find(|one| one["staff_id"] == json!(LEADER.id())));
        let leader = leader.expect("the leader is listed");
        (leader["asked"].clone(), leader["taken"].clone(), leader["owes_in_quarter"].clone())
    };
    let leaders = "/library/leaders?quarter=2026Q4";
    let view = world.get(FAR_SUPERVISOR, leaders).await?.body;
    assert_eq!(view["per_quarter"], 1);
    assert_eq!(owes(&view), (json!(0), json!(0), json!(1)), "a leader without a case is in the gap list");
    let select = json!({ "leader": LEADER.id(), "quarter": "2026Q4" });
    world.must(FAR_SUPERVISOR, case, "select-leader", &select).await?;
    assert_eq!(world.get(LEADER, &format!("/cases/{case}")).await?.status, StatusCode::OK, "who is asked may read it");
    let publish = json!({ "summary": "某小区供水管道渗漏" });
    let early = world.post(FAR_SUPERVISOR, &format!("/cases/{case}/publish-selection"), &publish).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "not_agreed"));
    world.must(LEADER, case, "answer-selection", &json!({ "agrees": true })).await?;
    let public = format!("/library/published?district={PLACE}&quarter=2026Q4");
    assert_eq!(world.get(SUPERVISOR, &public).await?.body["cases"], json!([]), "agreed is not yet published");
    world.must(FAR_SUPERVISOR, case, "publish-selection", &publish).await?;
    let seen = world.get(SUPERVISOR, &public).await?.body;
    let expected = json!([{
        "leader_name": "职员11", "leader_post": null, "unit_name": "单位990101-xfj", "field": field, "summary": "某小区供水管道渗漏",
    }]);
    assert_eq!(seen["cases"], expected, "whoever asks sees the notice and nothing else");
    let view = world.get(FAR_SUPERVISOR, leaders).await?.body;
    assert_eq!(owes(&view), (json!(0), json!(1), json!(0)));
    let told = world.told(case).await?;
    for event in
        ["library_added", "plan_set", "leader_selected", "leader_answered", "taken_by_leader", "selection_published"]
    {
        assert!(told.iter().any(|name| name == event), "{event}: {told:?}");
    }
    world.check_invariants().await
}

/// SZ-02, HB-05: what is told of a case that a leader took says that it is resolved when it is closed by its whole chain, and not before; the
/// quotas count that.
#[tokio::test]
async fn sz_02_a_case_counts_as_resolved_when_its_chain_is_complete() -> Result<()> {
    let world = city().await?;
    let case = taken_up(&world, 1).await?;
    world.must(FAR_SUPERVISOR, case, "add-to-library", &json!({ "field": "住建", "reason": "久拖未决" })).await?;
    world.must(FAR_SUPERVISOR, case, "select-leader", &json!({ "leader": LEADER.id(), "quarter": "2027Q1" })).await?;
    world.must(LEADER, case, "answer-selection", &json!({ "agrees": true })).await?;
    world.must(WUHAN_HEAD, case, "assign", &json!({ "officer": WUHAN.id() })).await?;
    let step = |step: &str| json!({ "step": step, "note": "已办" });
    for (person, code) in
        [(WUHAN, "hear_petitioner"), (WUHAN, "investigate"), (WUHAN, "special_group"), (LEADER, "leader_work")]
    {
        world.must(person, case, "steps", &step(code)).await?;
    }
    world.must(WUHAN, case, "propose", &proposal("supported")).await?;
    world.must(WUHAN_HEAD, case, "approve", &json!({})).await?;
    world.must(WUHAN, case, "reply", &json!({})).await?;
    world.must(WUHAN, case, "deliver", &json!({ "means": "当面送达", "delivered_at": world.time.now() })).await?;
    // Leader and outcome of what is told last, once it is told to be closed.
    let resolved = async || -> Result<Option<(Value, Value)>> {
        let told = world.snapshot(case).await?;
        assert_eq!(told["taken_by_leader"], true);
        Ok((!told["closed_at"].is_null()).then(|| (told["leader"].clone(), told["outcome"].clone())))
    };
    let chain = [
        (WUHAN, "carry_out"),
        (WUHAN_HEAD, "unit_signs"),
        (FAR_SUPERVISOR, "bureau_audit"),
        (FAR_SUPERVISOR, "site_confirmation"),
        (LEADER, "leader_approves"),
    ];
    for (person, code) in chain {
        assert_eq!(resolved().await?, None, "{code}");
        world.must(person, case, "steps", &step(code)).await?;
    }
    world.must(WUHAN, case, "close", &json!({})).await?;
    assert_eq!(resolved().await?, Some((json!(LEADER.id()), json!("supported"))));
    Ok(())
}

/// REG-03, Art. 18(2): a leader reads a letter and says what is to be done; whoever handles it reads that, others hear only that it happened.
#[tokio::test]
async fn reg_03_a_leader_reads_a_letter_and_who_handles_it_reads_the_instruction() -> Result<()> {
    let world = city().await?;
    let petition = PetitionSnapshot {
        channel: Channel::Letter,
        ..world.petition(1, PetitionClass::Request, PLACE, Some("990101-xfj"))
    };
    let case = world.register(&petition).await?;
    let text = json!({ "text": "请住建局核实，十日内报告" });
    let path = format!("/cases/{case}/instruct");
    let forbidden = world.post(WUHAN, &path, &text).await?;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "leaders alone");
    assert_eq!(world.post(CITY_LEADER, &path, &json!({ "text": " " })).await?.status, StatusCode::BAD_REQUEST);
    world.must(WUHAN_HEAD, case, "instruct", &text).await?;
    let view = world.get(WUHAN, &format!("/cases/{case}")).await?.body;
    assert_eq!(
        (&view["instructions"][0]["text"], &view["instructions"][0]["leader_name"]),
        (&text["text"], &json!("职员10"))
    );
    assert_eq!(world.told(case).await?.last().map(String::as_str), Some("leader_instructed"));
    assert!(!world.snapshot(case).await?.to_string().contains("十日内报告"));
    world.check_invariants().await
}

/// S1, D-6: the library is read by sight, and what leaders owe by supervisors; foreign districts see neither; bad questions are answered with
/// what to ask instead.
#[tokio::test]
async fn the_library_is_read_by_sight_and_bad_questions_are_told_so() -> Result<()> {
    let world = city().await?;
    let case = taken_up(&world, 1).await?;
    world.must(WUHAN, case, "add-to-library", &json!({ "field": "住建", "reason": "久拖未决" })).await?;
    assert_eq!(numbers(&world.get(SUPERVISOR, "/library?scope=district").await?.body), 0);
    assert_eq!(numbers(&world.get(WUHAN, "/library?scope=unit").await?.body), 1);
    assert_eq!(world.get(WUHAN, "/library?scope=district").await?.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.get(WUHAN, "/library/leaders").await?.status, StatusCode::FORBIDDEN);
    let foreign = world.get(SUPERVISOR, "/library/leaders?quarter=2026Q4").await?.body;
    let names = foreign["leaders"].as_array().map(|all| all.iter().any(|one| one["staff_id"] == json!(LEADER.id())));
    assert_eq!(names, Some(false), "{foreign}");
    for path in [
        "/library/leaders?quarter=2026Q5",
        "/library/leaders?quarter=",
        "/library/published?district=99&quarter=2026Q4",
        "/library?after=x",
        "/library?without_plan=maybe",
    ] {
        let answer = world.get(FAR_SUPERVISOR, path).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.body);
    }
    world.must(FAR_SUPERVISOR, case, "select-leader", &json!({ "leader": LEADER.id(), "quarter": "2026Q4" })).await?;
    world.must(FAR_SUPERVISOR, case, "remove-from-library", &json!({ "reason": "不再需要" })).await?;
    assert_eq!(numbers(&world.get(WUHAN, "/library?scope=unit").await?.body), 0);
    assert_eq!(world.count("select count(*) from casework.selection").await?, 0, "an asking falls with the entry");
    assert_eq!(world.get(LEADER, &format!("/cases/{case}")).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}
