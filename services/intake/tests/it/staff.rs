use anyhow::Result;
use axum::http::StatusCode;
use huiyin_kernel::{Role, Service};
use serde_json::{Value, json};

use crate::world::{ADDRESS, Answer, ID_NUMBER, NAME, PHONE, World, petition, petition_with};

async fn registered(world: &World, changes: &Value) -> Result<Answer> {
    let body = petition_with(changes);
    world
        .staff_registers(
            &world.clerk(),
            &changes.to_string().chars().filter(char::is_ascii_alphanumeric).collect::<String>(),
            &body,
        )
        .await
}

/// D-6: who takes no part sees nothing, and nothing looks like nothing.
#[tokio::test]
async fn a_petition_is_seen_by_those_who_take_part_and_is_unknown_to_the_others() -> Result<()> {
    let world = World::new().await?;
    let receipt = registered(&world, &json!({ "channel": "visit" })).await?;
    let path = format!("/petitions/{}", receipt.text("petition_id"));
    let seen = [
        ("d1-hall", "990101", Role::IntakeClerk, true),
        ("d1-xfj", "990101", Role::Officer, true),
        ("city-xfj", "990100", Role::Supervisor, true),
        ("city-xfj", "990100", Role::Officer, false),
        ("d1-other", "990101", Role::Officer, false),
        ("d1-housing", "990101", Role::Officer, false),
        ("d1-housing", "990101", Role::Supervisor, false),
        ("d1-discipline", "990101", Role::Officer, false),
        ("d1-other", "990102", Role::Supervisor, false),
    ];
    for (unit, place, role, sees) in seen {
        let token = world.token(unit, place, &[role]);
        let answer = world.staff("GET", &path, &token, &Value::Null).await?;
        assert_eq!(answer.status == StatusCode::OK, sees, "{unit} {role:?} {answer:?}");
        assert!(sees || answer.status == StatusCode::NOT_FOUND);
        let by_number = format!("/petitions?number={}", receipt.text("number"));
        assert_eq!(world.staff("GET", &by_number, &token, &Value::Null).await?.status, answer.status);
    }
    let administrator = world.token("d1-xfj", "990101", &[Role::Administrator]);
    assert_eq!(world.staff("GET", &path, &administrator, &Value::Null).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(world.staff("GET", &path, "no.such.token", &Value::Null).await?.status, StatusCode::UNAUTHORIZED);
    Ok(())
}

/// REG-11, REG-22
#[tokio::test]
async fn an_accusation_is_seen_by_discipline_bodies_alone() -> Result<()> {
    let world = World::new().await?;
    let receipt = registered(&world, &json!({ "class": "accusation", "concerned_unit": "d1-discipline2" })).await?;
    let path = format!("/petitions/{}", receipt.text("petition_id"));
    for (unit, role) in [("d1-hall", Role::IntakeClerk), ("d1-xfj", Role::Officer), ("city-xfj", Role::Supervisor)] {
        let token = world.token(unit, if unit == "city-xfj" { "990100" } else { "990101" }, &[role]);
        assert_eq!(world.staff("GET", &path, &token, &Value::Null).await?.status, StatusCode::NOT_FOUND, "{unit}");
    }
    let discipline = world.token("d1-discipline", "990101", &[Role::Officer]);
    let seen = world.staff("GET", &path, &discipline, &Value::Null).await?;
    assert_eq!((seen.status, seen.text("accused_unit")), (StatusCode::OK, "d1-discipline2".to_owned()));
    // A discipline body that is itself accused sees nothing.
    let own = registered(&world, &json!({ "class": "accusation", "concerned_unit": "d1-discipline" })).await?;
    let own = format!("/petitions/{}", own.text("petition_id"));
    assert_eq!(world.staff("GET", &own, &discipline, &Value::Null).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// S5: masked until a permission, a reason and a journal row open it.
#[tokio::test]
async fn an_identity_is_masked_until_it_is_opened_with_a_reason_that_the_journal_keeps() -> Result<()> {
    let world = World::new().await?;
    let receipt = registered(&world, &json!({ "channel": "visit" })).await?;
    let path = format!("/petitions/{}", receipt.text("petition_id"));
    let masked = world.staff("GET", &path, &world.clerk(), &Value::Null).await?;
    let shown = masked.body.to_string();
    for hidden in [NAME, PHONE, ID_NUMBER, ADDRESS] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
    assert_eq!(
        (masked.body["petitioner"]["name"].as_str(), masked.body["petitioner"]["phone"].as_str()),
        (Some("𠮷***"), Some("*******5678"))
    );

    let identity = format!("{path}/identity");
    let reason = json!({ "reason": "电话核实拆迁地点" });
    for bad in [json!({}), json!({ "reason": " " }), json!({ "reason": "x".repeat(201) })] {
        assert_eq!(world.staff("POST", &identity, &world.clerk(), &bad).await?.status, StatusCode::BAD_REQUEST);
    }
    let leader = world.token("d1-xfj", "990101", &[Role::Leader]);
    assert_eq!(world.staff("POST", &identity, &leader, &reason).await?.status, StatusCode::FORBIDDEN);
    let stranger = world.token("d1-other", "990101", &[Role::Officer]);
    assert_eq!(world.staff("POST", &identity, &stranger, &reason).await?.status, StatusCode::NOT_FOUND);
    let looked = "select count(*) from intake.journal where event_type = 'identity_shown'";
    assert_eq!(world.count(looked).await?, 0);

    let open = world.staff("POST", &identity, &world.clerk(), &reason).await?;
    assert_eq!(open.status, StatusCode::OK, "{open:?}");
    assert_eq!(
        (open.text("name"), open.text("phone"), open.text("address")),
        (NAME.to_owned(), PHONE.to_owned(), ADDRESS.to_owned())
    );
    assert_eq!(world.count(looked).await?, 1);
    assert_eq!(world.count("select version from intake.petition").await?, 2);
    assert!(!world.dump().await?.contains("电话核实"), "the reason is sealed too");
    Ok(())
}

/// DOMAIN part D: the unit complained about answers for the matter and never learns who complained.
#[tokio::test]
async fn the_unit_complained_about_works_on_the_matter_without_learning_who_complained() -> Result<()> {
    let world = World::new().await?;
    let receipt = registered(&world, &json!({ "channel": "visit", "concerned_unit": "d1-xfj" })).await?;
    let path = format!("/petitions/{}", receipt.text("petition_id"));
    let officer = world.token("d1-xfj", "990101", &[Role::Officer]);
    let seen = world.staff("GET", &path, &officer, &Value::Null).await?;
    assert_eq!(
        (seen.status, &seen.body["petitioner"], seen.body["may_reveal"].as_bool()),
        (StatusCode::OK, &Value::Null, Some(false))
    );
    let reason = json!({ "reason": "核实" });
    let refused = world.staff("POST", &format!("{path}/identity"), &officer, &reason).await?;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let asked = json!({ "petition_ids": [receipt.text("petition_id")], "actor": {
        "kind": "staff", "staff_id": uuid::Uuid::nil(), "unit": "d1-xfj", "district": "990101", "roles": ["officer"] } });
    let resolved = world.service(Service::Ledger, "/internal/petitions/resolve", &asked).await?;
    assert_eq!((resolved.body["petitions"][0]["name"].clone(), resolved.status), (Value::Null, StatusCode::OK));
    Ok(())
}

#[tokio::test]
async fn many_petitions_are_resolved_at_once_for_those_who_may_see_them() -> Result<()> {
    let world = World::new().await?;
    let one = registered(&world, &json!({ "channel": "visit" })).await?;
    let accusation = registered(&world, &json!({ "class": "accusation" })).await?;
    let ask = |unit: &str| {
        json!({ "petition_ids": [one.text("petition_id"), accusation.text("petition_id"), uuid::Uuid::nil()], "actor": {
            "kind": "staff", "staff_id": uuid::Uuid::nil(), "unit": unit, "district": "990101", "roles": ["officer"] } })
    };
    let mine = world.service(Service::Ledger, "/internal/petitions/resolve", &ask("d1-hall")).await?;
    let petitions = mine.body["petitions"].as_array().cloned().unwrap_or_default();
    assert_eq!(petitions.len(), 1, "{mine:?}");
    assert_eq!((petitions[0]["name"].as_str(), petitions[0]["age"].as_u64()), (Some("𠮷***"), Some(76)));
    let others = world.service(Service::Ledger, "/internal/petitions/resolve", &ask("d1-other")).await?;
    assert_eq!(others.body["petitions"], json!([]));
    let many = json!({ "petition_ids": vec![uuid::Uuid::nil(); 501], "actor": ask("d1-hall")["actor"] });
    assert_eq!(
        world.service(Service::Ledger, "/internal/petitions/resolve", &many).await?.status,
        StatusCode::BAD_REQUEST
    );
    Ok(())
}

/// DOMAIN part D: a petitioner who shows a document may see all their own matters, each time journaled.
#[tokio::test]
async fn a_petitioner_who_shows_a_document_sees_their_own_matters_and_each_journal_says_so() -> Result<()> {
    let world = World::new().await?;
    world.staff_registers(&world.clerk(), "k1", &petition()).await?;
    let other = petition_with(&json!({ "petitioner": { "name": "别人", "document_kind": "none" } }));
    world.staff_registers(&world.clerk(), "k2", &other).await?;
    let ask = json!({ "district": "990101", "document_number": "11010519491231002x", "reason": "本人持证查询" });
    let own = world.staff("POST", "/petitions/own", &world.clerk(), &ask).await?;
    assert_eq!(own.body.as_array().map(Vec::len), Some(1), "{own:?}");
    assert_eq!(world.count("select count(*) from intake.journal where event_type = 'identity_shown'").await?, 1);
    let elsewhere = world.token("d1-other", "990101", &[Role::Officer]);
    assert_eq!(world.staff("POST", "/petitions/own", &elsewhere, &ask).await?.body, json!([]));
    Ok(())
}
