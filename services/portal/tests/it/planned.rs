//! The matters a session is for, and beside a case the sessions planned for it.

use anyhow::{Context as _, Result};
use axum::http::StatusCode;
use huiyin_kernel::Service;
use huiyin_web::Problem;

use crate::browser::Portal;
use crate::double::{CASE, LIKELY, NAME, NUMBER, PETITION, SESSION, VISIT};

/// DW-15: the case page says when a leader goes for the matter, in dates as people read them; without scheduling it does without.
#[tokio::test]
async fn beside_a_case_stand_the_sessions_planned_for_it_dw_15() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    let section = page.text.split("id=\"planned\"").nth(1).and_then(|rest| rest.split("</section>").next());
    let section = section.context("sessions are shown")?;
    for told in ["2022年5月23日", "9:00", "已公布"] {
        assert!(section.contains(told), "{told}: {section}");
    }
    assert!(!section.contains(NAME));
    portal.double.take_away(Service::Scheduling);
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    assert!(page.status.is_success() && !page.text.contains("id=\"planned\""));
    Ok(())
}

/// TJ-05: a draft leads to its matters; what the leader has taken is offered with a button, others are named by number, and each can be
/// taken off again. Nobody is named.
#[tokio::test]
async fn a_planner_names_the_matters_of_a_case_visit_tj_05() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let address = format!("/staff/sessions/{SESSION}/matters");
    let drafts = staff.get("/staff/sessions").await?.html();
    assert!(drafts.all("a").any(|link| link.get("href") == Some(&address)));
    let page = staff.get(&address).await?;
    for told in [NUMBER, LIKELY, "带案下访", "接访领导包案"] {
        assert!(page.text.contains(told), "{told}");
    }
    assert!(
        !page.text.contains(NAME) && !page.text.contains("小区外墙"),
        "number and topic, nothing of who petitioned"
    );
    let token = staff.form_token().await?;
    let offered = staff.post(&address, &[("form_token", token.as_str()), ("petition_id", VISIT)]).await?;
    assert_eq!((offered.status, offered.location()), (StatusCode::SEE_OTHER, address.as_str()));
    staff.post(&address, &[("form_token", token.as_str()), ("number", NUMBER)]).await?;
    staff.post(&format!("{address}/off"), &[("form_token", token.as_str()), ("petition_id", PETITION)]).await?;
    let asked = portal.double.asked();
    let told: Vec<(&str, &str)> =
        asked.iter().filter_map(|asked| Some((asked.method.as_str(), asked.path.split_once("/matters/")?.1))).collect();
    assert_eq!(told, [("PUT", VISIT), ("PUT", PETITION), ("DELETE", PETITION)]);
    Ok(())
}

/// A refusal is shown above the form with what was typed.
#[tokio::test]
async fn what_cannot_be_named_is_said_above_the_form_dw_15() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    let problem =
        Problem::refused("petition_withdrawn", Some("REG-07"), "该信访件已由信访人撤回。", "It was withdrawn.");
    portal.double.refuse(problem.next("请核对编号。", "Check the number."));
    let address = format!("/staff/sessions/{SESSION}/matters");
    let page = staff.post(&address, &[("form_token", token.as_str()), ("number", NUMBER)]).await?;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("该信访件已由信访人撤回") && page.text.contains("请核对编号"));
    assert_eq!(page.html().value("number").as_deref(), Some(NUMBER));
    Ok(())
}
