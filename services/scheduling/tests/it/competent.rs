//! A visit far above the competent body: told where the matter belongs, received all the same, kept with the turn (REG-06).

use anyhow::Result;
use huiyin_contracts::scheduling::SessionKind;
use huiyin_kernel::{Actor, Role, SessionId, VenueId};
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::draft_session::draft_session;
use huiyin_scheduling::app::keep_venue::{KeepVenue, keep_venue};
use huiyin_scheduling::app::publish_sessions::publish_sessions;
use huiyin_scheduling::app::register_visit::walk_in;
use huiyin_scheduling::app::{Guidance, Request};
use huiyin_scheduling::domain::{Plan, VenueKind};
use huiyin_scheduling::store;
use huiyin_web::IdempotencyKey;
use uuid::Uuid;

use crate::harness::{City, STREETS, district, leader, petition, unit};
use crate::matters::{case, city as with_streets};

/// A request of the city's office.
fn of_city(n: u32) -> Request {
    let actor = Actor::Staff {
        staff_id: Uuid::from_u128(0x77).into(),
        unit: unit("d2-xfj"),
        district: district("990100"),
        roles: vec![Role::ScheduleEditor, Role::Officer],
    };
    let key = IdempotencyKey::parse(&format!("city-{n}")).expect("a key");
    Request::keyed(actor, &key, "test", &n)
}

async fn hall(city: &City, n: u32, place: &str, name: &str) -> Result<VenueId> {
    let command = KeepVenue {
        district: district(place),
        name: name.to_owned(),
        address: "南湖路1号".to_owned(),
        kind: VenueKind::Hall,
        phone: None,
        accessible: true,
        hours: None,
    };
    Ok(keep_venue(&city.app, &of_city(n), command).await?.venue_id.into())
}

async fn session(city: &City, n: u32, plan: Plan) -> Result<SessionId> {
    let id = draft_session(&city.app, &of_city(n), plan).await?;
    publish_sessions(&city.app, &of_city(n + 100), &[id]).await?;
    Ok(id)
}

fn places(guidance: &Guidance) -> Vec<&str> {
    guidance.places.iter().map(|place| place.name.as_str()).collect()
}

/// REG-06: two levels above, the booking stands and says which places are competent, own level first, and why; it is kept with the turn and
/// told to others. At the next level nothing is said. Who walks in is told, too, and received.
#[tokio::test]
async fn reg_06_two_levels_above_the_visitor_is_told_where_the_matter_belongs_and_received() -> Result<()> {
    let city = with_streets(&[case(0, "accepted", "street-1", None), case(1, "accepted", "street-1", None)]).await?;
    let city_hall = hall(&city, 1, "990100", "市接待大厅").await?;
    hall(&city, 2, STREETS[0], "街道接访大厅").await?;
    let above = Plan {
        district: district("990100"),
        venue_id: Some(city_hall),
        ..city.plan(leader(0), "2026-03-02T01:00:00Z")
    };
    let far = session(&city, 10, above.clone()).await?;
    let booked = book(&city.app, &of_city(20), far, petition(0), None).await?;
    let guidance = booked.guidance.clone().expect("told");
    assert!(
        guidance.zh.contains("第二十条") && guidance.zh.contains("有权处理") && guidance.zh.contains("照常接待"),
        "{}",
        guidance.zh
    );
    assert_eq!(places(&guidance), ["街道接访大厅", "云汀区接待厅"]);
    assert_eq!(
        book(&city.app, &of_city(20), far, petition(0), None).await?,
        booked,
        "the same request has the same answer"
    );

    let next = city.published(city.plan(leader(1), "2026-03-03T01:00:00Z")).await?;
    assert_eq!(
        book(&city.app, &city.request(), next, petition(0), None).await?.guidance,
        None,
        "the next level is right"
    );
    let invited = Plan { kind: Some(SessionKind::Appointment), ..above };
    let invited = Plan { leader: Some(leader(2)), ..invited };
    let invited = session(&city, 11, invited).await?;
    assert_eq!(
        book(&city.app, &of_city(21), invited, petition(0), None).await?.guidance,
        None,
        "a leader asked for it"
    );

    city.go_to("2026-03-02T01:10:00Z");
    let came = walk_in(&city.app, &of_city(22), far, petition(1)).await?;
    assert_eq!(came.ticket, 1, "nobody is turned away");
    assert_eq!(came.guidance.as_ref().map(|told| places(told).len()), Some(2));
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    for turn in store::listing::visits(&mut tx, far, None, 10).await? {
        assert_eq!(turn.competent_unit.as_deref(), Some("街道办事处"));
        assert_eq!(turn.competent_places.as_deref().map(<[String]>::len), Some(2));
    }
    let kept = store::visits::read(&mut tx, came.visit_id.into()).await?.expect("a turn");
    let competent = kept.competent.expect("kept with the turn");
    assert_eq!((competent.unit, competent.district), (unit("street-1"), district(STREETS[0])));
    Ok(())
}
