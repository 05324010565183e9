//! Many cases at once: ticked in the work list, each done or refused by itself; and batches of documents.

use anyhow::{Context as _, Result};
use axum::http::{StatusCode, header};
use huiyin_web::Problem;

use crate::browser::{Browser, Portal};
use crate::double::{Asked, BATCH, CASE, NUMBER, STAFF, VISIT};

const OTHER: &str = VISIT;

/// The hidden fields of the work list's form, and the value of its one box.
async fn list(browser: &mut Browser<'_>) -> Result<(String, String, String)> {
    let page = browser.get("/staff").await?.html();
    let ticked = page.all("input").find(|tag| tag.get("name") == Some("case")).context("a box to tick")?;
    let ticked = ticked.get("value").context("a value")?.to_owned();
    Ok((page.hidden("form_token").context("a token")?, page.hidden("key").context("a key")?, ticked))
}

fn commands(portal: &Portal) -> Vec<Asked> {
    portal.double.asked().into_iter().filter(|asked| asked.path.ends_with("/assign")).collect()
}

/// What was ticked is given to the officer chosen, each case under a key of its own and as it was seen; a second click is the same commands again.
#[tokio::test]
async fn ticked_cases_are_assigned_each_by_itself() -> Result<()> {
    let portal = Portal::start().await?;
    let mut browser = portal.signed_in().await?;
    let (token, key, ticked) = list(&mut browser).await?;
    assert_eq!(ticked, format!("{CASE} 7 {NUMBER}"));
    let other = format!("{OTHER} 3 HY-2022-0000-0018-R");
    let form = [
        ("form_token", token.as_str()),
        ("key", key.as_str()),
        ("case", ticked.as_str()),
        ("case", other.as_str()),
        ("case", ticked.as_str()),
        ("officer", STAFF),
        ("kind", "acceptance_notice"),
        ("action", "assign"),
    ];
    let done = browser.post("/staff/batch-actions", &form).await?;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text.contains("共 2 件：已交办 2 件"), "{}", done.text);
    let asked = commands(&portal);
    assert_eq!(asked.len(), 2, "nothing is done to what was not ticked, and once to what was");
    for (asked, (case, version)) in asked.iter().zip([(CASE, 7), (OTHER, 3)]) {
        assert_eq!(asked.path, format!("/casework/cases/{case}/assign"));
        assert_eq!(
            (asked.body["officer"].as_str(), asked.body["expected_version"].as_i64()),
            (Some(STAFF), Some(version))
        );
    }
    browser.post("/staff/batch-actions", &form).await?;
    let keys: Vec<_> = commands(&portal).into_iter().map(|asked| asked.key).collect();
    assert!(keys[0] == keys[2] && keys[1] == keys[3] && keys[0] != keys[1] && keys[0].is_some(), "{keys:?}");

    portal
        .double
        .refuse(Problem::conflict("changed_meanwhile", "此件已被更新", "changed").next("请刷新后再操作。", "reload"));
    let refused = browser.post("/staff/batch-actions", &form).await?;
    assert!(refused.text.contains("已交办 0 件，未办理 2 件"), "{}", refused.text);
    assert!(refused.text.contains("此件已被更新请刷新后再操作。") && refused.text.contains("HY-2022-0000-0018-R"));
    Ok(())
}

/// Nothing ticked, nothing chosen, too much, or not from this page: nothing is done, and it is said what to do.
#[tokio::test]
async fn what_was_not_ticked_or_not_chosen_is_not_done() -> Result<()> {
    let portal = Portal::start().await?;
    let mut browser = portal.signed_in().await?;
    let (token, key, ticked) = list(&mut browser).await?;
    let hidden = [("form_token", token.as_str()), ("key", key.as_str())];
    let many: Vec<String> = (0..101).map(|n| format!("0180d2a0-0000-7000-8000-{n:012} 1 HY-{n}")).collect();
    let ticked = ("case", ticked.as_str());
    let cases = [
        (vec![("action", "assign"), ("officer", STAFF)], "还没有勾选"),
        (vec![("action", "assign"), ticked], "还没有选择承办人"),
        (vec![("action", "print"), ticked], "还没有选择文书种类"),
        (vec![("action", "close"), ticked], "无法读取"),
        (vec![("action", "assign"), ("officer", STAFF), ("case", "all of them")], "无法读取"),
        (
            many.iter().map(|one| ("case", one.as_str())).chain([("action", "assign"), ("officer", STAFF)]).collect(),
            "最多办理 100 件",
        ),
    ];
    for (fields, told) in cases {
        let fields: Vec<(&str, &str)> = hidden.into_iter().chain(fields).collect();
        let page = browser.post("/staff/batch-actions", &fields).await?;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{told}");
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let foreign = [("form_token", "another"), ("key", "k"), ("action", "assign"), ("officer", STAFF), ticked];
    assert_eq!(browser.post("/staff/batch-actions", &foreign).await?.status, StatusCode::FORBIDDEN);
    assert!(commands(&portal).is_empty());
    assert!(!portal.double.asked().iter().any(|asked| asked.path.ends_with("/document-batches")));
    Ok(())
}

/// Documents of what was ticked are made in the background; the page comes again by itself until they are, and the file is opened with this session's key.
#[tokio::test]
async fn documents_of_ticked_cases_are_a_batch_with_a_page_of_its_own() -> Result<()> {
    let portal = Portal::start().await?;
    let mut browser = portal.signed_in().await?;
    let (token, key, ticked) = list(&mut browser).await?;
    let form = [
        ("form_token", token.as_str()),
        ("key", key.as_str()),
        ("case", ticked.as_str()),
        ("kind", "acceptance_notice"),
        ("action", "print"),
    ];
    let begun = browser.post("/staff/batch-actions", &form).await?;
    let page = format!("/staff/batches/{BATCH}");
    assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, page.as_str()));
    let asked = portal.double.asked();
    let asked = asked.iter().find(|asked| asked.path.ends_with("/document-batches")).context("asked of casework")?;
    assert_eq!(asked.key.as_deref(), Some(key.as_str()));
    assert_eq!(
        (&asked.body["documents"][0]["case_id"], &asked.body["documents"][0]["kind"]),
        (&CASE.into(), &"acceptance_notice".into())
    );
    assert!(asked.body["documents"][1].is_null());
    let sealed_with = asked.body["key"].as_str().context("a key")?.to_owned();

    let refreshes = |text: &str| text.contains(r#"<meta http-equiv="refresh" content="5">"#);
    let running = browser.get(&page).await?;
    assert!(refreshes(&running.text) && running.text.contains("共 40 份，已处理 18 份"), "{}", running.text);
    assert!(running.text.contains("延期办理告知书") && !running.text.contains("/file"), "{}", running.text);
    assert!(!running.text.contains(&sealed_with), "the key stands on no page");
    portal.double.let_batches_be("finished");
    let finished = browser.get(&page).await?;
    assert!(!refreshes(&finished.text) && finished.text.contains("下载 17 份文书"), "{}", finished.text);
    let file = browser.get(&format!("{page}/file")).await?;
    assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, "PK-archive"));
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/zip");
    let opened = portal.double.asked().into_iter().find(|asked| asked.path.ends_with("/file")).context("fetched")?;
    assert_eq!(opened.batch_key.as_deref(), Some(sealed_with.as_str()));
    assert_eq!(browser.get("/staff/batches").await?.location(), page);
    for (state, told) in [("stopped", "生成中断"), ("cancelled", "已取消"), ("replaced", "替换")] {
        portal.double.let_batches_be(state);
        assert!(browser.get(&page).await?.text.contains(told), "{state}");
    }
    let cancelled = browser.post(&format!("{page}/cancel"), &[("form_token", &token)]).await?;
    assert_eq!((cancelled.status, cancelled.location()), (StatusCode::SEE_OTHER, page.as_str()));
    assert!(portal.double.asked().iter().any(|asked| asked.method == "DELETE"));

    let gone = browser.get(&format!("/staff/batches/{CASE}")).await?;
    assert!(gone.status == StatusCode::NOT_FOUND && gone.text.contains("超过一小时"), "{}", gone.text);
    portal.double.refuse(Problem::refused("batch_key", None, "密钥不符", "the key does not open it"));
    let other = browser.get(&format!("{page}/file")).await?;
    assert!(other.status == StatusCode::CONFLICT && other.text.contains("另一次登录"), "{}", other.text);
    Ok(())
}
