//! Calls for matters fit for leaders, over HTTP and through their timer (SZ-13).

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{FAR_SUPERVISOR, Person, SUPERVISOR, WUHAN, World, district, morning, unit};

const PLACE: &str = "990101";
const HR: Person = Person { n: 31, unit: "990101-hr", district: PLACE, roles: &[Role::Officer, Role::UnitHead] };
const GOV: Person = Person { n: 32, unit: "990101-gov", district: PLACE, roles: &[Role::Officer] };

/// A district whose pack has the rule, in its fourth quarter.
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

fn asking(platform: &str) -> Value {
    json!({ "platform": platform, "units": ["990101-hr", "990101-gov"] })
}

async fn raised(world: &World, platform: &str) -> Result<Uuid> {
    let answer = world.post_with_key(FAR_SUPERVISOR, "/calls", platform, &asking(platform)).await?;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    Ok(answer.body["call_id"].as_str().unwrap_or_default().parse()?)
}

async fn reply(world: &World, person: Person, call: Uuid, body: &Value) -> Result<(StatusCode, String)> {
    let key = format!("reply-{}-{}", person.n, body.to_string().len());
    let answer = world.post_with_key(person, &format!("/calls/{call}/replies"), &key, body).await?;
    let code = answer.code().to_owned();
    Ok((answer.status, code))
}

fn nothing() -> Value {
    json!({ "reason": "近期没有疑难事项" })
}

/// Offered when due, raised by hand, told to units without a word of a matter; a reply's matters stand in the library; who owes is listed.
#[tokio::test]
async fn sz_13_a_platform_asks_and_what_a_unit_names_stands_in_the_library() -> Result<()> {
    let world = city().await?;
    let list = world.get(FAR_SUPERVISOR, "/calls").await?.body;
    let due: Vec<&str> = list["due"].as_array().into_iter().flatten().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!((due, &list["quarter"]), (vec!["net", "letters", "visits", "phone"], &json!("2026Q4")));
    let askable: Vec<&str> =
        list["askable"].as_array().into_iter().flatten().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(askable, ["990101-gov", "990101-hr"]);
    assert_eq!(world.get(HR, "/calls").await?.body["due"], json!([]), "for the petition office alone");
    let call = raised(&world, "letters").await?;

    let own = world.register(&world.petition(1, PetitionClass::Request, PLACE, Some("990101-hr"))).await?;
    let owner = world.case(own).await?.responsible_unit;
    let (field, reason) = ("住建", "涉及水务、住建两部门，久拖未决");
    let answerer = Person { n: 33, unit: "990101-xfj", district: PLACE, roles: &[Role::Officer] };
    assert_eq!(owner.as_str(), "990101-xfj", "the office that takes petitions in answers for it first");
    world.must(WUHAN, own, "accept", &json!({ "grade": "ordinary" })).await?;
    world
        .must(crate::world::WUHAN_HEAD, own, "hand-over", &json!({ "unit": "990101-hr", "reason": "属人社局职责" }))
        .await?;
    let matters = json!({ "matters": [{ "case_id": own, "field": field, "reason": reason }] });
    assert_eq!(
        reply(&world, answerer, call, &matters).await?,
        (StatusCode::UNPROCESSABLE_ENTITY, "not_asked".to_owned()),
        "not asked"
    );
    assert_eq!(reply(&world, HR, call, &matters).await?.0, StatusCode::OK);

    let library = world.get(FAR_SUPERVISOR, "/library?scope=district").await?.body;
    assert_eq!(library["items"].as_array().map(Vec::len), Some(1), "{library}");
    assert_eq!(library["items"][0]["library"]["field"], field);
    let view = world.get(FAR_SUPERVISOR, &format!("/calls/{call}")).await?.body;
    let told = |unit: usize| {
        (
            view["units"][unit]["unit"].clone(),
            view["units"][unit]["reply"].clone(),
            view["units"][unit]["is_late"].clone(),
        )
    };
    assert_eq!(told(0), (json!("990101-gov"), Value::Null, json!(false)), "{view}");
    assert_eq!(told(1), (json!("990101-hr"), json!("matters"), json!(false)));
    let seen = world.get(GOV, &format!("/calls/{call}")).await?.body;
    assert_eq!(
        (seen["units"].as_array().map(Vec::len), &seen["owes_reply"]),
        (Some(1), &json!(true)),
        "of others nothing: {seen}"
    );
    let told = world.snapshot(call).await?;
    assert_eq!((&told["about_unit"], told["units"].as_array().map(Vec::len)), (&json!("990101-hr"), Some(2)));
    assert!(!told.to_string().contains(&own.to_string()) && !told.to_string().contains(field), "{told}");
    let list = world.get(FAR_SUPERVISOR, "/calls").await?.body;
    assert_eq!((list["due"].as_array().map(Vec::len), list["calls"].as_array().map(Vec::len)), (Some(3), Some(1)));
    world.check_invariants().await
}

/// Told once before the day, whoever has not replied; nobody when all have.
#[tokio::test]
async fn sz_13_who_has_not_replied_is_told_once_and_listed_as_late() -> Result<()> {
    let world = city().await?;
    let (call, all) = (raised(&world, "letters").await?, raised(&world, "phone").await?);
    assert_eq!(reply(&world, HR, call, &nothing()).await?.0, StatusCode::OK);
    for person in [HR, GOV] {
        assert_eq!(reply(&world, person, all, &nothing()).await?.0, StatusCode::OK);
    }
    world.live_until(morning("2026-10-26")).await?;
    assert_eq!(world.snapshot(call).await?["version"], 2, "not before the pack's day");
    world.live_until(morning("2026-11-05")).await?;
    let told = async |call: Uuid| {
        let sql = format!(
            "select count(*) from casework.publication where aggregate_id = '{call}' and event_type like '%reminded%'"
        );
        world.count(&sql).await
    };
    assert_eq!((told(call).await?, told(all).await?), (1, 0));
    let view = world.get(FAR_SUPERVISOR, &format!("/calls/{call}")).await?.body;
    assert_eq!(
        (&view["reply_by"], &view["is_over"], &view["units"][0]["is_late"]),
        (&json!("2026-11-01"), &json!(true), &json!(true))
    );
    assert_eq!(reply(&world, GOV, call, &nothing()).await?.0, StatusCode::OK, "late is better than never");
    let view = world.get(FAR_SUPERVISOR, &format!("/calls/{call}")).await?.body;
    assert_eq!((&view["units"][0]["reply"], &view["units"][0]["is_late"]), (&json!("nothing"), &json!(true)));
    Ok(())
}

/// Twice is once, two at once are one, and what a rule forbids changes nothing.
#[tokio::test]
async fn sz_13_a_call_is_raised_once_and_a_reply_given_once() -> Result<()> {
    let world = city().await?;
    let first = raised(&world, "letters").await?;
    assert_eq!(raised(&world, "letters").await?, first, "the same request has the same answer");
    let again = world.post_with_key(FAR_SUPERVISOR, "/calls", "another-key", &asking("letters")).await?;
    assert_eq!((again.status, again.code()), (StatusCode::UNPROCESSABLE_ENTITY, "called_already"));
    let body = asking("net");
    let (one, two) = tokio::join!(
        world.post_with_key(FAR_SUPERVISOR, "/calls", "at-once-1", &body),
        world.post_with_key(FAR_SUPERVISOR, "/calls", "at-once-2", &body)
    );
    let mut both = [one?.status.as_u16(), two?.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [201, 422], "one of two at once");
    let path = format!("/calls/{first}/replies");
    let (reason, other) = (nothing(), json!({ "reason": "另一个理由" }));
    let (one, two) = tokio::join!(
        world.post_with_key(HR, &path, "reply-at-once-1", &reason),
        world.post_with_key(HR, &path, "reply-at-once-2", &other)
    );
    let mut both = [one?.status.as_u16(), two?.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 422], "one of two at once");

    for (body, code) in [
        (json!({ "platform": "pigeons", "units": ["990101-hr"] }), "platform_unknown"),
        (json!({ "platform": "visits", "units": [] }), "nobody_asked_for_matters"),
    ] {
        let answer = world.post_with_key(FAR_SUPERVISOR, "/calls", code, &body).await?;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, code));
    }
    let foreign = json!({ "platform": "visits", "units": ["990102-xfj"] });
    assert_eq!(
        world.post_with_key(FAR_SUPERVISOR, "/calls", "foreign", &foreign).await?.status,
        StatusCode::BAD_REQUEST
    );
    for (body, code) in [(json!({}), "matters_or_reason"), (json!({ "reason": " " }), "bad_request")] {
        assert_eq!(reply(&world, GOV, first, &body).await?.1, code);
    }
    let planner = Person { n: 34, unit: "990101-gov", district: PLACE, roles: &[Role::ScheduleEditor] };
    assert_eq!(reply(&world, planner, first, &nothing()).await?.0, StatusCode::FORBIDDEN, "who handles no matters");
    assert_eq!(
        world.get(SUPERVISOR, &format!("/calls/{first}")).await?.status,
        StatusCode::NOT_FOUND,
        "another district's"
    );
    let elsewhere = world
        .post_with_key(
            SUPERVISOR,
            "/calls",
            "elsewhere",
            &json!({ "platform": "letters", "units": ["990102-discipline"] }),
        )
        .await?;
    assert_eq!((elsewhere.status, elsewhere.code()), (StatusCode::UNPROCESSABLE_ENTITY, "no_calls_here"));
    Ok(())
}

/// REG-22, REG-28: an accusation is no candidate, and with it the whole reply is refused; nothing of it stands anywhere.
#[tokio::test]
async fn sz_13_a_reply_that_names_what_is_not_the_unit_s_is_refused_whole() -> Result<()> {
    let world = city().await?;
    let call = raised(&world, "letters").await?;
    let foreign = world.register(&world.petition(1, PetitionClass::Request, PLACE, Some("990101-xfj"))).await?;
    let unknown = Uuid::from_u128(404);
    for case in [foreign, unknown] {
        let body = json!({ "matters": [{ "case_id": case, "field": "住建", "reason": "久拖未决" }] });
        let (status, _) = reply(&world, GOV, call, &body).await?;
        assert!(matches!(status.as_u16(), 400 | 422), "{case}: {status}");
    }
    assert_eq!(world.count("select count(*) from casework.library").await?, 0);
    assert_eq!(world.snapshot(call).await?["version"], 1, "the call stands as it stood");
    assert_eq!(reply(&world, GOV, call, &nothing()).await?.0, StatusCode::OK, "and the unit can still reply");
    Ok(())
}
