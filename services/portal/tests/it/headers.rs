//! What a browser is told with every answer, and whose forms are taken (W2).

use anyhow::Result;
use axum::http::{StatusCode, header};

use crate::browser::{Answered, HTTPS, Portal};
use crate::double::{CALL, CASE, CODE, MESSAGE, NUMBER, SESSION, VISIT};
use crate::pages::{PUBLIC, console, petition};

/// The headers that protect, as one text.
fn protection(answer: &Answered) -> String {
    let names = [
        "content-security-policy",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "strict-transport-security",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "cache-control",
    ];
    let line = |name: &&str| {
        let values: Vec<&str> = answer.headers.get_all(*name).iter().filter_map(|value| value.to_str().ok()).collect();
        format!("{name}: {}", values.join(" | "))
    };
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Every form a browser can send.
fn forms() -> Vec<String> {
    let mut forms: Vec<String> = [
        "/petition",
        "/receipt",
        "/track",
        "/track/amend",
        "/track/withdraw",
        "/track/ask-review",
        "/track/ask-appointment",
        "/track/restore",
        "/staff/sign-in",
        "/staff/sign-out",
        "/staff/find",
        "/staff/register",
        "/staff/sessions/publish",
    ]
    .map(str::to_owned)
    .to_vec();
    forms.extend([
        format!("/staff/cases/{CASE}/accept"),
        format!("/staff/cases/{CASE}/identity"),
        format!("/staff/sessions/{SESSION}/walk-in"),
        format!("/staff/sessions/{SESSION}/close"),
        format!("/staff/sessions/{SESSION}/matters"),
        "/staff/library/calls".to_owned(),
        format!("/staff/library/calls/{CALL}"),
        format!("/staff/sessions/{SESSION}/matters/off"),
        format!("/staff/visits/{VISIT}"),
        format!("/staff/inbox/{MESSAGE}/read"),
    ]);
    forms
}

#[tokio::test]
async fn every_page_carries_the_same_protection() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let mut answers = Vec::new();
    for path in PUBLIC
        .iter()
        .map(|path| (*path).to_owned())
        .chain(console())
        .chain(["/staff/sign-in".to_owned(), "/robots.txt".to_owned()])
    {
        answers.push((path.clone(), staff.get(&path).await?));
    }
    for path in forms() {
        answers.push((format!("POST {path}"), staff.post(&path, &petition()).await?));
    }
    answers.push(("POST without origin".to_owned(), staff.post_with("/track", &[], &[]).await?));
    let first = protection(&answers[0].1);
    insta::assert_snapshot!("protection", first);
    for (path, answer) in &answers {
        assert_eq!(protection(answer), first, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn the_stylesheet_alone_may_be_kept_and_its_address_names_its_content() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let page = citizen.get("/").await?.html();
    let address = page.all("link").find_map(|tag| tag.get("href")).expect("a stylesheet").to_owned();
    let sheet = citizen.get(&address).await?;
    assert_eq!(sheet.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(sheet.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert!(!sheet.text.contains("url(") && !sheet.text.contains("@import"), "nothing from elsewhere");
    assert_eq!(citizen.get("/assets/huiyin.0000000000000000.css").await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn on_plain_http_browsers_are_not_told_to_insist_on_https() -> Result<()> {
    let portal = Portal::at("http://127.0.0.1:8080").await?;
    let mut staff = portal.browser();
    assert!(staff.get("/").await?.headers.get(header::STRICT_TRANSPORT_SECURITY).is_none());
    let page = staff.get("/staff/sign-in").await?;
    assert!(page.text.contains("http 方式"), "the page says so");
    staff.sign_in("bureau.all").await?;
    assert_eq!(staff.cookies.keys().map(String::as_str).collect::<Vec<_>>(), ["huiyin"]);
    assert_eq!(staff.get("/staff").await?.status, StatusCode::OK);
    Ok(())
}

/// W2: cross-site, same-site subdomain, `null`, none at all: refused before anything is asked of any service.
#[tokio::test]
async fn a_form_from_elsewhere_is_refused_on_every_route_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    let fields = [("form_token", token.as_str()), ("key", "k"), ("number", NUMBER), ("code", CODE), ("reason", "r")];
    let before = portal.double.asked().len();
    let foreign: [&[(&str, &str)]; 7] = [
        &[],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://old.xinfang.example.cn"), ("sec-fetch-site", "same-site")],
        &[("origin", HTTPS), ("sec-fetch-site", "cross-site")],
        &[("origin", HTTPS), ("origin", "https://evil.example")],
    ];
    for path in forms() {
        for headers in foreign {
            let answer = staff.post_with(&path, &fields, headers).await?;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
    }
    assert_eq!(portal.double.asked().len(), before, "no service was asked anything");
    assert_eq!(staff.get("/staff").await?.status, StatusCode::OK, "the session still stands");
    Ok(())
}

/// W2: and on the console, only with the token of this very session.
#[tokio::test]
async fn a_form_without_this_session_s_token_is_refused_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let mut other = portal.signed_in().await?;
    let foreign = other.form_token().await?;
    for path in forms().into_iter().filter(|path| path.starts_with("/staff") && path != "/staff/sign-in") {
        for token in ["", "0", foreign.as_str()] {
            let answer = staff.post(&path, &[("form_token", token), ("key", "k"), ("reason", "r")]).await?;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
        }
    }
    let posted =
        portal.double.asked().into_iter().filter(|asked| asked.method == "POST" && !asked.path.ends_with("/resolve"));
    assert!(posted.into_iter().all(|asked| asked.path == "/directory/sessions"), "nothing was done anywhere");
    Ok(())
}

#[tokio::test]
async fn a_method_no_page_has_and_a_body_no_form_has_are_refused() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let answer = citizen.post("/help", &[]).await?;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("<h1>"));
    let origin = [("origin", HTTPS), ("sec-fetch-site", "same-origin")];
    for odd in ["\0", "a\u{fffd}b"] {
        assert_eq!(citizen.post_with("/track", &[("number", odd)], &origin).await?.status, StatusCode::BAD_REQUEST);
    }
    let large = "长".repeat(500_000);
    let answer = citizen.post("/petition", &[("facts", &large)]).await?;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text.contains("<h1>"), "{}", answer.text);
    Ok(())
}
