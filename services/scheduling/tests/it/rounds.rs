use huiyin_scheduling::app::AppError;
use huiyin_scheduling::app::cancel_session::cancel_session;
use huiyin_scheduling::app::draft_round::{DraftRound, draft_round};
use huiyin_scheduling::app::publish_round::publish_round;
use huiyin_scheduling::domain::{Plan, Refusal};
use huiyin_scheduling::store::{listing, rounds};

use crate::harness::{City, STREETS, district, leader};

fn round(city: &City, streets: &[&str]) -> DraftRound {
    let day = "2026-03-01".parse().expect("a Sunday");
    let session = |(n, street): (u128, &&str)| Plan {
        district: district(street),
        ..city.plan(leader(n), "2026-03-01T01:00:00Z")
    };
    DraftRound {
        district: district("990102"),
        title: "第一轮大接访".to_owned(),
        days: (day, day),
        sessions: (0..).zip(streets).map(session).collect(),
    }
}

#[tokio::test]
async fn a_round_that_lacks_one_street_is_refused_by_name_and_published_once_it_is_added_wh_01() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.directory("wuhan").await?;
    let drafted = draft_round(&city.app, &city.request(), round(&city, &STREETS[..2])).await?;
    let id = drafted.round_id.into();
    let publish = || {
        let (app, request) = (city.app.clone(), city.on("publish round", id));
        async move { publish_round(&app, &request, id).await }
    };
    let Err(AppError::Refused(Refusal::StreetsNotCovered(gap))) = publish().await else { panic!("a gap passed") };
    assert_eq!(gap.iter().map(|s| s.code.as_str()).collect::<Vec<_>>(), [STREETS[2]]);
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert!(rounds::published(&mut tx, id).await?.is_none(), "an unpublished round is not visible (WH-14)");
    assert!(listing::sessions_of_round(&mut tx, id).await?.is_empty());
    drop(tx);

    let plan = city.plan(leader(5), "2026-03-01T01:00:00Z");
    let last = city.drafted(Plan { district: district(STREETS[2]), round_id: Some(id), ..plan }).await?;
    publish().await?;
    let mut tx = city.app.db.read_as(&huiyin_authz::Sight::everything()).await?;
    assert_eq!(rounds::published(&mut tx, id).await?.map(|r| r.streets), Some(STREETS.map(str::to_owned).to_vec()));
    assert_eq!(listing::sessions_of_round(&mut tx, id).await?.len(), 3);
    drop(tx);
    let told = city.told().await?;
    assert_eq!(told.iter().filter(|t| t.contains("session.published")).count(), 3);
    assert_eq!(told.iter().filter(|t| t.contains("round.published")).count(), 1);

    assert!(matches!(
        cancel_session(&city.app, &city.on("cancel", last), last, "停电".to_owned()).await,
        Err(AppError::Refused(Refusal::StreetsNotCovered(_)))
    ));
    Ok(())
}
