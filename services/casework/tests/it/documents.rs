//! The documents of a case as PDF: which there are, who gets them, and whose name stands on them.

use anyhow::Result;
use axum::http::StatusCode;
use chrono::TimeDelta;
use huiyin_contracts::intake::{PetitionClass, REVIEW_ASKED};
use huiyin_kernel::Service;
use serde_json::{Value, json};

use crate::world::{
    BOSS, BUREAU, BUREAU_HEAD, DISCIPLINE, FAR_SUPERVISOR, NEIGHBOUR, OFFICE, OFFICER, Person, STREET, SUPERVISOR,
    World,
};

async fn kinds(world: &World, person: Person, case: uuid::Uuid) -> Result<Vec<String>> {
    let list = world.get(person, &format!("/cases/{case}/documents")).await?;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    let kind = |document: &Value| document["kind"].as_str().unwrap_or_default().to_owned();
    Ok(list.body.as_array().expect("a list").iter().map(kind).collect())
}

/// The metadata of a PDF/A are not compressed: they tell title and unit.
fn told(pdf: &[u8]) -> String {
    String::from_utf8_lossy(pdf).into_owned()
}

/// A9, REG-25, WH-08: what happened to a case has its papers; a reader who may open identities and one who may not get the same papers with
/// another name on them.
#[tokio::test]
async fn every_document_of_a_case_is_printed_for_who_may_read_it() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    assert_eq!(kinds(&world, OFFICER, case).await?, ["registration_notice"]);
    world.whole_road(case, "ordinary").await?;
    let papers = [
        ("registration_notice", "信访事项登记告知书"),
        ("acceptance_notice", "信访事项受理告知书"),
        ("reply", "信访处理意见书"),
        ("delivery_receipt", "送达回证"),
        ("closing_report", "信访事项办结报告"),
        ("closing_sheet", "信访事项办结单"),
    ];
    assert_eq!(kinds(&world, OFFICER, case).await?, papers.map(|(kind, _)| kind));
    for (kind, title) in papers {
        let path = format!("/cases/{case}/documents/{kind}");
        let (status, headers, pdf) = world.file(OFFICER, &path).await?;
        assert_eq!((status, &headers["content-type"]), (StatusCode::OK, &"application/pdf".parse()?));
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers["content-disposition"].to_str()?.starts_with(&format!("inline; filename=\"{kind}-")));
        let text = told(&pdf);
        assert!(text.contains(title) && text.contains("单位990102001-office"), "{kind}");
        // Intake's journal keeps each look; who may not open identities gets the masked name, and another paper with it.
        let (status, _, masked) = world.file(SUPERVISOR, &path).await?;
        assert_eq!(status, StatusCode::OK);
        assert_ne!(masked, pdf, "{kind}");
        let (_, _, again) = world.file(OFFICER, &path).await?;
        assert_eq!(again, pdf, "{kind}: made anew, it is the same");
    }
    let list = world.get(OFFICER, &format!("/cases/{case}/documents")).await?.body;
    assert_eq!(list[1]["title_zh"], "受理告知书");
    assert_eq!(list[1]["issued_on"], "2026-03-02");
    assert_eq!(list[3]["number"], "SD-1", "the office's own receipt number");
    world.check_invariants().await
}

/// REG-24, REG-12: one notice per extension and per hand-over.
#[tokio::test]
async fn every_extension_and_every_hand_over_has_its_own_notice() -> Result<()> {
    let world = World::new().await?;
    let case = world.street_request(1).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "wide" })).await?;
    for days in [20, 10] {
        world.must(BOSS, case, "extend", &json!({ "days": days, "kind": "wide", "reason": "须委托鉴定" })).await?;
    }
    let papers = ["registration_notice", "acceptance_notice", "extension_notice", "extension_notice-2"];
    assert_eq!(kinds(&world, OFFICER, case).await?, papers);
    let (_, _, first) = world.file(OFFICER, &format!("/cases/{case}/documents/extension_notice")).await?;
    let (_, _, second) = world.file(OFFICER, &format!("/cases/{case}/documents/extension_notice-2")).await?;
    assert_ne!(first, second);
    for unknown in ["extension_notice-1", "extension_notice-3", "reply", "..%2Freply"] {
        let (status, ..) = world.file(OFFICER, &format!("/cases/{case}/documents/{unknown}")).await?;
        assert_eq!(status, StatusCode::NOT_FOUND, "{unknown}");
    }
    let declined = world.street_request(2).await?;
    world.must(OFFICER, declined, "decline", &json!({ "code": "finally_reviewed", "text": "已复核" })).await?;
    let list = world.get(OFFICER, &format!("/cases/{declined}/documents")).await?.body;
    assert_eq!((&list[1]["kind"], &list[1]["title_zh"]), (&json!("final_refusal_notice"), &json!("不再受理告知书")));
    Ok(())
}

/// REG-22, D-6: who does not see the case gets no paper of it; the unit complained about, where it sees the case, gets those alone that tell
/// nothing of the petitioner; an accusation has none at all.
#[tokio::test]
async fn reg_22_no_document_reaches_the_unit_complained_about() -> Result<()> {
    let world = World::new().await?;
    let mut petition = world.petition(1, PetitionClass::Request, STREET, None);
    petition.registered_by = None;
    let case = world.register(&petition).await?;
    world.must(OFFICER, case, "accept", &json!({ "grade": "ordinary" })).await?;
    let (list, paper) = (format!("/cases/{case}/documents"), format!("/cases/{case}/documents/acceptance_notice"));
    for stranger in [NEIGHBOUR, FAR_SUPERVISOR, BUREAU] {
        for path in [&list, &paper] {
            assert_eq!(world.file(stranger, path).await?.0, StatusCode::NOT_FOUND, "{} {path}", stranger.n);
        }
    }
    world.must(BOSS, case, "hand-over", &json!({ "unit": "990102002-office", "reason": "属地调整" })).await?;
    assert_eq!(world.get(NEIGHBOUR, &format!("/cases/{case}")).await?.status, StatusCode::OK, "it handles the case");
    assert_eq!(kinds(&world, NEIGHBOUR, case).await?, Vec::<String>::new());
    assert_eq!(world.file(NEIGHBOUR, &paper).await?.0, StatusCode::NOT_FOUND);
    // REG-50: called to account, it gets the order, which names nobody, and still nothing else.
    world.must(SUPERVISOR, case, "supervise", &json!({ "ground": "evasion", "demand": "请限期办理" })).await?;
    assert_eq!(kinds(&world, NEIGHBOUR, case).await?, ["supervision_order"]);
    let order = format!("/cases/{case}/documents/supervision_order");
    let (status, _, pdf) = world.file(NEIGHBOUR, &order).await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(world.file(SUPERVISOR, &order).await?.2, pdf, "the same paper for everybody");
    assert_eq!(world.file(NEIGHBOUR, &paper).await?.0, StatusCode::NOT_FOUND);

    let petition = world.petition(2, PetitionClass::Accusation, STREET, Some(OFFICE));
    let accusation = world.register(&petition).await?;
    world.must(BUREAU, accusation, "forward", &json!({ "unit": "990102-discipline" })).await?;
    assert_eq!(kinds(&world, DISCIPLINE, accusation).await?, Vec::<String>::new());
    assert_eq!(world.file(OFFICER, &format!("/cases/{accusation}/documents")).await?.0, StatusCode::NOT_FOUND);
    Ok(())
}

/// A9: the petitioner gets what is addressed to them, through intake alone, with the words that intake gives.
#[tokio::test]
async fn a_petitioner_gets_what_is_addressed_to_them() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.whole_road(case, "ordinary").await?;
    let by_petition = format!("/internal/cases/by-petition/{}", petition.petition_id);
    let view = world.internal(Service::Intake, &format!("{by_petition}/public-view")).await?.body;
    let kind = |document: &Value| document["kind"].as_str().unwrap_or_default().to_owned();
    let kinds: Vec<String> = view["documents"].as_array().expect("a list").iter().map(kind).collect();
    assert_eq!(kinds, ["registration_notice", "acceptance_notice", "reply"]);
    let who = json!({ "name": "宋婉清", "organisation": false, "request": "请求#*修复$渗漏" });
    let (status, _, pdf) =
        world.internal_file(Service::Intake, &format!("{by_petition}/documents/reply"), &who).await?;
    assert_eq!(status, StatusCode::OK);
    assert!(told(&pdf).contains("信访处理意见书"));
    for (from, kind) in [
        (Service::Intake, "closing_report"),
        (Service::Intake, "delivery_receipt"),
        (Service::Portal, "reply"),
        (Service::Ledger, "reply"),
    ] {
        let (status, ..) = world.internal_file(from, &format!("{by_petition}/documents/{kind}"), &who).await?;
        assert_eq!(status, StatusCode::NOT_FOUND, "{from} {kind}");
    }
    Ok(())
}

/// REG-40…43, REG-50: what the reviewing bodies decided is the petitioner's to have; what offices write to each other is not.
#[tokio::test]
async fn reviews_and_supervision_have_their_papers() -> Result<()> {
    let world = World::new().await?;
    let petition = world.petition(1, PetitionClass::Request, STREET, Some(OFFICE));
    let case = world.register(&petition).await?;
    world.must(SUPERVISOR, case, "supervise", &json!({ "ground": "evasion", "demand": "请限期办理" })).await?;
    world.whole_road(case, "ordinary").await?;
    world.time.advance(TimeDelta::minutes(1));
    world.hear(REVIEW_ASKED, petition.petition_id.uuid(), &petition).await?;
    let opinion = json!({
        "result": "upheld", "facts_found": "经查阅案卷", "opinion": "原处理意见正确",
        "legal_basis": "《信访工作条例》第三十五条"
    });
    world.must(BUREAU, case, "propose-review", &opinion).await?;
    world.must(BUREAU_HEAD, case, "approve", &json!({})).await?;
    let delivered = json!({ "means": "当面送达", "delivered_at": world.time.now(), "receipt": "SD-9" });
    world.must(BUREAU, case, "deliver", &delivered).await?;
    let all = [
        "registration_notice",
        "supervision_order",
        "acceptance_notice",
        "reply",
        "delivery_receipt",
        "closing_report",
        "closing_sheet",
        "review",
        "delivery_receipt-2",
    ];
    for reader in [OFFICER, BUREAU] {
        assert_eq!(kinds(&world, reader, case).await?, all);
    }
    let (status, _, pdf) = world.file(BUREAU, &format!("/cases/{case}/documents/review")).await?;
    assert_eq!(status, StatusCode::OK);
    assert!(told(&pdf).contains("信访事项复查意见书") && told(&pdf).contains("单位990102-xfj"));

    let by_petition = format!("/internal/cases/by-petition/{}", petition.petition_id);
    let view = world.internal(Service::Intake, &format!("{by_petition}/public-view")).await?.body;
    let offered: Vec<&str> =
        view["documents"].as_array().expect("a list").iter().filter_map(|d| d["kind"].as_str()).collect();
    assert_eq!(offered, ["registration_notice", "acceptance_notice", "reply", "review"]);
    let who = json!({
        "name": "宋婉清", "organisation": false, "request": "请求修复渗漏",
        "review_requests": [{ "at": "2026-03-02T00:00:00Z", "text": "没有到现场" }]
    });
    for (kind, expected) in [("review", StatusCode::OK), ("supervision_order", StatusCode::NOT_FOUND)] {
        let path = format!("{by_petition}/documents/{kind}");
        assert_eq!(world.internal_file(Service::Intake, &path, &who).await?.0, expected, "{kind}");
    }
    Ok(())
}
