//! Who is told, and that it is told once.

use huiyin_contracts::casework;
use uuid::Uuid;

use super::support::{CASE, Desk, golden};

fn case_id() -> Uuid {
    golden(CASE)["case_id"].as_str().expect("an id").parse().expect("an id")
}

/// REG-13, O: an event that comes twice tells once.
#[tokio::test]
async fn an_event_that_comes_twice_is_told_once() {
    let desk = Desk::populated(Some("lin@example.cn")).await;
    let accepted = desk.event(casework::ACCEPTED, case_id(), 50, &golden(CASE));
    desk.hear(&accepted).await;
    desk.hear(&accepted).await;
    let told = desk.fared().await;
    let of = |channel: &str| told.iter().filter(|(t, _, c, _)| t == "case_accepted" && c == channel).count();
    assert_eq!((of("inbox"), of("email")), (1, 1), "{told:?}");
}

/// WH-11: when nobody holds the role that should be told, that is an alarm and never silence.
#[tokio::test]
async fn an_empty_role_is_an_alarm() {
    let desk = Desk::populated(Some("lin@example.cn")).await;
    let mut case = golden(CASE);
    case["responsible_unit"] = serde_json::json!("990101-nobody");
    desk.hear(&desk.event(casework::PROPOSED, case_id(), 60, &case)).await;
    let inside = huiyin_kernel::DistrictCode::parse("990101").expect("a code");
    let mut conn = desk.ctx.api.read_as(&huiyin_authz::Sight::everything()).await.expect("reads");
    let open = crate::store::alarms::open(&mut conn, &inside, 10).await.expect("alarms");
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].kind.as_str(), open[0].unit.as_deref()), ("nobody_in_role", Some("990101-nobody")));
    assert!(open[0].raised_at <= desk.now());
}
