//! The petitioner asks for an appointment with a leader (申请约访; QD-02): where the place takes applications, and once at a time.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::casework::{self, AppointmentSnapshot, CaseSnapshot, CaseState};
use huiyin_kernel::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::watchdog::{case, hear, heard};
use crate::world::{Answer, World, access, id_of, petition};

const ASKED: &str = "select count(*) from intake.publication where event_type like '%petition.appointment_asked%'";

/// What casework tells of the case.
async fn told(world: &World, receipt: &Answer, version: i64, change: impl FnOnce(&mut CaseSnapshot)) -> Result<()> {
    let mut snapshot = case(id_of(receipt)?, &receipt.text("number"), version, CaseState::Accepted)?;
    change(&mut snapshot);
    hear(world, &[heard(casework::ACCEPTED, Uuid::from_u128(5), version, &snapshot)?]).await
}

#[tokio::test]
async fn qd_02_an_appointment_is_asked_for_with_number_and_code_once_at_a_time() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let mut ask = access(&receipt);
    ask["wish"] = json!("希望向分管住建的领导当面反映");
    // Where casework has told of no such thing, there is none, and the answer says what there is instead.
    let none = world.post("/petitions/ask-appointment", &ask).await?;
    assert_eq!((none.status, none.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "no_appointment".to_owned()));
    assert!(none.body.to_string().contains("领导接待日直接到场"), "{none:?}");
    told(&world, &receipt, 3, |case| case.may_ask_appointment = true).await?;
    assert_eq!(world.post("/petitions/query", &access(&receipt)).await?.body["appointment"], "may_be_asked");
    for _ in 0..2 {
        assert_eq!(
            world.post("/petitions/ask-appointment", &ask).await?.status,
            StatusCode::OK,
            "a double click is one"
        );
    }
    assert_eq!(world.count(ASKED).await?, 1);
    let words = "select count(*) from intake.journal where position('住建' in convert_from(body, 'utf8')) > 0";
    assert_eq!(world.count(words).await?, 0, "sealed");

    let asked_at = world.context.clock.now();
    let open = AppointmentSnapshot { asked_at, open: true, has_material: false, fixed_for: None };
    told(&world, &receipt, 4, |case| case.appointment = Some(open)).await?;
    let shown = world.post("/petitions/query", &access(&receipt)).await?.body;
    assert_eq!((&shown["appointment"], &shown["supplements"][0]["purpose"]), (&json!("asked"), &json!("appointment")));
    ask["wish"] = json!("还想见另一位领导");
    let again = world.post("/petitions/ask-appointment", &ask).await?;
    assert_eq!((again.status, again.text("code")), (StatusCode::UNPROCESSABLE_ENTITY, "appointment_asked".to_owned()));

    // Who handles the matter reads what is wished.
    let unit = shown_unit(&receipt)?;
    let reader = world.token_of(9, &unit, "990100", &[Role::Officer]);
    let page = format!("/petitions/{}", receipt.text("petition_id"));
    let seen = world.staff("GET", &page, &reader, &Value::Null).await?;
    assert_eq!(seen.body["supplements"][0]["text"], "希望向分管住建的领导当面反映", "{seen:?}");
    Ok(())
}

/// The unit that casework tells of in these tests.
fn shown_unit(receipt: &Answer) -> Result<String> {
    Ok(case(id_of(receipt)?, &receipt.text("number"), 1, CaseState::Accepted)?.responsible_unit.to_string())
}

/// With a wrong code nothing opens; without a wish, or withdrawn, it is refused by name.
#[tokio::test]
async fn qd_02_an_application_without_a_wish_or_a_key_is_refused() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    told(&world, &receipt, 3, |case| case.may_ask_appointment = true).await?;
    for wish in ["  ".to_owned(), "字".repeat(2_001), "a\u{0}b".to_owned()] {
        let mut ask = access(&receipt);
        ask["wish"] = json!(wish);
        assert_eq!(world.post("/petitions/ask-appointment", &ask).await?.status, StatusCode::BAD_REQUEST);
    }
    let mut ask = access(&receipt);
    (ask["wish"], ask["code"]) = (json!("当面反映"), json!("7KQM-2XHB-RW9T-C4DN-8"));
    let wrong = world.post("/petitions/ask-appointment", &ask).await?.status;
    assert!(matches!(wrong, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{wrong}");
    assert_eq!(world.count(ASKED).await?, 0);
    Ok(())
}
