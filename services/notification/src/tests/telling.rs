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

/// T7: what a new calendar moves is told to each officer in one message, however many cases there are, and the same event once.
#[tokio::test]
async fn t7_deadlines_that_a_new_calendar_moved_are_one_message_per_officer() {
    let desk = Desk::populated(None).await;
    let mut case = golden(CASE);
    case["about"] = serde_json::json!("handling");
    for nth in 0..3_u32 {
        case["number"] = serde_json::json!(huiyin_kernel::PetitionNumber::new(2026, 100 + nth).to_string());
        let moved =
            desk.event(casework::DEADLINE_MOVED, Uuid::from_u128(900 + u128::from(nth)), 70 + u128::from(nth), &case);
        desk.hear(&moved).await;
        desk.hear(&moved).await;
    }
    case["reason_code"] = serde_json::json!("wide");
    desk.hear(&desk.event(casework::DEADLINE_MOVED, Uuid::from_u128(950), 80, &case)).await;
    desk.send().await;
    let officer = golden(CASE)["officer"].as_str().expect("an id").parse::<Uuid>().expect("an id").into();
    let inbox = async || {
        let mut conn = desk.ctx.api.read_as(&huiyin_authz::Sight::everything()).await.expect("reads");
        let read = crate::store::messages::inbox_of_staff(&mut conn, officer, false, None, 10).await.expect("an inbox");
        read.into_iter()
            .filter(|m| m.template == "staff_deadlines_moved")
            .map(|m| (m.title, m.body))
            .collect::<Vec<_>>()
    };
    assert_eq!(inbox().await, [], "it waits for the others");
    desk.later(crate::domain::message::GATHERING);
    desk.send().await;
    let told = inbox().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let (title, body) = &told[0];
    assert!(title.contains("3 件"), "{title}");
    assert_eq!(body.matches("HY-2026-").count(), 3, "{body}");
    // What comes after it has gone out is told in a message of its own.
    case["reason_code"] = serde_json::Value::Null;
    desk.hear(&desk.event(casework::DEADLINE_MOVED, Uuid::from_u128(960), 90, &case)).await;
    desk.later(crate::domain::message::GATHERING);
    desk.send().await;
    assert_eq!(inbox().await.len(), 2);
    // Nobody reads thousands: a hundred are a message.
    for nth in 0..101_u32 {
        case["number"] = serde_json::json!(huiyin_kernel::PetitionNumber::new(2026, 1000 + nth).to_string());
        let id = Uuid::from_u128(2000 + u128::from(nth));
        desk.hear(&desk.event(casework::DEADLINE_MOVED, id, 3000 + u128::from(nth), &case)).await;
    }
    desk.later(crate::domain::message::GATHERING);
    desk.send().await;
    let told = inbox().await;
    let counts: Vec<usize> = told.iter().map(|(_, body)| body.matches("HY-2026-").count()).collect();
    assert_eq!(
        (counts.len(), counts.iter().sum::<usize>(), counts.iter().max()),
        (4, 3 + 1 + 101, Some(&100)),
        "{counts:?}"
    );
}
