//! Calls for matters fit for leaders beside the library, and where leaders stand (SZ-13, HB-04).

use anyhow::{Context as _, Result};
use axum::http::StatusCode;
use huiyin_web::Problem;
use serde_json::{Value, json};

use crate::browser::Portal;
use crate::double::{CALL, CASE, NUMBER, SESSION};

/// SZ-13: the library leads to the calls; a call that is due is raised with a platform and the units ticked.
#[tokio::test]
async fn sz_13_a_call_is_raised_beside_the_library() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let library = staff.get("/staff/library").await?;
    assert!(library.text.contains("2 个业务平台本季度还没有发通知") && library.text.contains("等您的单位回复"));
    let list = staff.get("/staff/library/calls").await?;
    assert!(list.text.contains("2022年5月26日") && list.text.contains("发出征集通知"), "{}", list.text);
    let token = staff.form_token().await?;
    let fields = [
        ("form_token", token.as_str()),
        ("key", "k"),
        ("platform", "letters"),
        ("units", "990101-housing"),
        ("units", "990101-water"),
    ];
    let sent = staff.post("/staff/library/calls", &fields).await?;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/staff/library/calls"));
    let asked = portal.double.asked();
    let raised =
        asked.iter().find(|asked| asked.method == "POST" && asked.path.ends_with("/calls")).context("raised")?;
    assert_eq!(raised.body, json!({ "platform": "letters", "units": ["990101-housing", "990101-water"] }));
    Ok(())
}

/// SZ-13: who has not replied is listed, late ones as such; a unit's reply names matters by number, or says why there are none.
#[tokio::test]
async fn sz_13_a_unit_replies_and_who_has_not_is_listed() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let address = format!("/staff/library/calls/{CALL}");
    let page = staff.get(&address).await?;
    for told in [
        "还没有回复，已逾期",
        "没有合适事项（2022年5月27日，逾期回复）",
        "已推荐事项（2022年5月10日）",
        "2022年5月26日",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let token = staff.form_token().await?;
    let with = |fields: &[(&'static str, &'static str)]| {
        let mut all = vec![("form_token", token.as_str()), ("key", "k")];
        all.extend(fields);
        all
    };
    let named = with(&[("matters[0].number", NUMBER), ("matters[0].field", "住建"), ("matters[0].reason", "久拖未决")]);
    let sent = staff.post(&address, &named).await?;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, address.as_str()));
    staff.post(&address, &with(&[("reason", "近期没有疑难事项")])).await?;
    let asked = portal.double.asked();
    let replies = asked.iter().filter(|asked| asked.path.ends_with("/replies"));
    let bodies: Vec<Value> = replies.map(|asked| asked.body.clone()).collect();
    let matter = json!({ "case_id": CASE, "field": "住建", "reason": "久拖未决" });
    assert_eq!(
        bodies,
        [json!({ "matters": [matter], "reason": null }), json!({ "matters": [], "reason": "近期没有疑难事项" })]
    );
    let problem = Problem::refused("replied_already", Some("SZ-13"), "您的单位已经回复。", "Your unit has replied.");
    portal.double.refuse(problem);
    let refused = staff.post(&address, &with(&[("reason", "再说一遍")])).await?;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("您的单位已经回复") && refused.text.contains("再说一遍"), "with what was typed");
    Ok(())
}

/// HB-04: whoever still owes is named with what is missing, beside the duty, its period and its source.
#[tokio::test]
async fn hb_04_the_page_says_who_still_owes_what() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get("/staff/quotas?day=2022-06-30").await?;
    for told in ["每年至少化解1件包案事项", "2022年1月1日至2022年12月31日", "还差1件", "已做到：", "（2件）"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert_eq!(page.html().value("day").as_deref(), Some("2022-06-30"));
    let asked = portal.double.asked();
    assert!(asked.iter().any(|asked| asked.path.contains("/quotas")));
    Ok(())
}

/// REG-06: in the hall it stands beside the turn where the matter belongs, and that the visitor is received.
#[tokio::test]
async fn reg_06_the_hall_says_where_a_matter_belongs_and_receives_it() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/sessions/{SESSION}")).await?;
    assert!(page.text.contains("照常接待，并告知：按条例第二十条"), "{}", page.text);
    assert!(!page.text.contains("越级"));
    Ok(())
}
