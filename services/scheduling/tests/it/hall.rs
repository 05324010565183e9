use futures::future::join_all;
use huiyin_contracts::casework::Grade;
use huiyin_contracts::scheduling::{OnSpotConditions, VisitOutcome};
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
    let booked = book(&city.app, &city.request(), id, petition(0)).await?.visit_id.into();
    let unused = book(&city.app, &city.request(), id, petition(1)).await?;
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
