//! Forms keep what was typed, are taken once, and put nothing personal into an address.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_web::{FieldProblem, Problem};
use serde_json::json;

use crate::browser::Portal;
use crate::double::{CASE, CODE, NAME, NUMBER, PHONE, SESSION, VISIT};
use crate::pages::petition;

#[tokio::test]
async fn a_form_sent_back_still_holds_everything_that_was_typed() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let mut typed = petition();
    typed.retain(|(name, _)| *name != "title");
    typed.extend([
        ("petitioner.document_kind", "id_card"),
        ("petitioner.document_number", "110105194912310021"),
        ("people_count", "12"),
    ]);
    typed.extend([("representatives[1].name", "李\"国<"), ("assistance", "轮椅 & 手语")]);
    typed.retain(|(name, value)| !(*name == "petitioner.document_kind" && *value == "none"));
    let answer = citizen.post("/petition", &typed).await?;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let page = answer.html();
    for (name, value) in &typed {
        assert_eq!(page.value(name).as_deref(), Some(*value), "{name}");
    }
    let links: Vec<&str> =
        page.all("a").filter_map(|tag| tag.get("href")).filter(|href| href.starts_with("#f-")).collect();
    assert_eq!(
        links,
        ["#f-title", "#f-petitioner-document-number"],
        "the list of mistakes leads to the fields, in order"
    );
    let wrong: Vec<_> = page
        .tags
        .iter()
        .filter(|tag| tag.get("aria-invalid") == Some("true"))
        .filter_map(|tag| tag.get("name"))
        .collect();
    assert_eq!(wrong, ["title", "petitioner.document_number"]);
    Ok(())
}

/// What intake refuses stands beside the field it is about, at the counter as at home, with everything typed still there.
#[tokio::test]
async fn what_a_service_refuses_stands_beside_its_field() -> Result<()> {
    let portal = Portal::start().await?;
    portal.double.refuse(Problem::bad_request(vec![
        FieldProblem::new("petitioner.phone", "电话号码为7至15位数字", "digits", "13800000000"),
        FieldProblem::new("representatives", "代表不超过5人", "five", ""),
    ]));
    let mut citizen = portal.browser();
    let page = citizen.post("/receipt", &petition()).await?;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("电话号码为7至15位数字（例如：13800000000）") && page.text.contains("代表不超过5人"));
    assert_eq!(page.html().value("petitioner.phone").as_deref(), Some(PHONE));
    assert_eq!(page.html().hidden("key").as_deref(), Some("key-of-this-form"), "the same petition, corrected");
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    let mut typed = petition();
    typed.extend([("form_token", token.as_str()), ("channel", "letter"), ("received_at", "2022-05-20T08:30")]);
    let page = staff.post("/staff/register", &typed).await?;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (page.html().value("channel").as_deref(), page.html().value("petitioner.name").as_deref()),
        (Some("letter"), Some(NAME))
    );
    let asked = portal.double.asked();
    let sent = asked.iter().rfind(|asked| asked.path == "/intake/petitions").expect("it was asked");
    assert_eq!(sent.body["received_at"], "2022-05-20T08:30:00+08:00");
    assert_eq!(sent.bearer.as_deref(), Some("Bearer staff-token"));
    Ok(())
}

/// D2: a second press of the button, a reload, a lost answer: the same receipt.
#[tokio::test]
async fn a_petition_sent_twice_gets_the_same_receipt_d2() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let form = citizen.get("/petition").await?.html();
    let key = form.hidden("key").expect("a key");
    let mut typed = petition();
    typed[0].1 = &key;
    let check = citizen.post("/petition", &typed).await?;
    assert_eq!(check.status, StatusCode::OK);
    assert_eq!(check.html().hidden("key").as_deref(), Some(key.as_str()));
    assert_eq!(
        check.html().hidden("petitioner.name").as_deref(),
        Some(NAME),
        "what was read once more is what is sent"
    );
    let asked = portal.double.asked();
    assert!(
        !asked.iter().any(|asked| asked.path == "/intake/petitions"),
        "nothing is registered before it was confirmed"
    );
    let (first, second) = (citizen.post("/receipt", &typed).await?, citizen.post("/receipt", &typed).await?);
    assert_eq!((first.status, &first.text), (StatusCode::OK, &second.text));
    assert!(first.text.contains("HY-2022-0000-0017-Q") && first.text.contains(CODE));
    let another = citizen.get("/petition").await?.html().hidden("key").expect("a key");
    assert_ne!(another, key, "another form is another petition");
    Ok(())
}

#[tokio::test]
async fn going_back_from_the_check_loses_nothing() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let mut typed = petition();
    typed.push(("back", "yes"));
    let page = citizen.post("/petition", &typed).await?.html();
    for (name, value) in petition() {
        assert_eq!(page.value(name).as_deref(), Some(value), "{name}");
    }
    Ok(())
}

/// W1: a wrong number, a wrong code and a number that does not exist get the same answer, byte for byte apart from what was typed.
#[tokio::test]
async fn whoever_guesses_learns_nothing_w1() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let mut seen = Vec::new();
    for (number, code) in [(NUMBER, "WRONG"), ("HY-2022-9999-9999-X", CODE), ("", "")] {
        let answer = citizen.post("/track", &[("number", number), ("code", code)]).await?;
        let mut text = answer.text;
        for typed in [number, code].into_iter().filter(|typed| !typed.is_empty()) {
            text = text.replace(&format!("value=\"{typed}\""), "value=\"\"");
        }
        seen.push((answer.status, text));
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    Ok(())
}

/// REG-07: the petitioner sees where it stands, each deadline in words with its reckoning, the reply, and what they may do.
#[tokio::test]
async fn the_petitioner_sees_where_the_matter_stands_reg_07() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let page = citizen.post("/track", &[("number", NUMBER), ("code", CODE)]).await?;
    for shown in [
        "正在调查核实",
        "还剩 3 天",
        "2022年5月25日",
        "已按时完成",
        "书面答复",
        "撤回这件信访",
        "补充内容",
        "恢复办理",
        "2022年6月5日",
    ] {
        assert!(page.text.contains(shown), "{shown}");
    }
    Ok(())
}

#[tokio::test]
async fn a_withdrawal_is_the_petitioner_s_own_confirmed_act() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let own = [("number", NUMBER), ("code", CODE), ("key", "k")];
    citizen.post("/track/withdraw", &own).await?;
    let withdrawn =
        |portal: &Portal| portal.double.asked().iter().filter(|asked| asked.path.ends_with("/withdraw")).count();
    assert_eq!(withdrawn(&portal), 0, "not without the tick");
    let sure = [&own[..], &[("sure", "yes"), ("reason", "问题解决了")]].concat();
    let page = citizen.post("/track/withdraw", &sure).await?;
    assert!(page.text.contains("已经撤回"));
    let asked = portal.double.asked();
    let sent = asked.iter().find(|asked| asked.path.ends_with("/withdraw")).expect("it was asked");
    assert_eq!(sent.body, serde_json::json!({ "number": NUMBER, "code": CODE, "reason": "问题解决了" }));
    assert_eq!(citizen.post("/track/restore", &own).await?.status, StatusCode::OK);
    assert_eq!(citizen.post("/track/amend", &[&own[..], &[("text", "补充")]].concat()).await?.status, StatusCode::OK);
    Ok(())
}

/// REG-40, REG-41: the remedy that is open is offered by its name and last day, and asked for with reasons.
#[tokio::test]
async fn a_remedy_is_offered_by_name_and_day_and_asked_for_with_reasons() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let own = [("number", NUMBER), ("code", CODE), ("key", "k")];
    let page = citizen.post("/track", &own).await?;
    // REG-27: an agreement with the days it lays down.
    for shown in ["已达成调解协议", "2022年5月19日 已履行", "约定 2022年6月20日 以前履行：尚未履行"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    for shown in ["复查意见：维持原处理意见", "申请复核", "2022年6月20日"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let page = citizen.post("/track/ask-review", &[&own[..], &[("reason", "面积不符")]].concat()).await?;
    assert!(page.text.contains("申请已经收到"), "{}", page.text);
    let asked = portal.double.asked();
    let sent = asked.iter().find(|asked| asked.path.ends_with("/ask-review")).expect("it was asked");
    assert_eq!(sent.body, serde_json::json!({ "number": NUMBER, "code": CODE, "reason": "面积不符" }));
    Ok(())
}

/// QD-02: with number and code the petitioner asks for an appointment, where the place takes applications; the wish stands on the page.
#[tokio::test]
async fn the_petitioner_asks_for_an_appointment_qd_02() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let own = [("number", NUMBER), ("code", CODE), ("key", "k")];
    let page = citizen.post("/track", &own).await?.text;
    assert!(page.contains("申请约见领导") && page.contains("name=\"wish\"") && page.contains("直接到场"), "{page}");
    let page = citizen.post("/track/ask-appointment", &[&own[..], &[("wish", "希望当面反映")]].concat()).await?;
    assert!(page.text.contains("约访申请已经收到"), "{}", page.text);
    let asked = portal.double.asked();
    let sent = asked.iter().find(|asked| asked.path.ends_with("/ask-appointment")).expect("it was asked");
    assert_eq!(sent.body, serde_json::json!({ "number": NUMBER, "code": CODE, "wish": "希望当面反映" }));
    Ok(())
}

/// REG-07: two bodies are rated on the page of the matter, with number and code; that something was not done is said in the same form, and
/// the page tells what follows.
#[tokio::test]
async fn the_petitioner_rates_two_bodies_and_says_what_was_not_done_reg_07() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let own = [("number", NUMBER), ("code", CODE), ("key", "k")];
    let page = citizen.post("/track", &own).await?;
    for shown in ["请您评价", "2022年6月19日", "不评价也没有关系", "基本满意", "已对办理单位督办"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let said = [("unit", "satisfied"), ("office", "basically_satisfied"), ("dispute", ""), ("words", "办得快")];
    let page = citizen.post("/track/evaluate", &[&own[..], &said].concat()).await?;
    assert!(page.text.contains("谢谢您的评价"), "{}", page.text);
    let asked = portal.double.asked();
    let sent = asked.iter().find(|asked| asked.path.ends_with("/evaluate")).expect("it was asked");
    let expected = serde_json::json!({
        "number": NUMBER, "code": CODE, "unit": "satisfied", "office": "basically_satisfied", "words": "办得快",
    });
    assert_eq!(sent.body, expected);
    Ok(())
}

/// REG-07, XT-10: the case page tells what was rated and found; a clerk of another unit takes down what is told by phone, and the list shows
/// which visits are still to be made.
#[tokio::test]
async fn a_clerk_takes_down_what_is_told_and_visits_to_be_made_are_listed_xt_10() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    for shown in ["评价和回访", "信访人反映处理意见没有落实，正在督办", "电话回访：处理意见部分落实"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let token = staff.form_token().await?;
    let told = [("unit", "satisfied"), ("no_return_visit", "yes"), ("form_token", token.as_str())];
    let answer = staff.post(&format!("/staff/cases/{CASE}/evaluation"), &told).await?;
    assert_eq!(answer.location(), format!("/staff/cases/{CASE}?done=evaluation"));
    let asked = portal.double.asked();
    let sent = asked.iter().find(|asked| asked.path.ends_with("/evaluation")).expect("it was asked");
    assert_eq!(sent.body, serde_json::json!({ "unit": "satisfied", "no_return_visit": true }));
    let list = staff.get("/staff").await?;
    assert!(list.text.contains("待回访"), "{}", list.text);
    let filtered = staff.get("/staff?scope=unit&awaits_return_visit=yes").await?.text;
    assert!(filtered.contains("id=\"visits\" name=\"awaits_return_visit\" value=\"yes\" checked"), "{filtered}");
    Ok(())
}

/// No address that a browser keeps, shows or sends on holds a name, a telephone, a number or a code.
#[tokio::test]
async fn no_address_holds_personal_data_or_codes() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let token = staff.form_token().await?;
    let with = |fields: &[(&'static str, &'static str)]| {
        let mut all: Vec<(&str, String)> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        all.extend([("form_token", token.clone()), ("key", "k".to_owned())]);
        all
    };
    let mut answers = Vec::new();
    let forms = [
        ("/petition".to_owned(), with(&petition())),
        ("/receipt".to_owned(), with(&petition())),
        ("/track".to_owned(), with(&[("number", NUMBER), ("code", CODE)])),
        ("/track/withdraw".to_owned(), with(&[("number", NUMBER), ("code", CODE), ("sure", "yes")])),
        ("/track/ask-appointment".to_owned(), with(&[("number", NUMBER), ("code", CODE), ("wish", "当面反映")])),
        ("/track/ask-review".to_owned(), with(&[("number", NUMBER), ("code", CODE), ("reason", "面积不符")])),
        ("/staff/register".to_owned(), with(&petition())),
        ("/staff/find".to_owned(), with(&[("number", NUMBER)])),
        (format!("/staff/cases/{CASE}/accept"), with(&[("grade", "ordinary")])),
        (format!("/staff/cases/{CASE}/identity"), with(&[("reason", "电话核实")])),
        (format!("/staff/sessions/{SESSION}/walk-in"), with(&[("number", NUMBER)])),
        (
            format!("/staff/visits/{VISIT}"),
            with(&[("outcome.kind", "promised"), ("session", SESSION), ("main_problem", PHONE)]),
        ),
    ];
    for (path, fields) in forms {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        answers.push(staff.post(&path, &fields).await?);
    }
    for path in crate::pages::console() {
        answers.push(staff.get(&path).await?);
    }
    for answer in answers {
        let page = answer.html();
        let links =
            page.tags.iter().flat_map(|tag| [tag.get("href"), tag.get("action"), tag.get("formaction")]).flatten();
        for address in links.chain([answer.location()]) {
            for secret in [NAME, PHONE, NUMBER, CODE, "HY-2022"] {
                assert!(!address.contains(secret), "{address}");
            }
        }
        assert!(
            page.all("form").filter(|form| form.get("method") == Some("get")).count() <= 2,
            "searches that go into the address are filters only"
        );
    }
    Ok(())
}

/// DZ-10: what is owed is seen at one look, the file stands on the case page, and an answer goes to casework as typed.
#[tokio::test]
async fn supervision_is_seen_at_one_look_and_answered_dz_10() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let list = staff.get("/staff").await?.text;
    for words in ["督办超期未反馈", "supervision=overdue", "督办：超期未反馈"] {
        assert!(list.contains(words), "{words} is missing from the work list");
    }
    let filtered = staff.get("/staff?scope=unit&supervision=overdue").await?.text;
    assert!(!filtered.contains("class=\"figures\""), "a list asked for is that list");
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    for words in ["督办单 DB-1", "2022年5月20日 以前反馈", "实地督查", "退回理由", "未采纳"] {
        assert!(page.text.contains(words), "{words} is missing from the case page");
    }
    let token = staff.form_token().await?;
    let fields =
        [("form_token", token.as_str()), ("key", "k-1"), ("done", "已约谈施工单位"), ("will_be_done_on", "2022-06-01")];
    let path = format!("/staff/cases/{CASE}/answer-supervision");
    let location = staff.post(&path, &fields).await?.location().to_owned();
    assert!(staff.get(&location).await?.text.contains("督办已反馈，等待审核。"));
    let asked = portal.double.asked();
    let answered = asked.iter().find(|asked| asked.path.ends_with("/answer-supervision")).expect("asked of casework");
    assert_eq!(answered.body, json!({ "done": "已约谈施工单位", "will_be_done_on": "2022-06-01" }));
    Ok(())
}

/// What casework refuses leads back to the case with the form open, the mistake told and nothing lost; a second click is the same command.
#[tokio::test]
async fn a_refused_command_keeps_the_officer_s_words() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    for shown in ["已超期 2 天", "暂时不能做的，以及原因", "归档", "领导包案"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let token = page.html().hidden("form_token").expect("a token");
    let words = "现场查看，外墙确有渗水；物业已签订维修合同。";
    let fields = [
        ("form_token", token.as_str()),
        ("key", "one-key"),
        ("expected_version", "7"),
        ("step", "investigate"),
        ("note", words),
    ];
    let path = format!("/staff/cases/{CASE}/steps");
    assert_eq!(staff.post(&path, &fields).await?.location(), format!("/staff/cases/{CASE}?done=steps"));
    let asked = portal.double.asked();
    let sent = asked.iter().rfind(|asked| asked.path.ends_with("/steps")).expect("it was asked");
    assert_eq!((sent.key.as_deref(), &sent.body["expected_version"]), (Some("one-key"), &serde_json::json!(7)));
    portal.double.refuse(Problem::conflict("changed_meanwhile", "此件刚被他人更新，您的操作未保存。", "changed"));
    let refused = staff.post(&path, &fields).await?;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("此件刚被他人更新"));
    assert_eq!(refused.html().value("note").as_deref(), Some(words));
    let open: Vec<_> = refused
        .html()
        .all("details")
        .filter(|tag| tag.get("open").is_some())
        .filter_map(|tag| tag.get("id").map(str::to_owned))
        .collect();
    assert_eq!(open, ["act-steps"]);
    Ok(())
}

/// S5: the identity is opened for one answer, with a reason that travels to intake's journal.
#[tokio::test]
async fn an_identity_is_opened_with_a_reason_and_for_one_answer_s5() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let address = format!("/staff/cases/{CASE}");
    let token = staff.form_token().await?;
    assert!(!staff.get(&address).await?.text.contains(PHONE));
    let opened =
        staff.post(&format!("{address}/identity"), &[("form_token", &token), ("reason", "电话核实事发地点")]).await?;
    assert!(opened.text.contains(PHONE) && opened.text.contains(NAME));
    let asked = portal.double.asked();
    assert!(asked.iter().any(|asked| asked.path.ends_with("/identity") && asked.body["reason"] == "电话核实事发地点"));
    assert!(!staff.get(&address).await?.text.contains(PHONE), "masked again");
    Ok(())
}

/// WH-18, C3: fourteen fields; what the petitioner thinks may stay blank.
#[tokio::test]
async fn the_reception_record_has_its_fourteen_fields_wh_18() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/visits/{VISIT}?session={SESSION}")).await?;
    for field in [
        "接访领导",
        "接访日期",
        "接访地点",
        "信访人姓名",
        "性别",
        "年龄",
        "联系方式",
        "随访人姓名",
        "户籍（居住）地址",
        "陪同接待单位或人员",
        "反映的主要问题和诉求",
        "接访领导意见",
        "办理结果",
        "信访人意见",
    ] {
        assert!(page.text.contains(field), "{field}");
    }
    assert!(
        page.html()
            .tags
            .iter()
            .any(|tag| tag.get("name") == Some("petitioner_opinion") && tag.get("required").is_none())
    );
    Ok(())
}

/// WH-18: the papers of a visit are offered with the reason when they cannot be had; the promise letter leads to the matter; only the file passes.
#[tokio::test]
async fn the_papers_of_a_visit_are_offered_on_its_page_wh_18() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/visits/{VISIT}?session={SESSION}")).await?.text;
    let link = format!("/staff/visits/{VISIT}/documents/reception_record");
    assert!(page.contains(&format!("href=\"{link}\"")) && page.contains("领导接访登记表"), "{page}");
    assert!(!page.contains("documents/talk_record") && page.contains("接谈记录"), "{page}");
    assert!(page.contains(&format!("href=\"/staff/cases/{CASE}#documents\"")), "{page}");
    assert!(page.contains("签不签都不影响受理、办理和答复"), "{page}");
    let file = staff.get(&link).await?;
    assert_eq!(
        (file.headers["content-type"].as_bytes(), file.text.as_str()),
        (b"application/pdf".as_slice(), "%PDF-1.7 scheduling")
    );
    let bad = staff.get(&format!("/staff/visits/{VISIT}/documents/UP")).await?;
    assert_eq!(bad.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// W4: the sheet is the ledger's own file, passed through with its name and type.
#[tokio::test]
async fn the_ledger_is_downloaded_as_a_sheet() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let file = staff.get("/staff/ledger/export.xlsx?district=990101").await?;
    assert_eq!(file.text, "PK");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"ledger.xlsx\"");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    Ok(())
}

/// A9, REG-25: staff open a document from the case's page; it passes through with its type and name, and is kept by nobody on the way.
#[tokio::test]
async fn a_document_of_a_case_is_a_plain_link() -> Result<()> {
    let portal = Portal::start().await?;
    let mut staff = portal.signed_in().await?;
    let page = staff.get(&format!("/staff/cases/{CASE}")).await?;
    let link = format!("/staff/cases/{CASE}/documents/extension_notice-1");
    let links: Vec<String> = page.html().all("a").filter_map(|tag| tag.get("href").map(str::to_owned)).collect();
    assert!(links.contains(&link), "{links:?}");
    assert!(page.text.contains("2022年5月10日"), "the day it bears, as people read it");
    let file = staff.get(&link).await?;
    assert_eq!(file.text, "%PDF-1.7");
    assert_eq!(file.headers["content-type"], "application/pdf");
    assert_eq!(file.headers["content-disposition"], "inline; filename=\"YQ1.pdf\"");
    assert_eq!(file.headers["cache-control"], "no-store");
    for other in ["reply", "..%2f..", "%22"] {
        let answer = staff.get(&format!("/staff/cases/{CASE}/documents/{other}")).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
    }
    let answer = portal.browser().get(&link).await?;
    assert_ne!(answer.status, StatusCode::OK, "without signing in there is nothing");
    Ok(())
}

/// A9, REG-07: whoever has number and code takes the written reply home as PDF; number and code stand in no address.
#[tokio::test]
async fn the_petitioner_downloads_the_written_reply() -> Result<()> {
    let portal = Portal::start().await?;
    let mut citizen = portal.browser();
    let page = citizen.post("/track", &[("number", NUMBER), ("code", CODE)]).await?;
    assert!(page.text.contains("action=\"/track/document\"") && page.text.contains("value=\"reply\""), "{}", page.text);
    let file = citizen.post("/track/document", &[("number", NUMBER), ("code", CODE), ("kind", "reply")]).await?;
    assert_eq!(file.text, "%PDF-1.7");
    assert_eq!(file.headers["content-type"], "application/pdf");
    assert_eq!(file.headers["content-disposition"], format!("attachment; filename=\"{NUMBER}-reply.pdf\""));
    assert_eq!(file.headers["cache-control"], "no-store");
    for wrong in [
        [("number", NUMBER), ("code", "9"), ("kind", "reply")],
        [("number", NUMBER), ("code", CODE), ("kind", "closing_report")],
        [("number", "\"\r\nX: y"), ("code", CODE), ("kind", "reply")],
    ] {
        let answer = citizen.post("/track/document", &wrong).await?;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong:?}");
        assert!(answer.text.contains("没有查到"), "{}", answer.text);
    }
    Ok(())
}
