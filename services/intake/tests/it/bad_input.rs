use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use anyhow::Result;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::world::{World, petition, petition_with};

/// RELIABILITY §4 in words: text, numbers, dates, ids, SQL, HTML.
fn hostile() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        any::<String>().prop_map(Value::from),
        Just(json!("\u{0}")),
        Just(json!("\u{202E}张三\u{202C}")),
        Just(json!("\u{200B}")),
        Just(json!("'; drop table intake.petition; -- %_\\")),
        Just(json!("<script>alert(1)</script>{{7*7}}")),
        Just(json!("１２３")),
        Just(json!("9223372036854775808")),
        Just(json!("2026-02-30T24:00:00Z")),
        Just(json!("+262143-01-01T00:00:00Z")),
        Just(json!("../../etc/passwd")),
        Just(json!("字".repeat(20_001))),
        Just(json!([[[[[[[[]]]]]]]])),
        Just(json!({ "a": { "b": {} } })),
    ]
}

const FIELDS: [&str; 19] = [
    "channel",
    "class",
    "topic",
    "district",
    "kind",
    "title",
    "request",
    "facts",
    "place",
    "people_count",
    "representatives",
    "companions",
    "concerned_unit",
    "assistance",
    "received_at",
    "session_id",
    "external_ref",
    "petitioner",
    "risk_level",
];
const PERSON: [&str; 7] = ["name", "gender", "document_kind", "document_number", "phone", "email", "address"];

/// RELIABILITY §4: nothing that is sent is answered with a fault; what is refused is refused by problem+json and leaves
/// nothing; what is taken is stored whole.
#[test]
fn whatever_is_sent_is_taken_whole_or_refused_and_never_a_fault() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build()?;
    let world = runtime.block_on(World::new())?;
    let at = AtomicU32::new(0);
    let stored = AtomicU32::new(0);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() });
    let changes = prop::collection::vec((0..FIELDS.len() + PERSON.len(), hostile()), 1..3);
    runner.run(&(changes, any::<bool>()), |(changes, staffed)| {
        let at = at.fetch_add(1, Relaxed);
        let mut body = petition();
        for (field, value) in changes {
            match FIELDS.get(field) {
                Some(field) => body[field] = value,
                None if body["petitioner"].is_object() => body["petitioner"][PERSON[field - FIELDS.len()]] = value,
                None => {}
            }
        }
        let key = format!("k{at}");
        let answer = runtime.block_on(async {
            if staffed {
                world.staff_registers(&world.clerk(), &key, &body).await
            } else {
                world.hand_in(&key, &body).await
            }
        });
        let answer = answer.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(matches!(answer.status.as_u16(), 201 | 400 | 422), "{:?} for {}", answer, body);
        if answer.status == StatusCode::CREATED {
            stored.fetch_add(1, Relaxed);
        } else {
            prop_assert_eq!(&answer.media, "application/problem+json");
            let first = &answer.body["fields"][0];
            prop_assert!(
                first["field"].is_string() && first["rule"].is_string() && first["rule_en"].is_string(),
                "{:?}",
                answer
            );
        }
        Ok(())
    })?;
    let (rows, stored) = (runtime.block_on(world.rows())?, stored.into_inner());
    let one_each = rows.iter().filter(|(table, _)| !matches!(*table, "publication" | "pending"));
    assert!(one_each.clone().all(|(_, count)| *count == i64::from(stored)), "{stored} {rows:?}");
    Ok(())
}

/// RELIABILITY §4, JSON and HTTP: what is no petition in JSON is refused before anything is done.
#[tokio::test]
async fn broken_json_wrong_types_and_unknown_fields_are_refused() -> Result<()> {
    let world = World::new().await?;
    let good = petition().to_string();
    let bad: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "application/json"),
        (b"{".to_vec(), "application/json"),
        (format!("{good} {good}").into_bytes(), "application/json"),
        (good.replacen("\"title\"", "\"title\":\"x\",\"title\"", 1).into_bytes(), "application/json"),
        (petition_with(&json!({ "petition_id": uuid::Uuid::nil() })).to_string().into_bytes(), "application/json"),
        (petition_with(&json!({ "state": "withdrawn" })).to_string().into_bytes(), "application/json"),
        ("[".repeat(10_000).into_bytes(), "application/json"),
        (vec![0xff, 0xfe, b'{', b'}'], "application/json"),
        (good.replace("拆迁", "\\ud800").into_bytes(), "application/json"),
        (good.clone().into_bytes(), "text/plain"),
        (vec![b' '; 2 << 20], "application/json"),
    ];
    for (at, (body, media)) in bad.into_iter().enumerate() {
        let request = Request::builder()
            .method("POST")
            .uri("/petitions")
            .header(header::CONTENT_TYPE, media)
            .header("idempotency-key", format!("k{at}"));
        let answer = world.send(request.body(Body::from(body))?).await?;
        assert!(matches!(answer.status.as_u16(), 400 | 413 | 415), "{at} {answer:?}");
        assert_eq!(answer.media, "application/problem+json");
    }
    assert!(world.rows().await?.iter().all(|(_, count)| *count == 0));
    Ok(())
}

/// RELIABILITY §4, ids: whatever stands where an id belongs is as unknown as an id nobody has.
#[tokio::test]
async fn nonsense_in_place_of_an_id_is_unknown() -> Result<()> {
    let world = World::new().await?;
    let clerk = world.clerk();
    for id in ["1", "%27%20or%201=1", "00000000-0000-0000-0000-000000000000", "..%2F..%2Fetc", "%00", "imports"] {
        let answer = world.staff("GET", &format!("/petitions/{id}"), &clerk, &Value::Null).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    for number in ["", "x", "HY-2026-0000-0001-2", "%27"] {
        let answer = world.staff("GET", &format!("/petitions?number={number}"), &clerk, &Value::Null).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{number}");
    }
    Ok(())
}

/// Names of rare characters, combined emoji and long texts come back to the letter.
#[tokio::test]
async fn what_is_taken_is_kept_to_the_letter() -> Result<()> {
    let world = World::new().await?;
    let clerk = world.clerk();
    for (at, name) in ["𠮷田", "𪚥𪚥", "e\u{301}lise", "买买提·吐尔逊", "👨\u{200D}👩\u{200D}👧", "O'Brien \"x\" \\ %_"]
        .into_iter()
        .enumerate()
    {
        let body = petition_with(&json!({
            "channel": "visit", "title": format!("{name}的申请"), "facts": "行一\r\n行二\t末",
            "petitioner": { "name": name, "document_kind": "none" }
        }));
        let receipt = world.staff_registers(&clerk, &format!("k{at}"), &body).await?;
        let path = format!("/petitions/{}", receipt.text("petition_id"));
        let seen = world.staff("GET", &path, &clerk, &Value::Null).await?;
        assert_eq!((seen.text("title"), seen.text("facts")), (format!("{name}的申请"), "行一\r\n行二\t末".to_owned()));
        let open = world.staff("POST", &format!("{path}/identity"), &clerk, &json!({ "reason": "核对姓名" })).await?;
        assert_eq!(open.text("name"), name);
    }
    Ok(())
}
