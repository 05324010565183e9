use huiyin_contracts::directory::StaffSnapshot;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{Actor, Role};
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::cancel_session::cancel_session;
use huiyin_scheduling::app::publish_sessions::publish_sessions;
use huiyin_scheduling::app::relocate_session::relocate_session;
use huiyin_scheduling::app::substitute::substitute;
use huiyin_scheduling::app::{AppError, Request};
use huiyin_scheduling::domain::plan::Field;
use huiyin_scheduling::domain::{Gap, Plan, Refusal};
use huiyin_scheduling::store::listing;

use crate::harness::{City, at, district, leader, petition, unit};

#[tokio::test]
async fn a_session_is_invisible_until_all_six_fields_are_there_dw_10() -> anyhow::Result<()> {
    let city = City::new().await?;
    let nameless = StaffSnapshot {
        staff_id: leader(50),
        name: "江若樵".to_owned(),
        unit: unit("d2-gov"),
        district: district("990102"),
        roles: vec![Role::Leader],
        post: None,
        portfolio: vec![],
        areas: Vec::new(),
        office_email: None,
        active: true,
    };
    city.tell_staff(nameless.clone()).await?;
    let plan = Plan { kind: None, venue_id: None, ..city.plan(leader(50), "2026-03-02T01:00:00Z") };
    let id = city.drafted(plan).await?;
    let whole = city.drafted(city.plan(leader(1), "2026-03-02T01:00:00Z")).await?;
    let request = city.on("publish", id);
    let Err(AppError::RefusedSessions(refused)) = publish_sessions(&city.app, &request, &[id, whole]).await else {
        panic!("published without post");
    };
    let missing = [Field::Post, Field::Portfolio, Field::Place, Field::Form].map(Gap).to_vec();
    assert_eq!(refused, [(id, Refusal::Incomplete(missing))], "and the complete one waits with it");
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert!(listing::session(&mut tx, id).await?.is_none() && listing::session(&mut tx, whole).await?.is_none());
    drop(tx);
    publish_sessions(&city.app, &request, &[whole]).await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    let shown = listing::session(&mut tx, whole).await?.expect("announced");
    assert_eq!((shown.leader_post.as_str(), shown.form.as_str(), shown.free), ("副区长", "定期接访", 6));
    Ok(())
}

#[tokio::test]
async fn a_substitute_is_announced_and_a_leader_is_never_in_two_places_dw_09() -> anyhow::Result<()> {
    let city = City::new().await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    city.published(city.plan(leader(1), "2026-03-02T02:00:00Z")).await?;
    let by = |n| {
        let (app, request) = (city.app.clone(), city.on("substitute", id));
        async move { substitute(&app, &request, id, leader(n), "出差".to_owned()).await }
    };
    assert!(matches!(by(1).await, Err(AppError::Refused(Refusal::LeaderTaken))));
    by(2).await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert_eq!(listing::session(&mut tx, id).await?.map(|s| s.leader_name), Some("领导02".to_owned()));
    drop(tx);
    assert!(city.told().await?.contains(&"huiyin.scheduling.session.changed.v1".to_owned()));
    let clash = city.drafted(city.plan(leader(2), "2026-03-02T03:00:00Z")).await?;
    assert!(matches!(
        publish_sessions(&city.app, &city.on("publish", clash), &[clash]).await,
        Err(AppError::RefusedSessions(refused)) if refused == [(clash, Refusal::LeaderTaken)]
    ));
    Ok(())
}

#[tokio::test]
async fn a_day_off_is_refused_with_the_working_day_it_would_move_to_or_accepted_by_scheme_wh_13() -> anyhow::Result<()>
{
    let city = City::new().await?;
    let sunday = city.drafted(city.plan(leader(0), "2026-03-01T01:00:00Z")).await?;
    let publish = async || publish_sessions(&city.app, &city.on("publish", sunday), &[sunday]).await;
    let Err(AppError::RefusedSessions(refused)) = publish().await else { panic!("a Sunday was taken") };
    let day = |text: &str| text.parse().expect("a day");
    assert_eq!(refused[0].1, Refusal::NotAWorkday { day: day("2026-03-01"), next: day("2026-03-02") });
    city.directory("wuhan").await?;
    publish().await?;
    Ok(())
}

#[tokio::test]
async fn a_session_moves_with_everyone_who_is_booked_hb_11() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..3).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    for n in 0..3 {
        book(&city.app, &city.request(), id, petition(n), None).await?;
    }
    let move_to = |starts: &'static str, capacity| {
        let (app, request) = (city.app.clone(), city.on("move", id));
        async move {
            let with = |plan: Plan| Plan {
                starts_at: Some(at(starts)),
                ends_at: Some(at(starts) + chrono::TimeDelta::hours(3)),
                capacity,
                ..plan
            };
            relocate_session(&app, &request, id, "会议".to_owned(), with).await
        }
    };
    assert!(matches!(
        move_to("2026-03-03T01:00:00Z", 2).await,
        Err(AppError::Refused(Refusal::SlotsBooked { booked: 3 }))
    ));
    move_to("2026-03-03T01:00:00Z", 3).await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    let visits = listing::visits(&mut tx, id, None, 10).await?;
    let mut times: Vec<String> = visits.iter().map(|v| v.expected_at.format("%d %H:%M").to_string()).collect();
    times.sort();
    assert_eq!(times, ["03 01:00", "03 01:30", "03 02:00"]);
    Ok(())
}

#[tokio::test]
async fn a_cancelled_session_gives_its_bookings_back() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..2).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    for n in 0..2 {
        book(&city.app, &city.request(), id, petition(n), None).await?;
    }
    cancel_session(&city.app, &city.on("cancel", id), id, "暴雪".to_owned()).await?;
    let told = city.told().await?;
    assert_eq!(told.iter().filter(|t| t.contains("visit.cancelled")).count(), 2);
    assert_eq!(told.iter().filter(|t| t.contains("session.cancelled")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_field_visit_goes_to_the_place_of_the_matter_jd_06() -> anyhow::Result<()> {
    let city = City::new().await?;
    let plan = Plan {
        kind: Some(SessionKind::FieldVisit),
        reason: Some("漏水集中".to_owned()),
        ..city.plan(leader(0), "2026-03-02T01:00:00Z")
    };
    let in_hall = city.drafted(plan.clone()).await?;
    assert!(matches!(
        publish_sessions(&city.app, &city.on("publish", in_hall), &[in_hall]).await,
        Err(AppError::RefusedSessions(refused)) if refused[0].1 == Refusal::FieldVisitInHall
    ));
    city.published(Plan { venue_id: Some(city.site), ..plan }).await?;
    Ok(())
}

#[tokio::test]
async fn another_district_s_planner_finds_nothing_to_change() -> anyhow::Result<()> {
    let city = City::new().await?;
    let id = city.drafted(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let stranger = Actor::Staff {
        staff_id: leader(9),
        unit: unit("d3-xfj"),
        district: district("990103"),
        roles: vec![Role::ScheduleEditor],
    };
    let request = Request::on(stranger, "publish", id);
    assert!(matches!(publish_sessions(&city.app, &request, &[id]).await, Err(AppError::NotFound)));
    Ok(())
}
