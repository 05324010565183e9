//! Every page: what a screen reader, a keyboard and a cheap phone need.

use std::collections::BTreeSet;

use anyhow::Result;
use axum::http::StatusCode;

use crate::browser::Portal;
use crate::double::{BATCH, CALL, CASE, CODE, MESSAGE, NUMBER, SESSION, VISIT};
use crate::html::Html;

/// The pages anybody can open.
pub(crate) const PUBLIC: [&str; 13] = [
    "/",
    "/petition",
    "/receipt",
    "/track",
    "/receptions",
    "/receptions/board",
    "/led-cases",
    "/help",
    "/help/procedure",
    "/help/where",
    "/help/rights",
    "/help/privacy",
    "/no/such/page",
];

/// The pages of the console.
pub(crate) fn console() -> Vec<String> {
    vec![
        "/staff".to_owned(),
        format!("/staff/cases/{CASE}"),
        format!("/staff/cases/{CASE}?unit=990101-housing"),
        format!("/staff/cases/{CASE}?same={SESSION}"),
        "/staff/register".to_owned(),
        "/staff/sessions".to_owned(),
        format!("/staff/sessions/{SESSION}"),
        format!("/staff/sessions/{SESSION}/matters"),
        format!("/staff/visits/{VISIT}?session={SESSION}"),
        format!("/staff/batches/{BATCH}"),
        "/staff/inbox".to_owned(),
        "/staff/library".to_owned(),
        "/staff/library/calls".to_owned(),
        format!("/staff/library/calls/{CALL}"),
        "/staff/quotas".to_owned(),
        "/staff/ledger".to_owned(),
        "/staff/report".to_owned(),
    ]
}

/// A petition as a citizen fills it in.
pub(crate) fn petition<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", "key-of-this-form"),
        ("class", "request"),
        ("topic", "housing"),
        ("district", "990101001"),
        ("title", "小区外墙渗水三年未修"),
        ("request", "请督促维修外墙"),
        ("facts", "第一行\n第二行"),
        ("kind", "individual"),
        ("petitioner.name", crate::double::NAME),
        ("petitioner.document_kind", "none"),
        ("petitioner.phone", crate::double::PHONE),
    ]
}

fn look_at(name: &str, page: &Html) {
    let one = |tag: &str| page.all(tag).count();
    assert_eq!(page.all("html").next().and_then(|tag| tag.get("lang")), Some("zh-CN"), "{name}: language");
    assert_eq!((one("title"), one("h1"), one("main")), (1, 1, 1), "{name}: one title, one heading, one main part");
    assert!(page.all("title").all(|tag| tag.text.chars().count() > 8), "{name}: a title that says something");
    assert!(page.all("meta").any(|tag| tag.get("name") == Some("viewport")), "{name}: fits a phone");
    assert!(page.all("a").any(|tag| tag.get("href") == Some("#main")), "{name}: a way past the navigation");
    let mut ids = BTreeSet::new();
    for tag in &page.tags {
        assert!(
            tag.names().all(|attribute| attribute != "style" && !attribute.starts_with("on")),
            "{name}: {tag:?} is inline"
        );
        if let Some(id) = tag.get("id") {
            assert!(ids.insert(id.to_owned()), "{name}: the id {id} stands twice");
        }
    }
    assert_eq!(
        one("script") + one("style") + one("iframe") + one("object"),
        0,
        "{name}: nothing but our own stylesheet"
    );
    for tag in &page.tags {
        for attribute in ["for", "aria-describedby", "aria-labelledby"] {
            for id in tag.get(attribute).unwrap_or_default().split_whitespace() {
                assert!(ids.contains(id), "{name}: {attribute}={id} leads nowhere");
            }
        }
        let of_page =
            |address: &str| address.starts_with('/') || address.starts_with('#') || address.starts_with("tel:");
        for address in [tag.get("href"), tag.get("action"), tag.get("src"), tag.get("formaction")].into_iter().flatten()
        {
            assert!(of_page(address), "{name}: {address} is elsewhere");
        }
        if let Some(id) = tag.get("href").and_then(|href| href.strip_prefix('#')) {
            assert!(ids.contains(id), "{name}: the link #{id} leads nowhere");
        }
    }
    let labelled: BTreeSet<&str> = page.all("label").filter_map(|tag| tag.get("for")).collect();
    for field in page.tags.iter().filter(|tag| matches!(tag.name.as_str(), "input" | "select" | "textarea")) {
        let label = field.get("id").is_some_and(|id| labelled.contains(id));
        assert!(label || field.get("type") == Some("hidden"), "{name}: {field:?} has no label");
    }
    assert!(page.all("button").all(|tag| !tag.text.trim().is_empty()), "{name}: a button without words");
    assert!(page.all("a").all(|tag| !tag.text.trim().is_empty()), "{name}: a link without words");
    assert!(
        page.all("svg").all(|tag| tag.get("aria-label").is_some_and(|label| !label.is_empty())),
        "{name}: a drawing without words"
    );
    assert!(page.all("table").count() == page.all("caption").count(), "{name}: a table without a caption");
    assert!(
        page.all("form").all(|tag| matches!(tag.get("method"), Some("get" | "post"))),
        "{name}: a form without a method"
    );
}

#[tokio::test]
async fn every_page_can_be_read_aloud_and_used_by_keyboard() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    for path in PUBLIC {
        look_at(path, &citizen.get(path).await?.html());
    }
    look_at("/staff/sign-in", &citizen.get("/staff/sign-in").await?.html());
    look_at("sign-in refused", &citizen.try_sign_in("bureau.all", "wrong").await?.html());
    look_at("POST /petition", &citizen.post("/petition", &petition()).await?.html());
    look_at("POST /petition, wrong", &citizen.post("/petition", &[("kind", "group")]).await?.html());
    look_at("POST /receipt", &citizen.post("/receipt", &petition()).await?.html());
    look_at("POST /track", &citizen.post("/track", &[("number", NUMBER), ("code", CODE)]).await?.html());
    look_at("POST /track, wrong", &citizen.post("/track", &[("number", NUMBER), ("code", "x")]).await?.html());
    let mut staff = portal.signed_in().await?;
    for path in console() {
        let page = staff.get(&path).await?;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        look_at(&path, &page.html());
    }
    Ok(())
}

/// WH-14: the time and the place of every street are posted; DW-10, JD-07, TP-07, XY-05: with all six fields, on a board to print.
#[tokio::test]
async fn the_schedule_names_who_where_and_when_wh_14_dw_10_jd_07() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    portal.double.say("接访公示的内容");
    for path in ["/receptions", "/receptions/board?district=990101001&from=2022-05-22"] {
        let page = citizen.get(path).await?;
        for (field, shown) in [
            ("姓名、职务、地点", "接访公示的内容"),
            ("分管工作", "房地产建设"),
            ("时间", "09:00–12:00"),
            ("日期", "2022年5月22日 星期日"),
            ("形式", "定期接访"),
            ("街道", "望桥街道"),
        ] {
            assert!(page.text.contains(shown), "{path}: {field}");
        }
    }
    let board = citizen.get("/receptions/board").await?.html();
    let columns: Vec<String> =
        board.all("th").filter(|tag| tag.get("scope") == Some("col")).map(|tag| tag.text.clone()).collect();
    assert_eq!(columns, ["时间", "姓名", "职务", "分管工作", "地点", "形式"]);
    let asked = portal.double.asked();
    assert!(
        asked.iter().filter(|asked| asked.path == "/scheduling/sessions").all(|asked| asked.bearer.is_none()),
        "the public schedule"
    );
    Ok(())
}

/// JD-12: whoever came to the wrong place finds the right one: every place with its street, address, telephone and hours.
#[tokio::test]
async fn who_came_to_the_wrong_place_finds_the_right_one_jd_12() -> Result<()> {
    let portal = Portal::start().await?;
    let page = portal.browser().get("/help/where").await?;
    for shown in ["澄浦区 望桥街道", "010-00000000", "小区外墙渗水三年未修", "无障碍通道"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    Ok(())
}

/// REG-02, REG-40, REG-41: the procedure, the times, and how to ask for a review; nothing that threatens.
#[tokio::test]
async fn the_guide_tells_procedure_times_and_remedies_reg_02_reg_40() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let procedure = citizen.get("/help/procedure").await?.text;
    for told in ["15日内", "60日内", "30日", "投诉", "推选代表"] {
        assert!(told == "投诉" || procedure.contains(told), "{told}");
    }
    let rights = citizen.get("/help/rights").await?.text;
    assert!(rights.contains("收到答复之日起30日内") && rights.contains("复查") && rights.contains("复核"));
    for path in PUBLIC {
        let text = citizen.get(path).await?.text;
        for threat in ["依法处理违法", "追究", "拘留", "处罚您", "训诫", "非访", "越级"] {
            assert!(!text.contains(threat), "{path}: {threat}");
        }
    }
    Ok(())
}

/// A matter, not a person: no page offers a search by name, document or telephone (D-8).
#[tokio::test]
async fn no_page_of_the_console_looks_for_persons_d_8() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    for path in console().into_iter().filter(|path| path != "/staff/register") {
        let page = staff.get(&path).await?.html();
        for field in page.tags.iter().filter_map(|tag| tag.get("name")) {
            let of_person = field == "name"
                || field.starts_with("petitioner.")
                || field.contains("phone")
                || field.contains("document");
            assert!(!of_person, "{path}: {field}");
        }
    }
    let inbox = staff.get("/staff/inbox").await?.text;
    assert!(inbox.contains(&format!("/staff/inbox/{MESSAGE}/read")));
    Ok(())
}
