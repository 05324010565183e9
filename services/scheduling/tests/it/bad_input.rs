use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{City, leader, petition};

/// Whatever is sent, the answer is a refusal that says why; never a fault of ours, and nothing is stored.
#[tokio::test]
async fn no_input_makes_the_service_fail() -> anyhow::Result<()> {
    let city = City::new().await?;
    city.petitions(0..1).await?;
    let session = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let served = city.serve().await?;
    let odd: Vec<Value> = vec![
        json!(null),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202E}x"),
        json!("x".repeat(100_000)),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(1e300),
        json!("１２"),
        json!("2026-02-30T00:00:00Z"),
        json!("9999-12-31T23:59:60+14:00"),
        json!("0000-01-01T00:00:00Z"),
        json!([]),
        json!({}),
        json!(true),
        json!("' or 1=1 --"),
        json!("=cmd()"),
        json!("00000000-0000-0000-0000-000000000000"),
    ];
    let whole = json!({ "district": "990102", "venue_id": city.hall, "kind": "regular", "leader": leader(1),
        "starts_at": "2026-03-03T01:00:00Z", "ends_at": "2026-03-03T02:00:00Z", "capacity": 2, "slot_minutes": 30,
        "reason": "x", "form": "x", "topic": "x" });
    let bodies: Vec<(&str, Value)> = vec![
        ("/sessions", whole.clone()),
        (
            "/venues",
            json!({ "district": "990102", "name": "x", "address": "x", "kind": "hall", "phone": "1", "hours": "x" }),
        ),
        (
            "/rounds",
            json!({ "district": "990102", "title": "x", "on": "2026-03-02", "until": "2026-03-02", "sessions": [whole] }),
        ),
        ("/sessions/publish", json!({ "session_ids": [session] })),
    ];
    let id_bodies = [
        ("substitute", json!({ "leader": leader(1), "reason": "x" })),
        ("cancel", json!({ "reason": "x" })),
        ("bookings", json!({ "petition_id": petition(0) })),
        ("walk-ins", json!({ "petition_id": petition(0) })),
    ];
    let mut all: Vec<(String, Value)> = bodies.into_iter().map(|(p, b)| (p.to_owned(), b)).collect();
    all.extend(id_bodies.into_iter().map(|(p, b)| (format!("/sessions/{session}/{p}"), b)));
    let mut tried = 0;
    for (path, body) in &all {
        for field in body.as_object().expect("an object").keys() {
            for value in &odd {
                let mut bad = body.clone();
                bad[field] = value.clone();
                let answer = served.call(Method::POST, path).json(&bad).send().await?;
                let status = answer.status();
                let text = answer.text().await?;
                assert!(!status.is_server_error(), "{path} {field}={value}: {status} {text}");
                if status.is_client_error() {
                    let problem: Value = serde_json::from_str(&text)?;
                    assert!(problem["title"].is_string() && problem["next"].is_string(), "{path} {field}: {text}");
                }
                tried += 1;
            }
        }
        let mut unknown = body.clone();
        unknown["surprise"] = json!(1);
        assert_eq!(served.call(Method::POST, path).json(&unknown).send().await?.status(), 400, "{path}");
        assert_eq!(served.http.post(format!("{}{path}", served.base)).json(body).send().await?.status(), 401, "{path}");
    }
    assert!(tried > 500, "only {tried}");
    for path in [
        "/sessions?district=x",
        "/sessions?from=2026-02-30",
        "/sessions?to=99999-01-01",
        "/sessions?after=x~y",
        "/sessions?after=~",
        "/sessions?limit=-1",
        "/sessions?limit=99999",
        "/sessions?x=1",
        "/rounds?after=1",
        "/venues?after=%00",
        "/sessions/1",
        "/sessions/00000000-0000-0000-0000-000000000000",
        "/rounds/x",
        "/sessions?from=-4000-01-01",
        "/sessions?from=%2B262142-12-31",
        "/rounds?after=%2B262142-12-31~00000000-0000-0000-0000-000000000000",
        "/sessions?after=%2B262142-12-31T00:00:00Z~00000000-0000-0000-0000-000000000000",
        "/drafts?after=1",
        "/sessions/x/visits",
        "/visits/x/form",
        "/nowhere",
    ] {
        let answer = served.call(Method::GET, path).send().await?;
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    }
    Ok(())
}

#[tokio::test]
async fn a_table_that_is_no_table_is_refused_by_row_and_column() -> anyhow::Result<()> {
    let city = City::new().await?;
    let served = city.serve().await?;
    let path = format!("/imports/calendar?year=2022&district=990102&venue_id={}", city.hall);
    let table = include_str!("../data/reception-calendar-2022.csv");
    let send = |text: Vec<u8>| served.call(Method::POST, &path).header("content-type", "text/csv").body(text).send();
    for bad in [
        b"".to_vec(),
        b"\xff\xfe".to_vec(),
        b"a\0b".to_vec(),
        b"\"".to_vec(),
        table.replace(',', ";").into_bytes(),
        vec![b','; 300_000],
    ] {
        let answer = send(bad).await?;
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
    let answer = send(table.replacen(",14,25,", ",14,二十五,", 1).into_bytes()).await?;
    let problem: Value = answer.json().await?;
    assert_eq!(problem["fields"][0]["field"], "rows[1].columns[4]", "{problem}");
    Ok(())
}
