//! What becomes of messages.

use chrono::TimeDelta;
use huiyin_contracts::casework;
use uuid::Uuid;

use super::support::{CASE, Desk, golden};
use crate::app::lease::{hold, lease};

async fn accepted(email: Option<&str>) -> Desk {
    let desk = Desk::populated(email).await;
    let case = golden(CASE);
    let id: Uuid = case["case_id"].as_str().expect("an id").parse().expect("an id");
    desk.hear(&desk.event(casework::ACCEPTED, id, 50, &case)).await;
    desk
}

fn state(fared: &[(String, String, String, String)], template: &str, channel: &str) -> Vec<String> {
    let fits = |(t, _, c, _): &&(String, String, String, String)| t == template && c == channel;
    fared.iter().filter(fits).map(|(.., state)| state.clone()).collect()
}

/// REG-13: a petitioner with an e-mail address gets the notice there and on the petition's page, each once.
#[tokio::test]
async fn a_notice_reaches_the_petitioner_once() {
    let desk = accepted(Some("lin@example.cn")).await;
    desk.send().await;
    desk.send().await;
    let fared = desk.fared().await;
    assert_eq!(state(&fared, "case_accepted", "inbox"), ["sent"]);
    assert_eq!(state(&fared, "case_accepted", "email"), ["sent"]);
    let letters: Vec<String> = desk.mailbox.letters().into_iter().filter(|l| l.contains("Message-ID: <")).collect();
    assert_eq!(letters.len(), 2, "the receipt and the notice of acceptance");
    assert!(letters.iter().all(|l| l.contains("lin@example.cn")));
}

/// A missing route is an alarm, never silence: the clerks around are asked to tell in person.
#[tokio::test]
async fn a_petitioner_without_address_is_told_in_person() {
    let desk = accepted(None).await;
    desk.send().await;
    let fared = desk.fared().await;
    assert_eq!(state(&fared, "case_accepted", "email"), ["unreachable"]);
    assert_eq!(state(&fared, "case_accepted", "inbox"), ["sent"], "the page of the petition still shows it");
    let asked = state(&fared, "staff_tell_in_person", "inbox");
    assert_eq!(asked, ["sent", "sent"], "one task for the receipt, one for the notice");
    assert!(desk.mailbox.letters().is_empty());
}

/// The contact travels apart from the registration: a letter whose contact is not known yet waits for it, and for nothing longer.
#[tokio::test]
async fn a_letter_goes_out_as_soon_as_its_contact_is_known() {
    let desk = Desk::registered().await;
    desk.send().await;
    let receipt = async || {
        let fared = desk.fared().await;
        (state(&fared, "petition_registered", "inbox"), state(&fared, "petition_registered", "email"))
    };
    let is = |state: &str| vec![state.to_owned()];
    assert_eq!(receipt().await, (is("sent"), is("pending")));
    desk.contact(Some("lin@example.cn")).await;
    desk.send().await;
    assert_eq!(receipt().await, (is("sent"), is("sent")));
}

/// I3: a contact that never comes is no silence either.
#[tokio::test]
async fn a_letter_whose_contact_never_comes_is_given_up_aloud() {
    let desk = Desk::registered().await;
    desk.send().await;
    desk.later(TimeDelta::hours(24));
    for _ in 0..12 {
        desk.send().await;
        desk.later(TimeDelta::hours(2));
    }
    assert_eq!(state(&desk.fared().await, "petition_registered", "email"), ["failed"]);
    assert!(!state(&desk.fared().await, "staff_tell_in_person", "inbox").is_empty());
}

/// I3: an address the mail server refuses for good ends as failed, aloud, and is not tried again.
#[tokio::test]
async fn a_refused_address_ends_as_failed_with_an_alarm() {
    let desk = accepted(Some("gone@example.cn")).await;
    desk.mailbox.refuse(true);
    desk.send().await;
    desk.mailbox.refuse(false);
    desk.later(TimeDelta::hours(1));
    desk.send().await;
    let fared = desk.fared().await;
    assert_eq!(state(&fared, "case_accepted", "email"), ["failed"]);
    assert!(!state(&fared, "staff_tell_in_person", "inbox").is_empty());
    assert!(desk.mailbox.letters().is_empty());
}

/// I3: the outcome of a message is published, with its journal row, and never with the address.
#[tokio::test]
async fn the_outcome_is_published_without_the_address() {
    let desk = accepted(Some("lin@example.cn")).await;
    desk.send().await;
    let mut conn = desk.ctx.worker.read().await.expect("reads");
    let bodies = sqlx::query_scalar!("select body from notification.publication order by aggregate_id")
        .fetch_all(&mut *conn)
        .await
        .expect("publications");
    assert!(!bodies.is_empty());
    for body in bodies {
        let text = String::from_utf8(body).expect("JSON");
        assert!(text.contains("\"state\":\"sent\"") && !text.contains("lin@") && !text.contains("林秀"), "{text}");
    }
}

/// I3, RELIABILITY §3 (1): a sender that was killed holds its messages up for seconds, a living one keeps them however long it takes.
#[tokio::test]
async fn a_message_is_left_to_its_sender_while_that_lives_and_taken_over_soon_after() {
    let desk = accepted(Some("lin@example.cn")).await;
    let leased = lease(&desk.ctx, 16).await.expect("leases");
    assert!(!leased.is_empty() && lease(&desk.ctx, 16).await.expect("looks").is_empty());
    desk.later(TimeDelta::seconds(5));
    let ids: Vec<_> = leased.iter().map(|message| message.message_id).collect();
    let until = desk.infra.now() + TimeDelta::seconds(5);
    let renewed = huiyin_testkit::eventually(|| async {
        let mut conn = desk.ctx.worker.read().await?;
        let kept = sqlx::query_scalar!(
            r#"select count(*) as "count!" from notification.message where state = 'pending' and next_attempt_at > $1"#,
            until
        );
        match kept.fetch_one(&mut *conn).await? {
            kept if kept == ids.len() as i64 => Ok(()),
            kept => Err(huiyin_testkit::not_yet(format!("{kept} of {} leases renewed", ids.len()))),
        }
    });
    Box::pin(hold(&desk.ctx, &ids, renewed)).await.expect("a living sender renews");
    desk.later(TimeDelta::seconds(5));
    assert!(lease(&desk.ctx, 16).await.expect("looks").is_empty(), "it still lives");
    desk.later(TimeDelta::seconds(2));
    assert_eq!(lease(&desk.ctx, 16).await.expect("takes over").len(), ids.len());
}

/// T6: the next try was set while this machine's clock stood a day ahead.
#[tokio::test]
async fn a_try_that_a_wrong_clock_set_a_day_ahead_is_made_at_once() {
    let desk = accepted(Some("lin@example.cn")).await;
    let set = async |at: chrono::DateTime<chrono::Utc>| {
        let mut tx = desk.ctx.worker.begin().await.expect("begins");
        let later = sqlx::query!("update notification.message set next_attempt_at = $1 where state = 'pending'", at);
        later.execute(&mut *tx).await.expect("sets");
        tx.commit().await.expect("commits");
    };
    set(desk.infra.now() + TimeDelta::hours(2)).await;
    assert!(lease(&desk.ctx, 16).await.expect("looks").is_empty(), "as long as a pause may be");
    set(desk.infra.now() + TimeDelta::hours(24)).await;
    assert!(lease(&desk.ctx, 16).await.expect("brings it back").is_empty());
    assert!(!lease(&desk.ctx, 16).await.expect("looks").is_empty());
}
