use futures::future::join_all;
use huiyin_contracts::casework::Grade;
use huiyin_contracts::scheduling::{OnSpotConditions, VisitOutcome};
use huiyin_kernel::Role;
use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::close_session::close_session;
use huiyin_scheduling::app::conclude_visit::conclude_visit;
use huiyin_scheduling::app::register_visit::{arrive, walk_in};
use huiyin_scheduling::domain::{Record, Refusal};

use crate::harness::{City, leader, petition};

fn record() -> Record {
    Record {
        attended_by: vec!["区人社局".to_owned()],
        main_problem: "工资拖欠三个月".to_owned(),
        leader_opinion: "限期核查".to_owned(),
        result: "当场联系企业".to_owned(),
        petitioner_opinion: None,
    }
}

fn assigned() -> VisitOutcome {
    VisitOutcome::Assigned { grade: Grade::Ordinary }
}

#[tokio::test]
async fn a_day_in_the_hall_every_visitor_is_recorded_before_it_closes_wh_02() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..4).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let booked = book(&city.app, &city.request(), id, petition(0), None).await?.visit_id.into();
    let unused = book(&city.app, &city.request(), id, petition(1), None).await?;
    assert!(matches!(
        walk_in(&city.app, &city.request(), id, petition(2)).await,
        Err(AppError::Refused(Refusal::NotBegun { .. }))
    ));

    city.go_to("2026-03-02T01:10:00Z");
    let walked_in = walk_in(&city.app, &city.request(), id, petition(2)).await?;
    let arrived = arrive(&city.app, &city.on("arrive", booked), booked).await?;
    assert_eq!((walked_in.ticket, arrived.ticket), (1, 2));
    let close = async || close_session(&city.app, &city.on("close", id), id).await;
    assert!(matches!(close().await, Err(AppError::Refused(Refusal::RecordsMissing(2)))));

    let walked_in = walked_in.visit_id.into();
    let conditions = OnSpotConditions {
        reasonable: true,
        facts_clear: true,
        lawful_basis: true,
        evidence_sufficient: false,
        solvable_here: true,
    };
    let settled = |conditions| VisitOutcome::SettledOnSpot { conditions, result_summary: "当场补发".to_owned() };
    let conclude = |visit, outcome| {
        let request = city.on("record", visit);
        let app = city.app.clone();
        async move { conclude_visit(&app, &request, visit, record(), outcome).await }
    };
    assert!(matches!(
        conclude(walked_in, settled(conditions)).await,
        Err(AppError::Refused(Refusal::ConditionsNotMet(missing))) if missing == ["evidence_sufficient"]
    ));
    conclude(walked_in, settled(OnSpotConditions { evidence_sufficient: true, ..conditions })).await?;
    assert!(matches!(close().await, Err(AppError::Refused(Refusal::RecordsMissing(1)))));
    conclude(booked, assigned()).await?;
    close().await?;
    assert!(matches!(
        walk_in(&city.app, &city.request(), id, petition(3)).await,
        Err(AppError::Refused(Refusal::Over))
    ));
    assert!(matches!(conclude(unused.visit_id.into(), assigned()).await, Err(AppError::Refused(Refusal::Over))));

    let told = city.told().await?;
    let count = |name: &str| told.iter().filter(|t| t.contains(name)).count();
    assert_eq!(count("visit.booked"), 2);
    assert_eq!(count("visit.registered"), 2);
    assert_eq!(count("visit.concluded"), 2);
    assert_eq!(count("visit.cancelled"), 1, "the unused turn ends with the session");
    assert_eq!(count("session.held"), 1);
    Ok(())
}

#[tokio::test]
async fn walk_ins_are_never_limited_and_their_numbers_run_without_gaps_qd_03() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..40).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    city.go_to("2026-03-02T01:00:00Z");
    let answers = join_all((0..40).map(|n| {
        let (app, request) = (city.app.clone(), city.request());
        async move { walk_in(&app, &request, id, petition(n)).await }
    }))
    .await;
    let mut tickets: Vec<u32> = answers.into_iter().map(|a| a.map(|r| r.ticket)).collect::<Result<_, _>>()?;
    tickets.sort_unstable();
    assert_eq!(tickets, (1..=40).collect::<Vec<_>>());
    Ok(())
}

/// S1: who comes to a session is known to the leader's unit, to the offices that take petitions in in its district and above, and to
/// whoever plans its receptions. For every other unit, of the same district too, there is no such session.
#[tokio::test]
async fn who_comes_to_a_session_is_kept_from_the_other_units_of_its_district_s1() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..1).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let visit = book(&city.app, &city.request(), id, petition(0), None).await?.visit_id;
    let served = city.serve().await?;
    let paths = [format!("/sessions/{id}/visits"), format!("/visits/{visit}/form")];
    let asked = async |code: &str, place: &str, roles: &[Role]| {
        let mut statuses = Vec::new();
        for path in &paths {
            let token = served.token_of(leader(77), code, place, roles);
            let answer = served.http.get(format!("{}{path}", served.base)).bearer_auth(token).send().await?;
            statuses.push(answer.status().as_u16());
        }
        anyhow::Ok(statuses)
    };
    let working = [Role::Officer, Role::IntakeClerk, Role::Leader];
    assert_eq!(asked("d2-housing", "990102", &working).await?, [404, 404], "another unit of the district");
    assert_eq!(asked("city-housing", "990100", &working).await?, [404, 404], "a unit of the city");
    assert_eq!(asked("d1-xfj", "990101", &working).await?, [404, 404], "the bureau of another district");
    assert_eq!(asked("d2-gov", "990102", &working).await?, [200, 200], "the leader's own unit");
    assert_eq!(asked("d2-xfj", "990102", &working).await?, [200, 200], "the bureau that keeps the hall");
    let planning = [Role::ScheduleEditor, Role::Officer];
    assert_eq!(asked("d2-housing", "990102", &planning).await?, [200, 200], "whoever plans its receptions");
    assert_eq!(asked("d2-street", "990102001", &planning).await?, [404, 404], "a planner below");

    city.go_to("2026-03-02T01:10:00Z");
    for (path, body) in [
        (format!("/visits/{visit}/arrival"), serde_json::Value::Null),
        (format!("/sessions/{id}/walk-ins"), serde_json::json!({ "petition_id": petition(0) })),
        (format!("/sessions/{id}/close"), serde_json::Value::Null),
    ] {
        let token = served.token_of(leader(77), "d2-housing", "990102", &working);
        let request =
            served.http.post(format!("{}{path}", served.base)).bearer_auth(token).header("idempotency-key", &path);
        assert_eq!(request.json(&body).send().await?.status(), 404, "{path}");
    }
    Ok(())
}
