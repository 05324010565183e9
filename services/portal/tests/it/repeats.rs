//! Matters that may be the same one put again: proposed on the page of a case and at the counter, and linked by nobody but an officer.

use anyhow::{Context as _, Result};
use huiyin_kernel::Service;

use crate::browser::Portal;
use crate::double::{CASE, LIKELY, NUMBER, SESSION, VISIT};
use crate::pages::petition;

const LINK: &str = "casework/cases/0180d2a0-0000-7000-8000-000000000001/link";

/// QL-09: number, day, title, state and reason; the button leads to the form of a link, filled in, and nothing is linked before the officer sends
/// it. What is linked already is not offered again.
#[tokio::test]
async fn a_likely_repeat_is_shown_with_its_reason_and_linked_by_the_officer_alone() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    let section = page.text.split("id=\"repeats\"").nth(1).and_then(|rest| rest.split("</section>").next());
    let section = section.context("matters are offered")?;
    let shown = [
        LIKELY,
        "2022年3月2日登记",
        "小区外墙渗水三年未修",
        "已办结",
        "证件号码相同",
        &format!("/staff/cases/{VISIT}"),
    ];
    for told in shown {
        assert!(section.contains(told), "{told}: {section}");
    }
    assert!(!section.contains(NUMBER), "linked already: {section}");
    assert_eq!(page.html().value("number").as_deref(), Some(""), "no form is filled in unasked");

    let button = format!("/staff/cases/{CASE}?same={SESSION}#act-link");
    assert!(page.html().all("a").any(|link| link.get("href") == Some(&button)));
    let form = staff.get(button.split('#').next().context("an address")?).await?;
    assert!(form.text.contains("<details id=\"act-link\" open>"));
    let form = form.html();
    assert_eq!((form.value("number").as_deref(), form.value("kind").as_deref()), (Some(LIKELY), Some("same_matter")));
    let link_reason = form.tags.iter().find(|tag| tag.get("id") == Some("link-f-reason")).context("a reason")?;
    assert_eq!(link_reason.text.trim(), "同一街道，小区外墙渗水三年未修", "nothing of who petitioned");
    assert!(!portal.double.asked().iter().any(|asked| asked.path.ends_with(LINK)), "looking links nothing");
    let elsewhere = staff.get(&format!("/staff/cases/{CASE}?same={VISIT}")).await?.html();
    assert_eq!(elsewhere.value("number").as_deref(), Some(""), "only what is offered is filled in");
    Ok(())
}

/// At the counter the clerk sees them on the screen; the receipt that is printed, and the citizen's own, say nothing of them.
#[tokio::test]
async fn the_counter_sees_likely_repeats_beside_the_receipt_and_the_paper_has_none() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    let mut typed = petition();
    typed.extend([("form_token", token.as_str()), ("channel", "visit"), ("received_at", "2022-05-20T08:30")]);
    let page = staff.post("/staff/register", &typed).await?;
    let (receipt, beside) = page.text.split_once("</article>").context("a receipt")?;
    assert!(beside.contains("<section class=\"section no-print\" id=\"repeats\">") && beside.contains(LIKELY));
    assert!(!receipt.contains(LIKELY));
    assert_eq!(page.html().hidden("number").as_deref(), Some("HY-2022-0000-0017-Q"), "the new one can be opened");
    let mut citizen = portal.browser();
    let own = citizen.post("/receipt", &petition()).await?;
    assert!(!own.text.contains(LIKELY) && !own.text.contains("repeats"));
    let asked = portal.double.asked();
    let offered: Vec<_> = asked.iter().filter(|asked| asked.path.ends_with("/likely-same")).collect();
    assert!(offered.len() == 1 && offered.iter().all(|asked| asked.bearer.is_some()), "{offered:?}");
    Ok(())
}

/// A receipt does not fail, and a case does not, because nothing can be compared just now.
#[tokio::test]
async fn without_intake_the_case_is_shown_without_them() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    portal.double.take_away(Service::Intake);
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    assert!(page.status.is_success() && !page.text.contains("id=\"repeats\""));
    Ok(())
}
