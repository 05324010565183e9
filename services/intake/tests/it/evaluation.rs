//! What the petitioner says of how the matter was handled (满意度评价; REG-07): ratings open, words sealed, and who reads them.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_authz::Sight;
use huiyin_contracts::casework::{CaseSnapshot, EvaluationSnapshot, Outcome, Rating};
use huiyin_kernel::{Actor, Role, StaffId};
use serde_json::{Value, json};

use crate::reviews::standing;
use crate::world::{Answer, World, access, district, id_of, petition, petition_with, unit};

const SAID: &str = "select count(*) from intake.publication where event_type like '%.evaluated%'";

fn open(world: &World, change: impl FnOnce(&mut EvaluationSnapshot)) -> EvaluationSnapshot {
    let mut open = EvaluationSnapshot {
        until: (world.context.clock.now() + TimeDelta::days(30)).date_naive(),
        scale: vec![Rating::Satisfied, Rating::BasicallySatisfied, Rating::Dissatisfied],
        may_change: true,
        office: None,
        unit: None,
        dispute: None,
    };
    change(&mut open);
    open
}

fn with(receipt: &Answer, said: &Value) -> Value {
    let mut body = access(receipt);
    for (field, value) in said.as_object().into_iter().flatten() {
        body[field] = value.clone();
    }
    body
}

/// REG-07: nothing to rate before casework says so; then at once, said twice alike it is said once, the last counts; the ratings are told,
/// the words stand sealed and nowhere else.
#[tokio::test]
async fn reg_07_the_petitioner_rates_with_number_and_code_and_the_words_stay_sealed() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let good =
        with(&receipt, &json!({ "office": "satisfied", "unit": "dissatisfied", "words": "水管还在漏，没人来修" }));
    let early = world.post("/petitions/evaluate", &good).await?;
    assert_eq!((early.status, early.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "nothing_to_rate".to_owned()));
    let told = open(&world, |_| ());
    standing(&world, &receipt, 3, |case| case.evaluation = Some(told)).await?;
    for _ in 0..2 {
        let said = world.post("/petitions/evaluate", &good).await?;
        assert_eq!(said.status, StatusCode::OK, "{said:?}");
    }
    let plain = with(&receipt, &json!({ "office": "satisfied", "unit": "dissatisfied" }));
    world.post("/petitions/evaluate", &plain).await?;
    world.post("/petitions/evaluate", &plain).await?;
    let changed = with(&receipt, &json!({ "unit": "satisfied", "dispute": "not_received", "no_return_visit": true }));
    assert_eq!(world.post("/petitions/evaluate", &changed).await?.status, StatusCode::OK);
    let latest = "select convert_from(body, 'utf8')::jsonb ->> 'evaluation' from intake.publication where event_type like '%.evaluated%'
         order by sequence desc limit 1";
    let latest: Value = serde_json::from_str(&world.text(latest).await?)?;
    assert_eq!(
        (&latest["unit"], &latest["dispute"], &latest["office"], &latest["told_to_clerk"]),
        (&json!("satisfied"), &json!("not_received"), &Value::Null, &json!(false))
    );
    for place in ["journal", "publication"] {
        let words =
            format!("select count(*) from intake.{place} where position('没人来修' in convert_from(body, 'utf8')) > 0");
        assert_eq!(world.count(&words).await?, 0, "{place}");
    }
    assert_eq!(world.count("select count(*) from intake.supplement where purpose = 'evaluation'").await?, 1);
    let own = world.post("/petitions/query", &access(&receipt)).await?.body;
    assert_eq!(own["supplements"][0]["text"], "水管还在漏，没人来修", "their own words they read");
    Ok(())
}

/// REG-07, DOMAIN part D: the words are read by the petition office and not by the unit that answered, which does not take them down either.
#[tokio::test]
async fn reg_07_the_words_are_for_the_petition_office_and_not_for_the_unit_that_is_rated() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition_with(&json!({ "concerned_unit": null }))).await?;
    let told = open(&world, |_| ());
    standing(&world, &receipt, 3, |case| {
        case.evaluation = Some(told);
        case.responsible_unit = unit("d1-housing");
    })
    .await?;
    let said = with(&receipt, &json!({ "unit": "dissatisfied", "words": "态度不好" }));
    assert_eq!(world.post("/petitions/evaluate", &said).await?.status, StatusCode::OK);
    let page = format!("/petitions/{}", receipt.text("petition_id"));
    let rated = world.token_of(11, "d1-housing", "990101", &[Role::Officer, Role::IntakeClerk]);
    let bureau = world.token_of(12, "d1-xfj", "990101", &[Role::Supervisor, Role::IntakeClerk]);
    let seen = world.staff("GET", &page, &rated, &Value::Null).await?;
    assert_eq!((seen.status, &seen.body["supplements"]), (StatusCode::OK, &json!([])), "{seen:?}");
    let seen = world.staff("GET", &page, &bureau, &Value::Null).await?;
    assert_eq!(seen.body["supplements"][0]["purpose"], "evaluation", "{seen:?}");

    // The database itself says so, whatever the service asks for.
    for (of, words) in [("d1-housing", 0), ("d1-xfj", 1)] {
        let staff_id = StaffId::from(uuid::Uuid::from_u128(11));
        let actor =
            Actor::Staff { staff_id, unit: unit(of), district: district("990101"), roles: vec![Role::Supervisor] };
        let mut tx = world.context.api.begin_as(&Sight::of(&actor)).await?;
        let read = huiyin_intake::store::supplement::list(&mut tx, id_of(&receipt)?).await?;
        assert_eq!(read.len(), words, "{of}");
    }

    let by_phone = json!({ "unit": "satisfied", "office": "satisfied" });
    let path = format!("{page}/evaluation");
    let refused = world.staff("POST", &path, &rated, &by_phone).await?;
    assert_eq!(
        (refused.status, refused.text("code")),
        (StatusCode::UNPROCESSABLE_ENTITY, "not_petition_office".to_owned())
    );
    assert_eq!(world.count(SAID).await?, 1);
    let taken = world.staff("POST", &path, &bureau, &by_phone).await?;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    let by_clerk =
        "select convert_from(body, 'utf8')::jsonb -> 'evaluation' ->> 'told_to_clerk' from intake.publication
         where event_type like '%.evaluated%' order by sequence desc limit 1";
    assert_eq!(world.text(by_clerk).await?, "true");
    let foreign = world.token_of(13, "d2-xfj", "990102", &[Role::Supervisor, Role::IntakeClerk]);
    assert_eq!(world.staff("POST", &path, &foreign, &by_phone).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// REG-07: what the pack does not offer is refused at once, with what to do next; bad input is named by its field.
#[tokio::test]
async fn reg_07_what_cannot_be_said_is_refused_in_words() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let code = async |version: i64, told: EvaluationSnapshot, said: Value| -> Result<String> {
        let change = |case: &mut CaseSnapshot| {
            (case.evaluation, case.outcome) = (Some(told), Some(Outcome::Supported));
        };
        standing(&world, &receipt, version, change).await?;
        Ok(world.post("/petitions/evaluate", &with(&receipt, &said)).await?.text("code"))
    };
    let over = open(&world, |open| open.until = "2026-03-01".parse().expect("a date"));
    assert_eq!(code(3, over, json!({ "unit": "satisfied" })).await?, "evaluation_over");
    let two = open(&world, |open| open.scale = vec![Rating::Satisfied, Rating::Dissatisfied]);
    assert_eq!(code(4, two, json!({ "unit": "basically_satisfied" })).await?, "not_on_scale");
    let once = open(&world, |open| (open.may_change, open.unit) = (false, Some(Rating::Satisfied)));
    assert_eq!(code(5, once, json!({ "unit": "dissatisfied" })).await?, "rated_already");
    for said in [json!({}), json!({ "words": "  " }), json!({ "words": "字".repeat(1_001) }), json!({ "unit": "bad" })]
    {
        let answer = world.post("/petitions/evaluate", &with(&receipt, &said)).await?;
        assert!(answer.status.is_client_error() && answer.status != StatusCode::NOT_FOUND, "{answer:?}");
    }
    let mut stranger = access(&receipt);
    stranger["code"] = json!("AAAAAAAAAAAAAAAAA");
    stranger["unit"] = json!("satisfied");
    assert_eq!(world.post("/petitions/evaluate", &stranger).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.count(SAID).await?, 0);
    Ok(())
}
