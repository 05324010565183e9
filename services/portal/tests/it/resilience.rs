//! When a service is away, the page says so plainly and the rest goes on.

use anyhow::Result;
use axum::http::{StatusCode, header};
use huiyin_kernel::Service;

use crate::browser::{HTTPS, Portal};
use crate::double::{CASE, CODE, NUMBER};
use crate::pages::petition;

#[tokio::test]
async fn when_intake_is_away_nobody_types_a_petition_twice() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    citizen.get("/petition").await?;
    portal.double.take_away(Service::Intake);
    let answer = citizen.post("/receipt", &petition()).await?;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    for (name, value) in petition() {
        assert_eq!(answer.html().value(name).as_deref(), Some(value), "{name}");
    }
    assert!(answer.text.contains("重复提交不会重复登记"));
    assert_eq!(citizen.get("/petition").await?.status, StatusCode::OK, "the form itself is remembered");
    let look = citizen.post("/track", &[("number", NUMBER), ("code", CODE)]).await?;
    assert_eq!(look.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(look.headers[header::RETRY_AFTER], "30");
    let links: Vec<String> = look.html().all("a").filter_map(|tag| tag.get("href").map(str::to_owned)).collect();
    assert!(links.contains(&"/receptions".to_owned()) && links.contains(&"/help".to_owned()), "what still works");
    assert!(!look.text.contains(CODE));
    assert_eq!(citizen.get("/receptions").await?.status, StatusCode::OK);
    Ok(())
}

/// W5: whoever is turned away because too many are here gets a page, under the same rules as every page, and is told when to come
/// back.
#[tokio::test]
async fn when_too_many_are_here_people_get_a_page_that_says_so_w5() -> Result<()> {
    let portal = Portal::limited(HTTPS, |limits| limits.requests_in_flight = 0).await?;
    let mut citizen = portal.browser();
    for answer in [citizen.get("/petition").await?, citizen.post("/receipt", &petition()).await?] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers[header::RETRY_AFTER], "1");
        assert!(answer.headers[header::CONTENT_TYPE].to_str()?.starts_with("text/html"));
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str()?;
        assert!(policy.contains("style-src 'self'") && policy.contains("default-src 'none'"), "{policy}");
        assert!(answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(
            answer.text.contains("系统繁忙") && answer.text.contains("重复提交不会产生重复登记"),
            "{}",
            answer.text
        );
        assert!(answer.html().all("a").next().is_some(), "nowhere to go from here");
    }
    Ok(())
}

#[tokio::test]
async fn when_scheduling_is_away_the_places_and_the_rest_are_still_there() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    portal.double.take_away(Service::Scheduling);
    assert_eq!(citizen.get("/receptions").await?.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(citizen.get("/help/where").await?.status, StatusCode::OK);
    assert_eq!(citizen.get("/petition").await?.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn when_intake_is_away_officers_go_on_with_their_cases() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    portal.double.take_away(Service::Intake);
    let list = staff.get("/staff").await?;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text.contains("标题暂时读取不到"));
    let case = staff.get(&format!("/staff/cases/{CASE}")).await?;
    assert_eq!(case.status, StatusCode::OK);
    assert!(case.text.contains("暂时没有回应"));
    Ok(())
}

#[tokio::test]
async fn when_casework_is_away_what_was_written_is_given_back() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    portal.double.take_away(Service::Casework);
    let written = "现场查看，外墙确有渗水，物业已签订维修合同。";
    let fields = [("form_token", token.as_str()), ("key", "k"), ("step", "investigate"), ("note", written)];
    let answer = staff.post(&format!("/staff/cases/{CASE}/steps"), &fields).await?;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains(written) && !answer.text.contains(&token));
    assert_eq!(staff.get("/staff/register").await?.status, StatusCode::OK, "the counter goes on");
    Ok(())
}

/// Somebody signed in stays in for as long as the signed token says while directory restarts; nobody new comes in.
#[tokio::test]
async fn when_directory_is_away_who_is_in_stays_in() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    portal.double.take_away(Service::Directory);
    assert_eq!(staff.get("/staff").await?.status, StatusCode::OK);
    let mut other = portal.browser();
    assert_eq!(other.sign_in("bureau.all").await?.status, StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}

#[tokio::test]
async fn when_nobody_answers_the_first_page_and_the_guide_are_there() -> Result<()> {
    let portal = Portal::start().await?;
    for service in Service::ALL {
        portal.double.take_away(service);
    }
    let mut citizen = portal.browser();
    for path in
        ["/", "/track", "/help", "/help/procedure", "/help/rights", "/help/privacy", "/help/where", "/staff/sign-in"]
    {
        assert_eq!(citizen.get(path).await?.status, StatusCode::OK, "{path}");
    }
    assert_eq!(citizen.get("/petition").await?.status, StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}
