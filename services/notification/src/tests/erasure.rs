//! What becomes of what stands here when intake destroys the personal data of a petition.

use huiyin_contracts::{casework, intake};
use huiyin_kernel::DistrictCode;
use huiyin_runtime::Reconciler as _;
use serde_json::json;

use super::support::{CASE, Desk, PETITION, golden};
use crate::store::alarms;
use crate::tasks::erasure::DestroyCopies;

/// S7, D-7: what intake has destroyed goes here too, also a letter on its way, a contact that comes late and the words already written; and
/// intake is told, again until it hears.
#[tokio::test]
async fn of_a_petition_whose_data_was_destroyed_nothing_is_left_and_intake_hears_of_it() {
    let desk = Desk::populated(Some("lin@example.cn")).await;
    desk.send().await;
    let case = golden(CASE);
    let case_id = case["case_id"].as_str().expect("an id").parse().expect("an id");
    desk.hear(&desk.event(casework::ACCEPTED, case_id, 80, &case)).await;
    let mut petition = golden(PETITION);
    petition["can_be_told"] = json!(false);
    desk.hear(&desk.event(intake::ERASED, Desk::petition_id().uuid(), 81, &petition)).await;
    desk.contact(Some("late@example.cn")).await;
    let sent = desk.mailbox.letters().len();

    let destroy = DestroyCopies(desk.ctx.clone());
    assert_eq!(destroy.run().await.expect("looks"), 0, "a letter is still on its way");
    desk.send().await;
    assert_eq!(desk.mailbox.letters().len(), sent, "nobody is written to any more");
    desk.confirmations.refuse(true);
    assert!(destroy.run().await.is_err(), "intake is away");
    desk.confirmations.refuse(false);
    assert_eq!(destroy.run().await.expect("confirms"), 1);
    assert_eq!(destroy.run().await.expect("looks"), 0, "once");
    assert_eq!(desk.confirmations.heard(), [Desk::petition_id().to_string()]);

    let left = sqlx::query_scalar!(
        r#"select (select count(*) from notification.contact) + (select count(*) from notification.message
               where staff_id is null and (title is not null or body is not null or state = 'pending')) as "left!""#
    );
    let mut conn = desk.ctx.worker.read().await.expect("reads");
    assert_eq!(left.fetch_one(&mut *conn).await.expect("counts"), 0);
    let inside = DistrictCode::parse("990101").expect("a code");
    let alarms = alarms::open(&mut conn, &inside, 10).await.expect("alarms");
    assert!(alarms.is_empty(), "nobody has to go there: nobody knows where");
}
