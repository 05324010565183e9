//! Supervision orders (督办) over HTTP, on real timers and lists.

use anyhow::Result;
use axum::http::StatusCode;
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{
    BOSS, BUREAU, CITY_SUPERVISOR, FAR_SUPERVISOR, NEIGHBOUR, OFFICE, OFFICER, STREET, SUPERVISOR, WUHAN, WUHAN_HEAD,
    World, morning,
};

fn order() -> Value {
    json!({ "ground": "evasion", "demand": "请说明情况并限期办理" })
}

fn answer() -> Value {
    json!({ "done": "已约谈施工单位", "will_be_done_on": "2026-12-30" })
}

async fn supervised(world: &World, n: u32) -> Result<Uuid> {
    let case = world.street_request(n).await?;
    world.must(SUPERVISOR, case, "supervise", &order()).await?;
    Ok(case)
}

async fn numbers(world: &World, person: crate::world::Person, query: &str) -> Result<usize> {
    let page = world.get(person, &format!("/cases?{query}")).await?;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
    Ok(page.body["items"].as_array().map_or(0, Vec::len))
}

/// REG-50, REG-51, DZ-10, XY-02: ordered, answered, sent back, answered again, concluded, advised; each told once; the page holds the file.
#[tokio::test]
async fn dz_10_an_order_goes_its_whole_road() -> Result<()> {
    let world = World::new().await?;
    let case = supervised(&world, 1).await?;
    let again = world.post(SUPERVISOR, &format!("/cases/{case}/supervise"), &order()).await?;
    assert_eq!((again.status, again.code()), (StatusCode::UNPROCESSABLE_ENTITY, "supervision_open"));
    world.must(OFFICER, case, "answer-supervision", &answer()).await?;
    world.must(CITY_SUPERVISOR, case, "return-supervision", &json!({ "reason": "未写明办结措施" })).await?;
    world.must(BOSS, case, "answer-supervision", &answer()).await?;
    world.must(SUPERVISOR, case, "conclude-supervision", &json!({ "note": "同意" })).await?;
    world.must(SUPERVISOR, case, "advise", &json!({ "text": "完善移交制度" })).await?;
    let bare = world.post(OFFICER, &format!("/cases/{case}/answer-advice"), &json!({ "is_adopted": false })).await?;
    assert_eq!((bare.code(), &bare.body["rule"]), ("advice_reasons_missing", &json!("REG-51")));
    let reasons = json!({ "is_adopted": false, "text": "与现行流程冲突" });
    world.must(OFFICER, case, "answer-advice", &reasons).await?;
    let told = world.told(case).await?;
    let road = [
        "opened",
        "supervision_ordered",
        "supervision_answered",
        "supervision_returned",
        "supervision_answered",
        "supervision_concluded",
        "advised",
        "advice_answered",
    ];
    assert_eq!(told, road);
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let file = &page["supervision_orders"][0];
    assert_eq!((&file["state"], &file["by_rule"]), (&json!("concluded"), &json!(false)));
    assert_eq!((&file["issued_by_name"], &file["target_unit_name"]), (&json!("职员6"), &json!("单位990102001-office")));
    assert_eq!(file["answers"][0]["returned_reason"], "未写明办结措施");
    assert_eq!((file["answers"].as_array().map(Vec::len), &file["advice"][0]["is_adopted"]), (Some(2), &json!(false)));
    assert_eq!(page["supervision_grounds"].as_array().map(Vec::len), Some(11));
    assert_eq!(page["supervision"]["state"], "concluded");
    let history = world.get(SUPERVISOR, &format!("/cases/{case}/history")).await?.body;
    assert!(history[1]["what_zh"].as_str().unwrap_or_default().contains("督办单位990102001-office"), "{}", history[1]);
    world.check_invariants().await
}

/// D-6, REG-50: a unit without part and a supervisor of another district are told there is no such case; officers may not order, supervisors
/// of the district and above may.
#[tokio::test]
async fn reg_50_who_may_supervise_and_who_sees_nothing() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    let path = |command: &str| format!("/cases/{case}/{command}");
    for command in ["supervise", "return-supervision", "conclude-supervision", "advise", "site-visit"] {
        let body = match command {
            "supervise" => order(),
            "site-visit" => json!({ "head": SUPERVISOR.id(), "visited_on": "2026-03-02", "finding": "未开工" }),
            "advise" => json!({ "text": "完善制度" }),
            "return-supervision" => json!({ "reason": "不完整" }),
            _ => json!({}),
        };
        assert_eq!(world.post(FAR_SUPERVISOR, &path(command), &body).await?.status, StatusCode::NOT_FOUND, "{command}");
        assert_eq!(world.post(OFFICER, &path(command), &body).await?.status, StatusCode::FORBIDDEN, "{command}");
    }
    for command in ["answer-supervision", "answer-advice"] {
        let body = if command == "answer-advice" { json!({ "is_adopted": true }) } else { answer() };
        assert_eq!(world.post(NEIGHBOUR, &path(command), &body).await?.status, StatusCode::NOT_FOUND, "{command}");
        assert_eq!(world.post(SUPERVISOR, &path(command), &body).await?.status, StatusCode::FORBIDDEN, "{command}");
    }
    let unknown = json!({ "ground": "repeat_petitioner", "demand": "甲" });
    let refused = world.post(SUPERVISOR, &path("supervise"), &unknown).await?;
    assert_eq!(refused.code(), "unknown_supervision_ground");
    world.must(CITY_SUPERVISOR, case, "supervise", &order()).await?;
    let mut own = world.petition(2, PetitionClass::Request, STREET, Some(OFFICE));
    own.topic = "education".to_owned();
    let second = world.register(&own).await?;
    world.must(BOSS, second, "supervise", &order()).await?;
    world.check_invariants().await
}

/// REG-22: whoever takes no part does not so much as see an accusation, supervisors neither; who sees it may not supervise it.
#[tokio::test]
async fn reg_22_accusations_are_not_supervised() -> Result<()> {
    let world = World::new().await?;
    let case = world.register(&world.petition(1, PetitionClass::Accusation, STREET, Some(OFFICE))).await?;
    for person in [FAR_SUPERVISOR, CITY_SUPERVISOR, BOSS] {
        let hidden = world.post(person, &format!("/cases/{case}/supervise"), &order()).await?;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", person.n);
    }
    let page = world.get(BUREAU, &format!("/cases/{case}")).await?.body;
    let actions = page["actions"].as_array().cloned().unwrap_or_default();
    assert!(actions.iter().all(|action| action["command"] != "supervise" || action["allowed"] == false));
    let petition = world.petition(2, PetitionClass::Accusation, "990101", Some("990101-xfj"));
    let bureaus = world.register(&petition).await?;
    for (person, seen) in [(SUPERVISOR, case), (WUHAN_HEAD, bureaus)] {
        let refused = world.post(person, &format!("/cases/{seen}/supervise"), &order()).await?;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "accusation_not_supervised"));
    }
    world.check_invariants().await
}

/// SZ-11: headed by a supervisor or main leader of the directory; anybody else as head is refused; the report is kept.
#[tokio::test]
async fn sz_11_another_role_as_head_of_a_visit_is_refused() -> Result<()> {
    let world = World::new().await?;
    let case = supervised(&world, 1).await?;
    let visit = |head, day: &str| json!({ "head": head, "visited_on": day, "finding": "现场尚未开工" });
    let path = format!("/cases/{case}/site-visit");
    for head in [OFFICER.id().uuid(), Uuid::from_u128(404)] {
        let refused = world.post(SUPERVISOR, &path, &visit(head, "2026-03-02")).await?;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "visit_head"));
    }
    let tomorrow = world.post(SUPERVISOR, &path, &visit(BOSS.id().uuid(), "2026-03-03")).await?;
    assert_eq!((tomorrow.code(), &tomorrow.body["rule"]), ("visit_day", &json!("SZ-11")));
    world.must(SUPERVISOR, case, "site-visit", &visit(BOSS.id().uuid(), "2026-03-02")).await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!(page["supervision_orders"][0]["visits"][0]["head_name"], "职员3");
    assert_eq!(world.told(case).await?, ["opened", "supervision_ordered"], "what was found stays inside");
    world.check_invariants().await
}

/// REG-51: the missed deadline and the order are one change; its own reminders and its own lateness each come once, in time, and nobody
/// takes the case for them.
#[tokio::test]
async fn reg_51_a_missed_deadline_orders_supervision_in_the_same_change() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    world.live_until(morning("2026-04-02")).await?;
    let told = world.told(case).await?;
    assert_eq!(told[5..], ["overdue", "taken_by_leader", "supervision_ordered"]);
    let causes = format!(
        "select count(distinct cause) from casework.journal where aggregate_id = '{case}' and event_type in ('overdue', 'supervision_ordered')"
    );
    assert_eq!(world.count(&causes).await?, 1, "one timer, one transaction");
    let page = world.get(SUPERVISOR, &format!("/cases/{case}")).await?.body;
    assert_eq!(
        (&page["supervision_orders"][0]["by_rule"], &page["supervision"]["ground"]),
        (&json!(true), &json!("overdue"))
    );
    world.check_invariants().await?;
    world.live_until(morning("2026-06-01")).await?;
    let told = world.told(case).await?;
    assert_eq!(told[8..], ["due_soon", "due_soon", "due_soon", "overdue"], "{told:?}");
    assert_eq!(world.case(case).await?.supervision.len(), 1);
    world.check_invariants().await
}

/// DW-19: passed on twice with nothing done between: ordered by rule in the same change, to whoever has it now, with both named.
#[tokio::test]
async fn dw_19_a_matter_passed_on_twice_is_supervised() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(BOSS, case, "hand-over", &json!({ "unit": "990102002-office", "reason": "属地调整" })).await?;
    world.must(NEIGHBOUR, case, "hand-over", &json!({ "unit": "990102-xfj", "reason": "不属本街道" })).await?;
    assert_eq!(world.told(case).await?, ["opened", "handed_over", "handed_over", "supervision_ordered"]);
    let page = world.get(BUREAU, &format!("/cases/{case}")).await?.body;
    let order = &page["supervision_orders"][0];
    assert_eq!((&order["target_unit"], &order["ground"]), (&json!("990102-xfj"), &json!("evasion")));
    assert_eq!(order["passed_on_by"], json!(["单位990102001-office", "单位990102002-office"]));
    world.check_invariants().await
}

/// REG-50, D-6: the office called to account sees the matter until it has answered, though it hands it over; then no longer, and the
/// record keeps both dates.
#[tokio::test]
async fn reg_50_an_office_that_hands_over_still_answers() -> Result<()> {
    let world = World::new().await?;
    let case = world.register(&world.petition(1, PetitionClass::Request, STREET, None)).await?;
    world.must(SUPERVISOR, case, "supervise", &order()).await?;
    world.must(BOSS, case, "hand-over", &json!({ "unit": "990102002-office", "reason": "属地调整" })).await?;
    assert_eq!(world.get(OFFICER, &format!("/cases/{case}")).await?.status, StatusCode::OK);
    let theirs = world.post(NEIGHBOUR, &format!("/cases/{case}/answer-supervision"), &answer()).await?;
    assert_eq!(theirs.code(), "supervision_not_addressed");
    world.must(OFFICER, case, "answer-supervision", &answer()).await?;
    world.must(SUPERVISOR, case, "conclude-supervision", &json!({})).await?;
    assert_eq!(world.get(OFFICER, &format!("/cases/{case}")).await?.status, StatusCode::NOT_FOUND);
    let record = format!(
        "select count(*) from casework.participation where case_id = '{case}' and role = 'supervised' and until is not null"
    );
    assert_eq!(world.count(&record).await?, 1);
    world.check_invariants().await
}

/// WH-11: the matter is closed while the order is open; the order is answered and concluded after it.
#[tokio::test]
async fn closing_does_not_wait_for_supervision_nor_end_it() -> Result<()> {
    let world = World::new().await?;
    let case = supervised(&world, 1).await?;
    world.whole_road(case, "ordinary").await?;
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    assert_eq!((&page["state"], &page["supervision"]["state"]), (&json!("closed"), &json!("awaiting_answer")));
    world.check_invariants().await?;
    world.live_until(morning("2026-04-02")).await?;
    assert_eq!(world.told(case).await?.last().map(String::as_str), Some("overdue"));
    world.must(OFFICER, case, "answer-supervision", &json!({ "done": "已办结" })).await?;
    world.must(SUPERVISOR, case, "conclude-supervision", &json!({})).await?;
    assert_eq!(world.case(case).await?.next_due_at(), None);
    world.check_invariants().await
}

/// The petitioner's page says once that there was supervision, and neither a word of officials, nor the offices' dates.
#[tokio::test]
async fn the_petitioner_sees_one_plain_line_of_supervision() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    world.must(SUPERVISOR, case, "supervise", &order()).await?;
    let view = world.internal(Service::Portal, &path).await?.body;
    assert!(!view.to_string().contains("督办"), "{view}");
    world.must(OFFICER, case, "answer-supervision", &answer()).await?;
    world.must(SUPERVISOR, case, "return-supervision", &json!({ "reason": "未写明办结措施" })).await?;
    world.must(OFFICER, case, "answer-supervision", &answer()).await?;
    world.must(SUPERVISOR, case, "advise", &json!({ "text": "完善移交制度" })).await?;
    world.live_until(morning("2026-04-10")).await?;
    let view = world.internal(Service::Portal, &path).await?.body;
    let lines: Vec<&str> =
        view["progress"].as_array().expect("lines").iter().filter_map(|line| line["what_zh"].as_str()).collect();
    assert_eq!(lines.iter().filter(|line| line.contains("督办")).count(), 1, "{lines:?}");
    for words in ["请说明情况", "已约谈", "未写明", "完善移交", "改进建议", "evasion"] {
        assert!(!view.to_string().contains(words), "{words}: {view}");
    }
    let kinds: Vec<&Value> = view["deadlines"].as_array().expect("deadlines").iter().map(|d| &d["kind"]).collect();
    assert_eq!(kinds, [&json!("acceptance")]);
    Ok(())
}

/// A supervisor finds at once who owes an answer, who is late, and which answers wait; each list holds its own and no other district's.
#[tokio::test]
async fn supervisors_find_orders_by_where_they_stand() -> Result<()> {
    let world = World::new().await?;
    let (waits, answered, done) =
        (supervised(&world, 1).await?, supervised(&world, 2).await?, supervised(&world, 3).await?);
    world.street_request(4).await?;
    for case in [answered, done] {
        world.must(OFFICER, case, "answer-supervision", &answer()).await?;
    }
    world.must(SUPERVISOR, done, "conclude-supervision", &json!({})).await?;
    for (state, expected) in [("awaiting_answer", 1), ("overdue", 0), ("answered", 1)] {
        for person in [SUPERVISOR, CITY_SUPERVISOR] {
            let query = format!("scope=district&supervision={state}");
            assert_eq!(numbers(&world, person, &query).await?, expected, "{state} {}", person.n);
        }
        assert_eq!(numbers(&world, FAR_SUPERVISOR, &format!("scope=district&supervision={state}")).await?, 0);
        assert_eq!(numbers(&world, OFFICER, &format!("scope=unit&supervision={state}")).await?, expected, "{state}");
    }
    world.live_until(morning("2026-04-02")).await?;
    assert_eq!(numbers(&world, SUPERVISOR, "scope=district&supervision=overdue").await?, 1);
    assert_eq!(numbers(&world, SUPERVISOR, "scope=district&supervision=overdue&state=closed").await?, 0);
    let late = world.get(SUPERVISOR, "/cases?scope=district&supervision=overdue").await?.body;
    assert_eq!(late["items"][0]["case_id"], json!(waits));
    let wrong = world.get(SUPERVISOR, "/cases?scope=district&supervision=forgotten").await?;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    Ok(())
}

/// T8: the auditor finds a lost timer of supervision too, where the handling deadline has passed, and after the end of the matter.
#[tokio::test]
async fn t8_a_lost_timer_of_supervision_is_found() -> Result<()> {
    let world = World::new().await?;
    let late = world.street_request(1).await?;
    world.must(OFFICER, late, "accept", &json!({ "grade": "ordinary" })).await?;
    world.live_until(morning("2026-04-02")).await?;
    let closed = supervised(&world, 2).await?;
    world.whole_road(closed, "ordinary").await?;
    world.execute("delete from casework.timer where kind like 'supervision%'").await?;
    world.run_task("timer-audit").await?;
    let armed = "select count(*) from casework.timer where kind = 'supervision_due' and state = 'armed'";
    assert_eq!(world.count(armed).await?, 2);
    world.check_invariants().await
}

/// The words of an order for its message: ground with article, and demand; of its return, the reason. For notification alone.
#[tokio::test]
async fn the_words_of_an_order_are_for_notification() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, "990101", Some("990101-xfj"));
    let case = world.register(&petition).await?;
    world.must(FAR_SUPERVISOR, case, "supervise", &order()).await?;
    world.must(WUHAN, case, "answer-supervision", &answer()).await?;
    world.must(FAR_SUPERVISOR, case, "return-supervision", &json!({ "reason": "未写明办结措施" })).await?;
    let history = world.get(WUHAN, &format!("/cases/{case}/history")).await?.body;
    let notice = async |nth: usize, from| {
        let path = format!("/internal/cases/{case}/notices/{}", history[nth]["event_id"].as_str().unwrap_or_default());
        world.internal(from, &path).await
    };
    let ordered = notice(1, Service::Notification).await?.body;
    assert!(ordered["basis"].as_str().unwrap_or_default().contains("推诿"), "{ordered}");
    assert_eq!(ordered["reason"], "请说明情况并限期办理");
    assert_eq!(notice(3, Service::Notification).await?.body["reason"], "未写明办结措施");
    assert_eq!(notice(1, Service::Portal).await?.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// REG-53: a measure of the joint conference over HTTP: refused without an order, without a reason, and to who does not supervise; a
/// rectification is overdue by its own timer and reported; the petitioner reads nothing of it.
#[tokio::test]
async fn reg_53_a_rectification_is_ordered_falls_due_and_is_reported() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    let path = format!("/cases/{case}/measure");
    let listing = json!({ "kind": "listing", "reason": "久拖不办" });
    assert_eq!(world.post(SUPERVISOR, &path, &listing).await?.code(), "supervision_missing");
    world.must(SUPERVISOR, case, "supervise", &order()).await?;
    assert_eq!(world.post(OFFICER, &path, &listing).await?.status, StatusCode::FORBIDDEN);
    let bare = json!({ "kind": "listing", "reason": " " });
    assert_eq!(world.post(SUPERVISOR, &path, &bare).await?.status, StatusCode::BAD_REQUEST);
    let unknown = json!({ "kind": "detention", "reason": "久拖不办" });
    assert_eq!(world.post(SUPERVISOR, &path, &unknown).await?.status, StatusCode::BAD_REQUEST);
    let dateless = world.post(SUPERVISOR, &path, &json!({ "kind": "rectification", "reason": "久拖不办" })).await?;
    assert_eq!((dateless.code(), &dateless.body["rule"]), ("rectification_day", &json!("REG-53")));
    world.must(SUPERVISOR, case, "measure", &listing).await?;
    let rectify = json!({ "kind": "rectification", "reason": "久拖不办", "rectify_by": "2026-03-10" });
    world.must(SUPERVISOR, case, "measure", &rectify).await?;
    world.live_until(morning("2026-03-11")).await?;
    world.must(OFFICER, case, "report-rectification", &json!({ "done": "已逐件清理" })).await?;
    let told = world.told(case).await?;
    let of = |name: &str| told.iter().filter(|event| *event == name).count();
    assert_eq!((of("measure_taken"), of("rectification_reported"), of("overdue")), (2, 1, 1), "{told:?}");
    let page = world.get(OFFICER, &format!("/cases/{case}")).await?.body;
    let measures = &page["supervision_orders"][0]["measures"];
    assert_eq!((&measures[0]["kind_zh"], &measures[1]["rectified"]), (&json!("挂牌督办"), &json!("已逐件清理")));
    let public = format!("/internal/cases/by-petition/{}/public-view", petition.petition_id);
    let view = world.internal(Service::Intake, &public).await?.body.to_string();
    assert!(!view.contains("挂牌") && !view.contains("整改") && !view.contains("rectification"), "{view}");
    let published = "select count(*) from casework.publication where convert_from(body, 'UTF8') ~ '久拖不办|逐件清理'";
    assert_eq!(world.count(published).await?, 0, "their words stay inside");
    world.check_invariants().await
}
