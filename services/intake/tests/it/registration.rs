use std::borrow::Cow;

use anyhow::Result;
use axum::http::StatusCode;
use base64::{Engine, prelude::BASE64_STANDARD};
use huiyin_contracts::intake::{Contact, ContactSealed, PetitionSnapshot};
use huiyin_kernel::{PetitionNumber, QueryCode, Service};
use huiyin_sealing::{DataKey, Place};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::world::{ADDRESS, NAME, PHONE, World, access, district, id_of, petition, petition_with};

async fn published(world: &World, audience: &str) -> Result<Vec<Value>> {
    let pool = world.db.admin_pool().await?;
    let sql = format!(
        "select convert_from(body, 'utf8') from intake.publication where audience = '{audience}' order by aggregate_id, sequence"
    );
    let rows = pool.fetch_all(AssertSqlSafe(sql)).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect()
}

/// D1, D3: number and code are answered after one commit that holds everything the petition needs.
#[tokio::test]
async fn a_petition_is_answered_when_its_row_its_story_its_news_and_its_watchdog_stand() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    assert_eq!(receipt.status, StatusCode::CREATED, "{receipt:?}");
    assert!(
        PetitionNumber::parse(&receipt.text("number")).is_ok() && QueryCode::parse(&receipt.text("query_code")).is_ok()
    );
    assert!(receipt.text("told_zh").contains("15日"));
    let rows = world.rows().await?;
    let expected = [1, 1, 1, 1, 1, 1, 2, 2, 1];
    assert_eq!(rows.iter().map(|(_, count)| *count).collect::<Vec<_>>(), expected, "{rows:?}");

    let public = published(&world, "public").await?;
    let told: PetitionSnapshot = serde_json::from_value(public[0].clone())?;
    assert_eq!(told.petition_id, id_of(&receipt)?);
    assert_eq!(told.number.as_str(), receipt.text("number"));
    assert!(told.can_be_told && told.concerned_unit.is_some() && told.people_count == 1);
    Ok(())
}

/// REG-01, REG-20
#[tokio::test]
async fn every_channel_and_class_is_registered_by_staff() -> Result<()> {
    let world = World::new().await?;
    let clerk = world.clerk();
    for (at, channel) in ["net", "letter", "phone", "fax", "visit"].into_iter().enumerate() {
        for class in ["suggestion", "accusation", "request"] {
            let body =
                petition_with(&json!({ "channel": channel, "class": class, "received_at": "2026-03-01T09:30+08:00" }));
            let receipt = world.staff_registers(&clerk, &format!("{at}{class}"), &body).await?;
            assert_eq!(receipt.status, StatusCode::CREATED, "{receipt:?}");
        }
    }
    assert_eq!(world.count("select count(distinct number) from intake.petition").await?, 15);
    assert_eq!(world.count("select count(*) from intake.petition where registered_by = 'd1-hall'").await?, 15);
    Ok(())
}

/// REG-05: the street office's pack applies in the street, the law elsewhere.
#[tokio::test]
async fn a_group_sends_at_most_five_representatives() -> Result<()> {
    let world = World::new().await?;
    let with = |count: usize| {
        let names: Vec<Value> = (0..count).map(|at| json!({ "name": format!("代表{at}") })).collect();
        petition_with(&json!({ "kind": "group", "people_count": 30, "representatives": names }))
    };
    assert_eq!(world.hand_in("five", &with(5)).await?.status, StatusCode::CREATED);
    let refused = world.hand_in("six", &with(6)).await?;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.body["fields"][0]["field"], "representatives");
    assert_eq!(world.count("select count(*) from intake.petition").await?, 1);
    Ok(())
}

/// D-3, D-7: the contact travels as ciphertext; notification opens it, scheduling is not given the key.
#[tokio::test]
async fn notification_opens_the_contact_and_nobody_else_gets_the_key() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let contact: ContactSealed = serde_json::from_value(published(&world, "private").await?.remove(0))?;
    let ask = json!({ "key_ids": [contact.key_id, uuid::Uuid::nil()] });
    let given = world.service(Service::Notification, "/internal/keys/unwrap", &ask).await?;
    assert_eq!(given.status, StatusCode::OK);
    let keys = given.body["keys"].as_array().cloned().unwrap_or_default();
    assert_eq!(keys.len(), 1, "an unknown key is not named: {given:?}");
    assert_eq!(keys[0]["key_id"], contact.key_id.to_string());
    let key = DataKey::from_base64(keys[0]["key"].as_str().unwrap_or_default())?;
    let place = district("990101001");
    let open = key.open_base64(Place::contact(id_of(&receipt)?, &place), &contact.sealed)?;
    let open: Contact = serde_json::from_slice(&open)?;
    assert_eq!(
        (open.name.as_str(), open.phone.as_deref(), open.address.as_deref()),
        (NAME, Some(PHONE), Some(ADDRESS))
    );

    assert_eq!(world.service(Service::Scheduling, "/internal/keys/unwrap", &ask).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post("/internal/keys/unwrap", &ask).await?.status, StatusCode::UNAUTHORIZED);
    let many = json!({ "key_ids": vec![contact.key_id; 257] });
    let many = world.service(Service::Notification, "/internal/keys/unwrap", &many).await?;
    assert_eq!(many.status, StatusCode::BAD_REQUEST);
    Ok(())
}

/// REG-22: what an accusation says, and of whom, is never on the bus nor open in a table.
#[tokio::test]
async fn an_accusation_names_nobody_outside_intake() -> Result<()> {
    let world = World::new().await?;
    let body = petition_with(&json!({ "class": "accusation", "title": "反映某单位违规发包工程" }));
    assert_eq!(world.hand_in("k1", &body).await?.status, StatusCode::CREATED);
    let told = published(&world, "public").await?;
    assert_eq!(told[0]["concerned_unit"], Value::Null);
    let dump = world.dump().await?;
    for hidden in ["违规发包", BASE64_STANDARD.encode("违规发包").trim_end_matches('=')] {
        assert!(!dump.contains(hidden), "{hidden}");
    }
    let accused =
        world.count("select count(*) from intake.petition where concerned_unit is null and accused_unit is not null");
    assert_eq!(accused.await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_district_that_is_not_served_is_named() -> Result<()> {
    let world = World::new().await?;
    let refused = world.hand_in("k1", &petition_with(&json!({ "district": "110101" }))).await?;
    assert_eq!(
        (refused.status, refused.body["fields"][0]["field"].as_str()),
        (StatusCode::BAD_REQUEST, Some("district"))
    );
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));
    Ok(())
}

/// REG-07, QL-17
#[tokio::test]
async fn the_taxonomy_is_told_and_a_retired_topic_is_no_longer_taken() -> Result<()> {
    let world = World::new().await?;
    let topics = world.staff("GET", "/topics", &world.clerk(), &Value::Null).await?;
    let seed = [
        "土地征用",
        "房屋拆迁",
        "产权证办理",
        "企业改制",
        "非法融资",
        "土地流转",
        "环境保护",
        "房地产建设",
        "劳动社保",
        "社会保障",
        "土地确权",
        "金融投资",
    ];
    let told: Vec<&str> = topics.body.as_array().into_iter().flatten().filter_map(|t| t["name_zh"].as_str()).collect();
    assert!(seed.iter().all(|name| told.contains(name)), "{told:?}");
    let pool = world.db.admin_pool().await?;
    pool.execute(AssertSqlSafe("update intake.topic set active = false where code = 'house_demolition'".to_owned()))
        .await?;
    world.context.known_now().await?;
    let refused = world.hand_in("k1", &petition()).await?;
    assert_eq!(refused.body["fields"][0]["field"], "topic");
    Ok(())
}

/// D-6: the login that registers can add and nothing else.
#[tokio::test]
async fn the_login_that_registers_cannot_read_change_or_delete() -> Result<()> {
    let world = World::new().await?;
    world.hand_in("k1", &petition()).await?;
    let pool = world.db.pool("intake_writer").await?;
    for forbidden in [
        "select * from intake.petition",
        "select * from intake.petitioner",
        "select wrapped from intake.data_key",
        "select body from intake.journal",
        "select body from intake.publication",
        "update intake.petition set state = 'registered'",
        "update intake.petitioner set name = ''",
        "delete from intake.petition",
        "delete from intake.idempotency",
        "update intake.timer set state = 'cancelled'",
    ] {
        let refused = pool.execute(AssertSqlSafe(forbidden.to_owned())).await.expect_err(forbidden);
        let code = refused.as_database_error().and_then(|e| e.code().map(Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{forbidden}");
    }
    Ok(())
}

/// The petitioner is answered with everything that was registered, in the open, to the letter.
#[tokio::test]
async fn a_receipt_opens_the_petition_it_was_given_for() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition()).await?;
    let seen = world.post("/petitions/query", &access(&receipt)).await?;
    assert_eq!(seen.status, StatusCode::OK, "{seen:?}");
    assert_eq!(seen.text("title"), "拆迁补偿款一直未付");
    assert_eq!((seen.text("state"), seen.text("topic_zh")), ("registered".to_owned(), "房屋拆迁".to_owned()));
    assert!(
        seen.body["may_withdraw"].as_bool() == Some(true)
            && !seen.body["progress"].as_array().expect("lines").is_empty()
    );
    // Notification is not there in this test: the answer says so instead of failing.
    assert_eq!(seen.body["missing_zh"].as_array().map(Vec::len), Some(1));
    Ok(())
}

/// D-13: one call at every migration makes the coming years' partitions of journal and petitions alike.
#[tokio::test]
async fn the_coming_years_have_partitions_of_their_own() -> Result<()> {
    let world = World::new().await?;
    let pool = world.db.pool("intake_owner").await?;
    pool.execute(AssertSqlSafe("do $$ begin perform intake.ensure_partitions(2031, 2032); end $$".to_owned())).await?;
    for table in ["journal_2032", "publication_2032", "petition_2032", "petitioner_2032", "data_key_2032"] {
        let sql = format!("select case when to_regclass('intake.{table}') is null then 0 else 1 end");
        assert_eq!(world.count(&sql).await?, 1, "{table}");
    }
    Ok(())
}
