//! Signing in, staying in, getting out.

use std::time::{Duration, Instant};

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn a_signed_in_person_gets_a_token_that_every_service_can_verify() -> Result<()> {
    let world = World::new().await?;
    let session = world.sign_in("city.admin").await?;
    let token = session["token"].as_str().unwrap_or_default();
    let claims = world.keys.verify(token, world.context.infra.now())?;
    assert_eq!(claims.unit.as_str(), "city-xfj");
    assert_eq!(session["staff"]["roles"], json!(["administrator"]));
    let jwks = world.call_as_portal("GET", "/.well-known/jwks.json", "10.0.0.1", Value::Null).await?;
    assert_eq!(jwks.body["keys"][0]["kid"], json!(world.context.signer.public().kid));
    Ok(())
}

/// W1: no answer tells whether a login exists, is disabled, or has no password yet.
#[tokio::test]
async fn every_refused_sign_in_looks_the_same() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    let token = world.token("city.admin").await?;
    let id = world.staff_id("cp.officer").await?;
    let disabled = world.call("POST", &format!("/staff/{id}/disable"), &token, Value::Null).await?;
    assert_eq!(disabled.status, StatusCode::NO_CONTENT);
    let mut seen = Vec::new();
    for (login, password) in [
        ("city.admin", "wrong-wrong-wrong"),
        ("nobody.here", PASSWORD),
        ("cp.officer", PASSWORD),
        ("cp.admin", PASSWORD),
        ("CITY.ADMIN", PASSWORD),
        ("city.admin", ""),
        ("' or 1=1 --", PASSWORD),
        ("长".repeat(300).as_str(), PASSWORD),
        ("city.admin", "x".repeat(5000).as_str()),
    ] {
        let mut answer = world.try_sign_in(login, password, "10.0.0.1").await?;
        if let Some(body) = answer.body.as_object_mut() {
            body.remove("instance");
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{login}");
        assert_eq!(answer.media, "application/problem+json");
        seen.push(answer.body);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    Ok(())
}

/// W1: nor does the time the answer takes. Medians of interleaved tries, with room for a busy machine.
#[tokio::test]
async fn an_unknown_login_costs_as_much_time_as_a_wrong_password() -> Result<()> {
    let world = World::new().await?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..9 {
        // A fresh address each round, so that the limit on failures stays out of the measurement.
        let address = format!("10.1.0.{round}");
        for (login, times) in [("city.admin", &mut known), ("nobody.here", &mut unknown)] {
            let begun = Instant::now();
            world.try_sign_in(login, "wrong-wrong-wrong", &address).await?;
            times.push(begun.elapsed());
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    assert!(unknown * 2 > known && known * 2 > unknown, "known {known:?}, unknown {unknown:?}");
    Ok(())
}

#[tokio::test]
async fn ten_wrong_passwords_lock_out_the_address_and_not_the_account() -> Result<()> {
    let world = World::new().await?;
    for _ in 0..10 {
        let answer = world.try_sign_in("city.admin", "wrong-wrong-wrong", "10.0.0.66").await?;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let locked = world.try_sign_in("city.admin", PASSWORD, "10.0.0.66").await?;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(locked.body["retry_after"], 900);
    let elsewhere = world.try_sign_in("city.admin", PASSWORD, "10.0.0.1").await?;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
    world.time.advance(TimeDelta::minutes(16));
    let later = world.try_sign_in("city.admin", PASSWORD, "10.0.0.66").await?;
    assert_eq!(later.status, StatusCode::CREATED);
    Ok(())
}

#[tokio::test]
async fn a_session_is_renewed_until_it_is_idle_too_long_or_too_old() -> Result<()> {
    let world = World::new().await?;
    let session = world.sign_in("city.admin").await?;
    let refresh =
        || world.call_as_portal("POST", "/sessions/refresh", "10.0.0.1", json!({ "refresh": session["refresh"] }));
    for _ in 0..7 {
        world.time.advance(TimeDelta::minutes(100));
        assert_eq!(refresh().await?.status, StatusCode::OK);
    }
    world.time.advance(TimeDelta::minutes(30));
    assert_eq!(refresh().await?.status, StatusCode::UNAUTHORIZED, "twelve hours are over");
    let idle = world.sign_in("city.admin").await?;
    world.time.advance(TimeDelta::minutes(121));
    let body = json!({ "refresh": idle["refresh"] });
    let answer = world.call_as_portal("POST", "/sessions/refresh", "10.0.0.1", body).await?;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "two hours without use");
    Ok(())
}

#[tokio::test]
async fn who_signs_out_is_out_and_nobody_else_is() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    let mine = world.sign_in("city.admin").await?;
    let other = world.sign_in("cp.officer").await?;
    let path = |session: &Value| format!("/sessions/{}", session["session_id"].as_str().unwrap_or_default());
    let token = mine["token"].as_str().unwrap_or_default();
    let stolen = world.call("DELETE", &path(&other), token, Value::Null).await?;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(world.call("DELETE", &path(&mine), token, Value::Null).await?.status, StatusCode::NO_CONTENT);
    }
    let asked = |session: &Value| world.call_as_portal_owned("GET", path(session));
    assert_eq!(asked(&mine).await?.status, StatusCode::NOT_FOUND);
    assert_eq!(asked(&other).await?.status, StatusCode::NO_CONTENT);
    Ok(())
}

/// W2: a disabled user's next click is refused, and so is one whose roles, unit or password changed.
#[tokio::test]
async fn a_disabled_or_changed_account_is_out_at_the_next_click() -> Result<()> {
    let world = World::new().await?;
    world.give_password("cp.officer").await?;
    let id = world.staff_id("cp.officer").await?;
    for (method, act, body) in [
        ("PATCH", String::new(), json!({ "roles": ["supervisor"] })),
        ("PATCH", String::new(), json!({ "unit": "city-xfj" })),
        ("POST", "/password".to_owned(), json!({ "password": PASSWORD })),
        ("POST", "/disable".to_owned(), Value::Null),
    ] {
        let session = world.sign_in("cp.officer").await?;
        let click = format!("/sessions/{}", session["session_id"].as_str().unwrap_or_default());
        assert_eq!(world.call_as_portal_owned("GET", click.clone()).await?.status, StatusCode::NO_CONTENT);
        let admin = world.token("city.admin").await?;
        let done = world.call(method, &format!("/staff/{id}{act}"), &admin, body).await?;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
        assert_eq!(world.call_as_portal_owned("GET", click).await?.status, StatusCode::NOT_FOUND, "{act}");
        let body = json!({ "refresh": session["refresh"] });
        let answer = world.call_as_portal("POST", "/sessions/refresh", "10.0.0.1", body).await?;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{act}");
    }
    Ok(())
}
