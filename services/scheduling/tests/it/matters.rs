use huiyin_contracts::casework::CaseSnapshot;
use huiyin_contracts::directory::{UnitKind, UnitSnapshot};
use huiyin_contracts::intake::{PetitionClass, PetitionSnapshot, PetitionState};
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{Role, SessionId, StaffId};
use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::matters::{SessionMatters, name_matter, of_session, sessions_for, take_matter_off};
use huiyin_scheduling::app::publish_sessions::publish_sessions;
use huiyin_scheduling::domain::{Plan, Refusal};
use huiyin_scheduling::store;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{City, STREETS, district, leader, petition, snapshot, unit};

/// What casework tells of the case of a petition.
pub(crate) fn case(n: u128, state: &str, by: &str, taken: Option<StaffId>) -> CaseSnapshot {
    serde_json::from_value(json!({
        "case_id": petition(n), "petition_id": petition(n), "number": snapshot(n, PetitionClass::Request).number, "state": state,
        "channel": "visit", "class": "request", "topic": "labour_social_security", "district": STREETS[0], "grade": "ordinary",
        "registered_at": "2026-02-02T01:00:00Z", "policy_pack": "street-office", "policy_hash": "x", "responsible_unit": by,
        "officer": null, "leader": taken, "taken_by_leader": taken.is_some(), "session_id": null, "deadlines": [], "extended_days": 0,
        "about": null, "reason_code": null, "cause_found": null, "opinion_summary": null, "result_summary": null, "outcome": null,
        "relief_referral": false, "promise_number": null, "replied_at": null, "delivered_at": null, "closed_at": null, "version": 1,
    }))
    .expect("a case")
}

/// A city with a street's office, and what casework told.
pub(crate) async fn city(told: &[CaseSnapshot]) -> anyhow::Result<City> {
    let city = City::new().await?;
    city.petitions(0..4).await?;
    let office = UnitSnapshot {
        code: unit("street-1"),
        name: "街道办事处".to_owned(),
        kind: UnitKind::Department,
        district: district(STREETS[0]),
        topics: vec![],
        active: true,
        succession: None,
    };
    let mut tx = city.worker.begin().await?;
    store::directory::put_units(&mut tx, &[office]).await?;
    store::petitions::put_case_states(&mut tx, told).await?;
    tx.commit().await?;
    Ok(city)
}

async fn tell(city: &City, told: PetitionSnapshot) -> anyhow::Result<()> {
    let mut tx = city.worker.begin().await?;
    store::petitions::put(&mut tx, &[told]).await?;
    Ok(tx.commit().await?)
}

/// A case visit of leader 0 that is not announced yet.
async fn case_visit(city: &City) -> anyhow::Result<SessionId> {
    let plan = Plan {
        kind: Some(SessionKind::CaseVisit),
        venue_id: Some(city.site),
        reason: Some("长期未解决".to_owned()),
        ..city.plan(leader(0), "2026-03-02T01:00:00Z")
    };
    city.drafted(plan).await
}

fn numbers(matters: &[store::matters::NamedMatter]) -> Vec<uuid::Uuid> {
    matters.iter().map(|matter| matter.petition_id).collect()
}

#[tokio::test]
async fn a_case_visit_and_its_matters_are_read_from_either_side_dw_15() -> anyhow::Result<()> {
    let city = city(&[case(1, "investigating", "street-1", None)]).await?;
    let id = case_visit(&city).await?;
    for _ in 0..2 {
        name_matter(&city.app, &city.on("name 1", id), id, petition(1)).await?;
    }
    name_matter(&city.app, &city.on("name 2", id), id, petition(2)).await?;
    let own = city.on("read", id);
    assert!(sessions_for(&city.app, &own, petition(1)).await?.is_empty(), "a plan is not told before it is announced");
    publish_sessions(&city.app, &city.on("publish", id), &[id]).await?;
    let planned = sessions_for(&city.app, &own, petition(1)).await?;
    assert_eq!(
        planned.iter().map(|s| (s.session_id, s.kind.as_str())).collect::<Vec<_>>(),
        [(id.uuid(), "case_visit")]
    );
    let read = of_session(&city.app, &own, id).await?;
    assert_eq!(numbers(&read.named), [petition(1).uuid(), petition(2).uuid()], "once each, in order");
    assert_eq!(read.named[0].case_state.as_deref(), Some("investigating"));
    take_matter_off(&city.app, &city.on("off", id), id, petition(1)).await?;
    assert!(sessions_for(&city.app, &own, petition(1)).await?.is_empty());
    assert!(
        city.told().await?.iter().all(|event| event.contains("session.published")),
        "which matters is told to nobody"
    );
    Ok(())
}

#[tokio::test]
async fn a_leader_s_case_visit_is_offered_what_that_leader_has_taken_tj_05() -> anyhow::Result<()> {
    let taken = [
        case(0, "investigating", "street-1", Some(leader(0))),
        case(1, "closed", "street-1", Some(leader(0))),
        case(2, "investigating", "street-1", Some(leader(3))),
        case(3, "accepted", "street-1", Some(leader(0))),
    ];
    let city = city(&taken).await?;
    tell(&city, snapshot(3, PetitionClass::Accusation)).await?;
    let id = case_visit(&city).await?;
    let read = of_session(&city.app, &city.on("read", id), id).await?;
    assert_eq!(numbers(&read.offered), [petition(0).uuid()], "open, the leader's own, no accusation");
    name_matter(&city.app, &city.on("name", id), id, petition(0)).await?;
    let read = of_session(&city.app, &city.on("read", id), id).await?;
    assert_eq!((numbers(&read.named), read.offered.len()), (vec![petition(0).uuid()], 0));
    let regular = city.drafted(city.plan(leader(0), "2026-03-03T01:00:00Z")).await?;
    assert!(
        of_session(&city.app, &city.on("read", regular), regular).await?.offered.is_empty(),
        "for a case visit alone"
    );
    Ok(())
}

#[tokio::test]
async fn where_the_place_says_so_a_case_visit_without_a_matter_is_not_announced_dw_15_tj_05() -> anyhow::Result<()> {
    for pack in ["dongwu-banner", "tianjin"] {
        let city = city(&[]).await?;
        city.directory(pack).await?;
        let id = case_visit(&city).await?;
        let refused = publish_sessions(&city.app, &city.on("publish", id), &[id]).await;
        assert!(
            matches!(&refused, Err(AppError::RefusedSessions(all)) if all[..] == [(id, Refusal::NoMatterNamed)]),
            "{pack}: {refused:?}"
        );
        name_matter(&city.app, &city.on("name", id), id, petition(1)).await?;
        publish_sessions(&city.app, &city.on("publish again", id), &[id]).await?;
        let last = take_matter_off(&city.app, &city.on("off", id), id, petition(1)).await;
        assert!(matches!(last, Err(AppError::Refused(Refusal::NoMatterNamed))), "{pack}: {last:?}");
    }
    Ok(())
}

/// REG-22: for a session an accusation does not exist, also when a matter turns out to be one later.
#[tokio::test]
async fn an_accusation_is_on_neither_list_reg_22() -> anyhow::Result<()> {
    let city = city(&[]).await?;
    tell(&city, snapshot(1, PetitionClass::Accusation)).await?;
    let id = case_visit(&city).await?;
    for unseen in [petition(1), petition(77)] {
        let answer = name_matter(&city.app, &city.on("name", id), id, unseen).await;
        assert!(matches!(answer, Err(AppError::NotFound)), "{answer:?}");
    }
    name_matter(&city.app, &city.on("name", id), id, petition(2)).await?;
    publish_sessions(&city.app, &city.on("publish", id), &[id]).await?;
    tell(&city, snapshot(2, PetitionClass::Accusation)).await?;
    assert!(of_session(&city.app, &city.on("read", id), id).await?.named.is_empty());
    let sessions = sessions_for(&city.app, &city.on("read", id), petition(2)).await;
    assert!(matches!(sessions, Err(AppError::NotFound)));
    tell(&city, PetitionSnapshot { state: PetitionState::Withdrawn, ..snapshot(3, PetitionClass::Request) }).await?;
    let withdrawn = name_matter(&city.app, &city.on("name", id), id, petition(3)).await;
    assert!(matches!(withdrawn, Err(AppError::Refused(Refusal::Withdrawn))));
    Ok(())
}

/// Over HTTP: number and topic, no person; a unit of the district that has no part in it sees neither side.
#[tokio::test]
async fn the_lists_are_for_who_has_part_in_them_and_name_no_petitioner_dw_15() -> anyhow::Result<()> {
    let city = city(&[case(1, "investigating", "street-1", Some(leader(0)))]).await?;
    let id = case_visit(&city).await?;
    let mut served = city.serve().await?;
    let named = format!("/sessions/{id}/matters/{}", petition(1));
    assert_eq!(served.call(Method::PUT, &named).send().await?.status(), StatusCode::NO_CONTENT);
    publish_sessions(&city.app, &city.on("publish", id), &[id]).await?;
    let (lists, sessions) = (format!("/sessions/{id}/matters"), format!("/petitions/{}/sessions", petition(1)));
    let body: Value = served.call(Method::GET, &lists).send().await?.json().await?;
    let keys: Vec<&String> = body["named"][0].as_object().map(|row| row.keys().collect()).unwrap_or_default();
    assert_eq!(keys, ["case_id", "case_state", "district", "number", "petition_id", "topic"]);
    serde_json::from_value::<SessionMatters>(body)?;

    let roles = [Role::Officer, Role::Leader, Role::ScheduleEditor];
    served.token = served.token_of(leader(5), "street-1", STREETS[0], &roles);
    let own: Value = served.call(Method::GET, &sessions).send().await?.json().await?;
    assert_eq!(own["items"][0]["session_id"], json!(id), "who answers for the matter sees when it is gone to");
    served.token = served.token_of(leader(5), "street-2", STREETS[1], &roles);
    for path in [&lists, &sessions] {
        let status = served.call(Method::GET, path).send().await?.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    for method in [Method::PUT, Method::DELETE] {
        assert_eq!(served.call(method, &named).send().await?.status(), StatusCode::NOT_FOUND);
    }
    // A public page says nothing of matters.
    let public: Value = served.http.get(format!("{}/sessions/{id}", served.base)).send().await?.json().await?;
    assert!(!public.to_string().contains(&petition(1).to_string()));
    Ok(())
}

#[tokio::test]
async fn a_township_leader_receives_with_the_lower_level_s_opinion_or_a_reason_that_is_kept_xt_06() -> anyhow::Result<()>
{
    let city = city(&[case(0, "investigating", "street-1", None), case(1, "proposed", "street-1", None)]).await?;
    let free = city.published(city.plan(leader(1), "2026-03-02T01:00:00Z")).await?;
    book(&city.app, &city.request(), free, petition(0), None).await?;
    city.directory("township").await?;
    let id = city.published(city.plan(leader(0), "2026-03-03T01:00:00Z")).await?;
    let missing = book(&city.app, &city.request(), id, petition(0), None).await;
    assert!(
        matches!(missing, Err(AppError::Refused(Refusal::LowerOpinionMissing { may_be_waived: true }))),
        "{missing:?}"
    );
    book(&city.app, &city.request(), id, petition(1), None).await?;

    let reason = "汛期临近，先行接待".to_owned();
    let booked = book(&city.app, &city.request(), id, petition(0), Some(reason.clone())).await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    let turns = store::listing::visits(&mut tx, id, None, 10).await?;
    let kept: Vec<_> = turns.iter().filter_map(|turn| Some((turn.visit_id, turn.waived.as_deref()?))).collect();
    assert_eq!(kept, [(booked.visit_id, reason.as_str())]);
    drop(tx);

    let mut tx = city.worker.begin().await?;
    store::petitions::put_case_states(&mut tx, &[case(2, "proposed", "street-1", None)]).await?;
    store::petitions::put_case_states(&mut tx, &[case(2, "investigating", "street-1", None)]).await?;
    tx.commit().await?;
    let returned = book(&city.app, &city.request(), id, petition(2), None).await;
    assert!(matches!(returned, Err(AppError::Refused(Refusal::LowerOpinionMissing { .. }))), "a draft that went back");
    Ok(())
}

/// Over HTTP the refusal says what to do, and the reason is a field of the booking.
#[tokio::test]
async fn the_refusal_says_that_a_reason_can_stand_in_place_of_the_opinion_xt_06() -> anyhow::Result<()> {
    let city = city(&[case(0, "accepted", "street-1", None)]).await?;
    city.directory("township").await?;
    let id = city.published(city.plan(leader(0), "2026-03-03T01:00:00Z")).await?;
    let mut served = city.serve().await?;
    served.token = served.token_of(leader(2), "d2-xfj", "990102", &[Role::IntakeClerk]);
    let path = format!("/sessions/{id}/bookings");
    let refused = served.call(Method::POST, &path).json(&json!({ "petition_id": petition(0) })).send().await?;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = refused.text().await?;
    assert!(
        told.contains("下一级还没有提出处理意见") && told.contains("请写明理由") && told.contains("XT-06"),
        "{told}"
    );
    let blank = json!({ "petition_id": petition(0), "waiver_reason": " " });
    assert_eq!(served.call(Method::POST, &path).json(&blank).send().await?.status(), StatusCode::BAD_REQUEST);
    let waived = json!({ "petition_id": petition(0), "waiver_reason": "情况紧急" });
    assert_eq!(served.call(Method::POST, &path).json(&waived).send().await?.status(), StatusCode::CREATED);
    Ok(())
}
