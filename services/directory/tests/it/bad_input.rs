//! RELIABILITY §4: whatever is sent, the answer is a problem of the 4xx kind and nothing is stored.

use anyhow::Result;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::world::World;

/// Any JSON, with names of real fields mixed in.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        prop_oneof![
            Just("cp-xfj"),
            Just("990101"),
            Just("officer"),
            Just("a\u{0}b"),
            Just("\u{202E}x"),
            Just("' or 1=1 --")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let name = prop_oneof![
            Just("name"),
            Just("login"),
            Just("unit"),
            Just("roles"),
            Just("password"),
            Just("policy_pack"),
            Just("petition_unit"),
            Just("district"),
            Just("topics"),
            Just("kind"),
            Just("version"),
            Just("refresh"),
            Just("x"),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

#[tokio::test]
async fn no_body_makes_the_service_fail() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let id = world.staff_id("cp.officer").await?;
    let endpoints = [
        ("PUT", "/districts/990109".to_owned()),
        ("PUT", "/units/cp-new".to_owned()),
        ("POST", "/staff".to_owned()),
        ("PATCH", format!("/staff/{id}")),
        ("POST", format!("/staff/{id}/password")),
        ("POST", "/sessions".to_owned()),
        ("POST", "/sessions/refresh".to_owned()),
    ];
    let mut runner = TestRunner::deterministic();
    for round in 0..40 {
        for (method, path) in &endpoints {
            let body = anything().new_tree(&mut runner).map_err(|why| anyhow::anyhow!("{why}"))?.current();
            let answer = world.call_with_key(method, path, &token, &format!("k{round}"), body.clone()).await?;
            assert!(!answer.status.is_server_error(), "{method} {path} {body} → {answer:?}");
            if answer.status.is_client_error() {
                assert_eq!(answer.media, "application/problem+json", "{method} {path} {body}");
                assert!(!answer.body["next"].as_str().unwrap_or_default().is_empty(), "{answer:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_field_by_field() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let good = json!({ "login": "cp.new", "name": "新人", "unit": "cp-xfj", "roles": ["officer"] });
    for (field, value) in [
        ("login", json!("大写 A")),
        ("login", json!(7)),
        ("name", json!("")),
        ("name", json!("两\n行")),
        ("unit", json!("CP XFJ")),
        ("roles", json!([])),
        ("roles", json!(["king"])),
        ("portfolio", json!(["a b"])),
        ("office_email", json!("a@b.c\r\nBcc: x@y.z")),
        ("is_admin", json!(true)),
        ("name", json!("a\u{0}b")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = world.call("POST", "/staff", &token, body).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field} {value} {answer:?}");
        let named = answer.body["fields"][0]["field"].as_str().unwrap_or_default().to_owned();
        assert!(named.starts_with(field), "{field} {value}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn ids_that_cannot_be_are_answered_like_ids_that_are_not() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let unknown =
        world.call("POST", "/staff/00000000-0000-7000-8000-000000000000/disable", &token, Value::Null).await?;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for id in ["x", "..%2f..%2fetc", "%00", "1;drop%20table", "00000000-0000-7000-8000-00000000000g"] {
        let answer = world.call("POST", &format!("/staff/{id}/disable"), &token, Value::Null).await?;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &unknown.body["code"]), "{id}");
    }
    for query in
        ["limit=-1", "limit=99999999", "limit=x", "within=abc", "role=king", "unknown=1", "within=%FF", "unit=%00"]
    {
        let answer = world.call_as_portal_owned("GET", format!("/staff?{query}")).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query} {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_shown_or_done() -> Result<()> {
    let world = World::new().await?;
    let token = world.token("city.admin").await?;
    let bent = format!("{}x", &token[..token.len() - 1]);
    for (name, value) in [
        ("x-nothing", String::new()),
        ("authorization", format!("Bearer {bent}")),
        ("authorization", "Basic YWRtaW46YWRtaW4=".to_owned()),
        ("authorization", "Bearer".to_owned()),
        (huiyin_web::SERVICE_HEADER, token.clone()),
        (huiyin_web::SERVICE_HEADER, "portal".to_owned()),
    ] {
        for (method, path) in
            [("GET", "/staff"), ("GET", "/units"), ("POST", "/staff"), ("PUT", "/districts/990101"), ("POST", "/city")]
        {
            let request = Request::builder().method(method).uri(path).header(name, &value);
            let answer =
                world.send(request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{}"))?).await?;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {name} {value}");
        }
    }
    Ok(())
}
