//! After the end: what the petitioner says of the handling (满意度评价; REG-07), and return visits (回访; XT-10).

use anyhow::Result;
use axum::http::StatusCode;
use chrono::{Days, TimeDelta};
use huiyin_contracts::casework::{Dispute, Rating};
use huiyin_contracts::directory::{DISTRICT_CHANGED, DistrictSnapshot};
use huiyin_contracts::intake::{EVALUATED, PetitionClass, PetitionEvaluation, PetitionSnapshot, REVIEW_ASKED};
use huiyin_kernel::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{BOSS, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, World, district, proposal, unit};

/// What intake tells when something was said now.
fn said(world: &World, petition: &PetitionSnapshot, change: impl FnOnce(&mut PetitionEvaluation)) -> PetitionSnapshot {
    let mut evaluation = PetitionEvaluation {
        office: None,
        unit: None,
        dispute: None,
        no_return_visit: false,
        told_to_clerk: false,
        at: world.time.now(),
    };
    change(&mut evaluation);
    PetitionSnapshot { evaluation: Some(evaluation), ..petition.clone() }
}

async fn hear(world: &World, petition: &PetitionSnapshot, change: impl FnOnce(&mut PetitionEvaluation)) -> Result<()> {
    let told = said(world, petition, change);
    world.hear(EVALUATED, petition.petition_id.uuid(), &told).await
}

async fn closed(world: &World, n: u32) -> Result<(PetitionSnapshot, Uuid)> {
    let petition = world.petition(n, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.whole_road(case, "ordinary").await?;
    Ok((petition, case))
}

/// From now on the street works by the township's pack, which asks for return visits.
async fn asks_for_visits(world: &World) -> Result<()> {
    let street = DistrictSnapshot {
        code: district(STREET),
        name: "甲乡".to_owned(),
        policy_pack: "township".to_owned(),
        petition_unit: unit(OFFICE),
        active: true,
    };
    world.hear(DISTRICT_CHANGED, Uuid::from_u128(STREET.parse()?), &street).await
}

async fn closed_in_the_township(world: &World) -> Result<(PetitionSnapshot, Uuid)> {
    asks_for_visits(world).await?;
    let petition = world.petition(2, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
    for step in ["hear_petitioner", "investigate"] {
        world.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已办" })).await?;
    }
    world.must(OFFICER, case, "propose", &proposal("supported")).await?;
    world.must(BOSS, case, "approve", &json!({})).await?;
    world.must(OFFICER, case, "reply", &json!({})).await?;
    let delivered = json!({ "means": "当面送达", "delivered_at": world.time.now(), "receipt": "SD-1" });
    world.must(OFFICER, case, "deliver", &delivered).await?;
    world.must(OFFICER, case, "steps", &json!({ "step": "carry_out", "note": "已办" })).await?;
    world.must(OFFICER, case, "close", &json!({})).await?;
    Ok((petition, case))
}

/// REG-07, REG-51: rated, changed, disputed; each told once however often it is heard; the office is called to account, and the petitioner
/// sees that, and not what the offices write.
#[tokio::test]
async fn reg_07_what_the_petitioner_says_is_taken_down_and_a_dispute_is_supervised() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = closed(&world, 1).await?;
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let open = world.internal(Service::Intake, &public).await?.body["evaluation"].clone();
    assert_eq!((&open["until"], &open["unit"]), (&json!("2026-04-01"), &Value::Null), "{open}");
    let good = |evaluation: &mut PetitionEvaluation| {
        (evaluation.office, evaluation.unit) = (Some(Rating::Satisfied), Some(Rating::BasicallySatisfied));
    };
    hear(&world, &petition, good).await?;
    hear(&world, &petition, good).await?;
    hear(&world, &petition, |evaluation| {
        (evaluation.unit, evaluation.dispute) = (Some(Rating::Dissatisfied), Some(Dispute::NotCarriedOut));
        evaluation.told_to_clerk = true;
    })
    .await?;
    let told = world.told(case).await?;
    let after: Vec<_> = told.iter().skip_while(|event| *event != "closed").skip(1).collect();
    assert_eq!(after, ["evaluated", "evaluated", "disputed", "supervision_ordered"]);
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let evaluated = &page["evaluated"];
    assert_eq!(
        (&evaluated["office"], &evaluated["unit"], &evaluated["dispute"], &evaluated["is_supervised"]),
        (&json!("satisfied"), &json!("dissatisfied"), &json!("not_carried_out"), &json!(true))
    );
    assert_eq!(page["supervision_orders"][0]["by_rule"], true);
    assert_eq!(page["stage"], "closed");
    let view = world.internal(Service::Intake, &public).await?.body;
    assert_eq!(
        (&view["evaluation"]["is_supervised"], &view["deadlines"].as_array().map(Vec::len)),
        (&json!(true), &Some(2))
    );
    let progress = view["progress"].to_string();
    assert!(progress.contains("信访人反映处理意见未落实（由工作人员代为登记）"), "{progress}");
    assert!(!progress.contains("督办"), "what offices write to each other is theirs: {progress}");
    world.check_invariants().await?;
    world.time.advance(TimeDelta::days(40));
    hear(&world, &petition, good).await?;
    let history = world.get(OFFICER, &format!("/cases/{case}/history")).await?.body.to_string();
    assert!(history.contains("已不在评价期限内"), "too late, it is noted and never lost: {history}");
    world.check_invariants().await
}

/// REG-22: an accusation is neither rated nor spoken of; what is told of one all the same changes nothing and stops nothing.
#[tokio::test]
async fn reg_22_an_accusation_is_not_rated() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Accusation, STREET, None);
    let case = world.register(&petition).await?;
    hear(&world, &petition, |evaluation| evaluation.unit = Some(Rating::Dissatisfied)).await?;
    assert!(!world.told(case).await?.contains(&"evaluated".to_owned()));
    world.check_invariants().await
}

/// XT-10: due after the end, on the list until made; by whose it is, once, on the version that was seen; not carried out, supervised.
#[tokio::test]
async fn xt_10_a_return_visit_is_listed_until_it_is_made_and_what_it_finds_has_consequences() -> Result<()> {
    let world = World::new().await?;
    let (_, case) = closed_in_the_township(&world).await?;
    let waiting = "/cases?scope=unit&awaits_return_visit=true";
    let listed = async || -> Result<usize> {
        Ok(world.get(OFFICER, waiting).await?.body["items"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(listed().await?, 1);
    world.live_until(world.time.now() + TimeDelta::days(31)).await?;
    assert!(world.told(case).await?.contains(&"overdue".to_owned()), "late, it is told");
    let today = world.time.now().date_naive();
    let path = format!("/cases/{case}/return-visit");
    let visit = |finding: &str| json!({ "means": "phone", "visited_on": today, "finding": finding });
    let by_stranger = world.post(NEIGHBOUR, &path, &visit("carried_out")).await?;
    assert_eq!(by_stranger.status, StatusCode::NOT_FOUND);
    let mut odd = visit("carried_out");
    odd["note"] = json!("对人的看法");
    let refused = world.post(OFFICER, &path, &odd).await?;
    assert!(refused.status.is_client_error(), "no place for a word about the person: {}", refused.body);
    let mut late = visit("carried_out");
    late["visited_on"] = json!(today.checked_add_days(Days::new(1)));
    let refused = world.post(OFFICER, &path, &late).await?;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "return_visit_day"));
    let version = world.case(case).await?.version;
    let mut first = visit("not_carried_out");
    first["expected_version"] = json!(version);
    let key = "visit-0190a1b2";
    let done = world.post_with_key(SUPERVISOR, &path, key, &first).await?;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(world.post_with_key(SUPERVISOR, &path, key, &first).await?, done, "a double click is one visit");
    let stale = world.post(OFFICER, &path, &first).await?;
    assert_eq!(stale.status, StatusCode::CONFLICT, "somebody was quicker: {}", stale.body);
    assert_eq!(listed().await?, 0);
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let made = &page["return_visits"][0];
    assert_eq!((&made["means_zh"], &made["finding_zh"]), (&json!("电话回访"), &json!("处理意见未落实")));
    assert_eq!(page["supervision_orders"][0]["ground"], "opinion_not_executed");
    let told = world.told(case).await?;
    assert_eq!(told.iter().rev().take(2).collect::<Vec<_>>(), ["supervision_ordered", "return_visited"]);
    world.check_invariants().await
}

/// DOMAIN part D: who does not wish a return visit is left in peace: nothing is due, nothing is listed, nothing is recorded.
#[tokio::test]
async fn xt_10_who_does_not_wish_it_is_left_in_peace() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = closed_in_the_township(&world).await?;
    hear(&world, &petition, |evaluation| evaluation.no_return_visit = true).await?;
    let waiting = world.get(OFFICER, "/cases?scope=unit&awaits_return_visit=true").await?.body;
    assert_eq!(waiting["items"], json!([]));
    assert!(world.next_timer().await?.is_none(), "no timer is left");
    let today = world.time.now().date_naive();
    let visit = json!({ "means": "in_person", "visited_on": today, "finding": "carried_out" });
    let refused = world.post(OFFICER, &format!("/cases/{case}/return-visit"), &visit).await?;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "return_visit_not_wished"));
    world.check_invariants().await
}

/// WH-15, XY-02: refused with everything that is missing, archived once by the petition office, read only from then on; the catalogue is
/// printed; a review takes the file out.
#[tokio::test]
async fn wh_15_a_complete_file_is_archived_by_the_petition_office_and_is_read_only() -> Result<()> {
    let world = World::new().await?;
    let (petition, case) = closed(&world, 1).await?;
    hear(&world, &petition, |evaluation| evaluation.dispute = Some(Dispute::NotCarriedOut)).await?;
    let path = format!("/cases/{case}/archive");
    let early = world.post(OFFICER, &path, &json!({})).await?;
    assert_eq!((early.status, early.code()), (StatusCode::UNPROCESSABLE_ENTITY, "file_incomplete"));
    let told = early.body.to_string();
    for lacking in ["督办单", "可以评价", "可以申请复查"] {
        assert!(told.contains(lacking), "{lacking}: {told}");
    }
    assert!(!told.contains("送达回证"), "that is there: {told}");
    assert_eq!(world.post(BOSS, &path, &json!({})).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(NEIGHBOUR, &path, &json!({})).await?.status, StatusCode::NOT_FOUND);
    world.must(OFFICER, case, "answer-supervision", &json!({ "done": "已约施工队，今日完工" })).await?;
    world.must(SUPERVISOR, case, "conclude-supervision", &json!({})).await?;
    world.time.advance(TimeDelta::days(40));
    let body = json!({ "expected_version": world.case(case).await?.version });
    let key = "archive-0190a1b2";
    let done = world.post_with_key(OFFICER, &path, key, &body).await?;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(world.post_with_key(OFFICER, &path, key, &body).await?, done, "a double click archives once");
    assert_eq!(world.post(OFFICER, &path, &body).await?.status, StatusCode::CONFLICT);
    assert_eq!(world.post(OFFICER, &path, &json!({})).await?.code(), "archived_already");
    assert_eq!(world.told(case).await?.last().map(String::as_str), Some("archived"));
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let number = format!("DA-{}", petition.number);
    assert_eq!((&page["file"]["number"], &page["file"]["term_zh"]), (&json!(number), &json!("30年")));
    let order = json!({ "ground": "other", "demand": "请说明情况" });
    let read_only = world.post(SUPERVISOR, &format!("/cases/{case}/supervise"), &order).await?;
    assert_eq!((read_only.status, read_only.code()), (StatusCode::UNPROCESSABLE_ENTITY, "archived_read_only"));
    let (status, _, pdf) = world.file(OFFICER, &format!("/cases/{case}/documents/file_catalogue")).await?;
    assert_eq!(status, StatusCode::OK);
    assert!(pdf.starts_with(b"%PDF"));
    hear(&world, &petition, |evaluation| evaluation.unit = Some(Rating::Satisfied)).await?;
    world.hear(REVIEW_ASKED, petition.petition_id.uuid(), &petition).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["stage"], &page["file"]), (&json!("under_review"), &Value::Null));
    world.check_invariants().await
}
