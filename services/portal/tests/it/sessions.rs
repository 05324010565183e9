//! Signing in, staying in, getting out (W2).

use anyhow::Result;
use axum::http::{StatusCode, header};

use crate::browser::{HTTPS, Portal};

const COOKIE: &str = "__Host-huiyin";

#[tokio::test]
async fn signing_in_gives_a_host_cookie_no_script_can_read_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.browser();
    let answer = staff.sign_in("bureau.all").await?;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/staff"));
    let cookies: Vec<&str> =
        answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("__Host-huiyin=")).expect("a session cookie");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Domain"));
    assert_eq!(staff.get("/staff").await?.status, StatusCode::OK);
    Ok(())
}

/// W2: whatever token the browser came with, signing in gives another one, and the old one opens nothing.
#[tokio::test]
async fn signing_in_always_gives_a_new_token_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.browser();
    let planted = "ab".repeat(32);
    staff.cookies.insert(COOKIE.to_owned(), planted.clone());
    staff.sign_in("bureau.all").await?;
    let first = staff.cookies[COOKIE].clone();
    assert_ne!(first, planted);
    staff.sign_in("bureau.all").await?;
    assert_ne!(staff.cookies[COOKIE], first);
    let mut thief = portal.browser();
    for token in [planted, first, "zz".repeat(32), String::new()] {
        thief.cookies.insert(COOKIE.to_owned(), token);
        assert_eq!(thief.get("/staff").await?.status, StatusCode::SEE_OTHER);
    }
    Ok(())
}

/// A sign-in form works in the browser it was shown in alone, so that nobody is signed in to somebody else's account.
#[tokio::test]
async fn a_sign_in_form_of_another_browser_is_refused() -> Result<()> {
    let portal = Portal::start().await?;
    let (mut victim, mut attacker) = (portal.browser(), portal.browser());
    let token = attacker.get("/staff/sign-in").await?.html().hidden("form_token").expect("a token");
    victim.get("/staff/sign-in").await?;
    let fields = [("login", "bureau.all"), ("password", "right-password"), ("form_token", &token)];
    assert_eq!(victim.post("/staff/sign-in", &fields).await?.status, StatusCode::FORBIDDEN);
    assert!(!victim.cookies.contains_key(COOKIE));
    Ok(())
}

#[tokio::test]
async fn half_an_hour_of_silence_ends_a_session_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    for _ in 0..3 {
        portal.wait(29);
        assert_eq!(staff.get("/staff").await?.status, StatusCode::OK, "every click counts");
    }
    portal.wait(31);
    let answer = staff.get("/staff/inbox").await?;
    assert_eq!(answer.location(), "/staff/sign-in?why=idle&back=%2Fstaff%2Finbox");
    Ok(())
}

#[tokio::test]
async fn twelve_hours_end_a_session_however_busy_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let mut minutes = 0;
    while minutes + 25 < 720 {
        portal.wait(25);
        minutes += 25;
        assert_eq!(staff.get("/staff").await?.status, StatusCode::OK, "{minutes}");
    }
    portal.wait(25);
    assert_eq!(staff.get("/staff").await?.status, StatusCode::SEE_OTHER);
    Ok(())
}

/// W2: disabled at directory, out at the next click, and out for good.
#[tokio::test]
async fn a_disabled_account_is_out_at_its_next_click_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    assert_eq!(staff.get("/staff").await?.status, StatusCode::OK);
    portal.double.end_sessions();
    assert_eq!(staff.get("/staff").await?.location(), "/staff/sign-in?why=ended");
    assert_eq!(staff.get("/staff").await?.location(), "/staff/sign-in?why=out", "the session itself is gone");
    Ok(())
}

/// W2: the cookie of a session signed out opens nothing, whoever kept it.
#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_w2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let kept = staff.cookies.clone();
    let token = staff.form_token().await?;
    let answer = staff.post("/staff/sign-out", &[("form_token", &token)]).await?;
    assert_eq!(answer.location(), "/staff/sign-in?why=bye");
    assert!(!staff.cookies.contains_key(COOKIE));
    let mut other = portal.browser();
    other.cookies = kept;
    assert_eq!(other.get("/staff").await?.status, StatusCode::SEE_OTHER);
    assert!(
        portal
            .double
            .asked()
            .iter()
            .any(|asked| asked.method == "DELETE" && asked.path.starts_with("/directory/sessions/"))
    );
    Ok(())
}

/// A token that runs out is renewed behind a click, once, also when two clicks come together.
#[tokio::test]
async fn tokens_are_renewed_unseen() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.browser();
    staff.sign_in("short").await?;
    let cookies = staff.cookies.clone();
    let (mut one, mut two) = (portal.browser(), portal.browser());
    one.cookies.clone_from(&cookies);
    two.cookies = cookies;
    let (first, second) = futures::join!(one.get("/staff"), two.get("/staff/inbox"));
    assert_eq!((first?.status, second?.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(portal.double.refreshed(), 1);
    Ok(())
}

/// Nothing in the table is of use to who copies it: no token, no name, and no login of the service may alter its rows' owner.
#[tokio::test]
async fn the_table_of_sessions_holds_no_secret_and_no_name() -> Result<()> {
    let portal = Portal::start().await?;
    let staff = portal.signed_in().await?;
    let pool = portal.db.admin_pool().await?;
    let rows: Vec<String> =
        sqlx::query_scalar!(r#"select t::text as "row!" from portal.session t"#).fetch_all(&pool).await?;
    assert_eq!(rows.len(), 1);
    let token = &staff.cookies[COOKIE];
    let hexed = hex::encode("staff-token");
    for secret in
        [token.as_str(), "staff-token", hexed.as_str(), &hex::encode("卫临川"), "卫临川", &hex::encode("handle")]
    {
        assert!(!rows[0].contains(secret), "{secret}");
    }
    Ok(())
}

/// A wrong password says nothing about the login, keeps the login typed and never shows the password again.
#[tokio::test]
async fn a_wrong_password_tells_nothing_and_is_not_shown_again() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.browser();
    let answer = staff.try_sign_in("bureau.all", "wr0ng-password").await?;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains("登录名或密码不正确") && !answer.text.contains("wr0ng-password"));
    assert_eq!(answer.html().value("login").as_deref(), Some("bureau.all"));
    Ok(())
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_wanted_and_to_no_other_site() -> Result<()> {
    let portal = Portal::start().await?;
    for (back, to) in [
        ("/staff/ledger?state=closed", "/staff/ledger?state=closed"),
        ("https://evil.example/staff", "/staff"),
        ("//evil.example/staff", "/staff"),
        ("/staff//evil", "/staff"),
        ("/\\evil.example", "/staff"),
        ("/staff\r\nSet-Cookie: a=b", "/staff"),
    ] {
        let mut staff = portal.browser();
        let token = staff.get("/staff/sign-in").await?.html().hidden("form_token").expect("a token");
        let fields =
            [("login", "bureau.all"), ("password", "right-password"), ("form_token", token.as_str()), ("back", back)];
        assert_eq!(staff.post("/staff/sign-in", &fields).await?.location(), to, "{back}");
    }
    Ok(())
}

/// Who was writing when the session ended gets the text back to copy.
#[tokio::test]
async fn what_was_written_when_a_session_ended_is_not_lost() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    portal.wait(31);
    let written = "接访时间较长，这是写了四十分钟的登记表。";
    let answer = staff
        .post(
            "/staff/visits/0180d2a0-0000-7000-8000-000000000004",
            &[("form_token", &token), ("main_problem", written)],
        )
        .await?;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text.contains(written));
    assert!(!answer.text.contains(&token));
    Ok(())
}

/// Citizens get no cookie, whatever they do.
#[tokio::test]
async fn citizens_get_no_cookie() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    for path in crate::pages::PUBLIC {
        citizen.get(path).await?;
    }
    citizen.post("/receipt", &crate::pages::petition()).await?;
    citizen.post("/track", &[("number", crate::double::NUMBER), ("code", crate::double::CODE)]).await?;
    assert!(citizen.cookies.is_empty());
    Ok(())
}

/// The browser's address reaches the services that count wrong tries; a header anybody can write does not change it.
#[tokio::test]
async fn the_address_of_a_browser_is_not_what_it_says_of_itself_w1() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let headers = [
        ("origin", HTTPS),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9"),
        ("huiyin-client-address", "203.0.113.9"),
    ];
    citizen.post_with("/track", &[("number", "x"), ("code", "y")], &headers).await?;
    let asked = portal.double.asked();
    let query = asked.iter().find(|asked| asked.path == "/intake/petitions/query").expect("it was asked");
    assert_eq!(query.address.as_deref(), Some("192.0.2.7"));
    Ok(())
}
