//! The papers of a visit over HTTP, beside an intake that says who may know whom (WH-18, C3, C4).

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use huiyin_contracts::casework::Grade;
use huiyin_contracts::scheduling::VisitOutcome;
use huiyin_kernel::{Role, Service, VisitId};
use huiyin_scheduling::app::book::book;
use huiyin_scheduling::app::conclude_visit::conclude_visit;
use huiyin_scheduling::app::register_visit::walk_in;
use huiyin_scheduling::domain::Record;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{City, Served, leader, petition};
use crate::matters::{case, city};

/// What intake was asked, in order: the path's end, and the reason of a look at an identity.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Stands in for intake: shows the petitioner masked, and open with a reason; `blind` may not know.
async fn intake(blind: bool) -> anyhow::Result<(huiyin_settings::ServiceUrls, Asked)> {
    let asked = Asked::default();
    let note = |what: &str, body: &Value, asked: &Asked| {
        asked.lock().expect("unpoisoned").push((what.to_owned(), body.clone()));
    };
    let seen = asked.clone();
    let view = get(move |headers: HeaderMap| async move {
        assert!(headers.contains_key("authorization"), "the reader's own token comes along");
        note("view", &Value::Null, &seen);
        let masked = json!({
            "name": "宋**", "document_kind": "id_card", "document_number": null, "phone": "*******0000", "gender": "female", "age": 47,
            "has_email": false, "address": "汉江区长堤街…",
        });
        Json(json!({ "title": "x", "petitioner": if blind { Value::Null } else { masked } }))
    });
    let opened = asked.clone();
    let identity = post(move |Json(body): Json<Value>| async move {
        note("identity", &body["reason"], &opened);
        Json(json!({
            "name": "宋婉清", "gender": "female", "document_kind": "id_card", "document_number": null, "phone": "13900000000", "email": null,
            "address": "汉江区长堤街道幸福里12栋3单元402室", "representatives": [], "companions": ["宋一鸣"],
        }))
    });
    let router = axum::Router::new()
        .route("/petitions/{petition_id}", view)
        .route("/petitions/{petition_id}/identity", identity);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?).parse()?;
    #[expect(clippy::disallowed_methods, reason = "a stand-in for another service lives as long as the test")]
    tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    Ok((huiyin_settings::ServiceUrls::default().with(Service::Intake, url), asked))
}

fn record() -> Record {
    Record {
        attended_by: vec!["区人社局".to_owned()],
        main_problem: "工资拖欠三个月，多次反映没有结果。".to_owned(),
        leader_opinion: "请人社局牵头限期核查，十个工作日内答复。".to_owned(),
        result: "已交区人社局办理。".to_owned(),
        petitioner_opinion: None,
    }
}

/// A walk-in of the nth day, received with that outcome.
async fn received(city: &City, n: u128, outcome: Option<VisitOutcome>) -> anyhow::Result<VisitId> {
    let day = format!("2026-03-0{}", 2 + n);
    let id = city.published(city.plan(leader(n), &format!("{day}T01:00:00Z"))).await?;
    city.go_to(&format!("{day}T01:10:00Z"));
    let visit = walk_in(&city.app, &city.request(), id, petition(n)).await?.visit_id.into();
    if let Some(outcome) = outcome {
        conclude_visit(&city.app, &city.on("record", visit), visit, record(), outcome).await?;
    }
    Ok(visit)
}

async fn list(served: &Served, visit: VisitId) -> anyhow::Result<Vec<(String, bool, Value)>> {
    let told: Vec<Value> = served.call(Method::GET, &format!("/visits/{visit}/documents")).send().await?.json().await?;
    let told = told.into_iter();
    Ok(told
        .map(|one| {
            let kind = one["kind"].as_str().unwrap_or_default().to_owned();
            (kind, one["available"] == true, one["case_id"].clone())
        })
        .collect())
}

async fn print(served: &Served, visit: VisitId, kind: &str) -> anyhow::Result<(StatusCode, String, Vec<u8>)> {
    let answer = served.call(Method::GET, &format!("/visits/{visit}/documents/{kind}")).send().await?;
    let status = answer.status();
    let named = answer.headers().get("content-disposition").and_then(|value| value.to_str().ok());
    let named = named.unwrap_or_default().to_owned();
    Ok((status, named, answer.bytes().await?.to_vec()))
}

/// Which papers there are at each point, each with its reason; printed, who petitioned is opened with a reason that intake's journal keeps.
#[tokio::test]
async fn a_visit_has_its_papers_with_the_reason_when_not_wh_18() -> anyhow::Result<()> {
    let city = city(&[case(0, "investigating", "street-1", None)]).await?;
    let promised = Some(VisitOutcome::Promised { grade: Grade::Ordinary });
    let visit = received(&city, 0, promised).await?;
    let waiting = received(&city, 1, None).await?;
    let (urls, asked) = intake(false).await?;
    let mut served = city.serve_beside(urls).await?;
    served.token = served.token_of(leader(7), "d2-xfj", "990102", &[Role::Officer]);
    let kinds = ["reception_record", "registration_sheet", "talk_record", "promise_letter", "guarantee_letter"];
    let told = list(&served, visit).await?;
    assert_eq!(told.iter().map(|(kind, ..)| kind.as_str()).collect::<Vec<_>>(), kinds);
    assert_eq!(told.iter().map(|(_, has, _)| *has).collect::<Vec<_>>(), [true, true, true, false, true]);
    assert_eq!(told[3].2, json!(petition(0)), "the promise letter is printed with the matter, which is named");
    let before = list(&served, waiting).await?;
    assert_eq!(before.iter().map(|(_, has, _)| *has).collect::<Vec<_>>(), [true, true, false, false, true]);

    asked.lock().expect("unpoisoned").clear();
    for kind in ["reception_record", "registration_sheet", "talk_record", "guarantee_letter"] {
        let (status, named, pdf) = print(&served, visit, kind).await?;
        assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF-1.7"), "{kind}: {status}");
        assert!(
            named.starts_with(&format!("inline; filename=\"{kind}-")) && named.contains("-20260302.pdf"),
            "{named}"
        );
        if let Ok(folder) = std::env::var("HUIYIN_WRITE_FORMS") {
            std::fs::write(format!("{folder}/{kind}.pdf"), pdf)?;
        }
    }
    let looked: Vec<Value> = asked
        .lock()
        .expect("unpoisoned")
        .iter()
        .filter(|(what, _)| what == "identity")
        .map(|(_, why)| why.clone())
        .collect();
    assert_eq!(
        looked,
        ["打印《领导接访登记表》", "打印《信访事项登记单》", "打印《接谈记录》"],
        "a letter of guarantee opens nobody"
    );

    let (status, _, body) = print(&served, waiting, "talk_record").await?;
    let told = String::from_utf8_lossy(&body).into_owned();
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && told.contains("请先填完登记表"), "{status} {told}");
    let (status, _, _) = print(&served, visit, "nothing").await?;
    assert_eq!(status, StatusCode::NOT_FOUND);
    Ok(())
}

/// A leader, who may not open identities, prints with the masked name: intake is not asked to open anything.
#[tokio::test]
async fn who_may_not_open_identities_prints_the_masked_name_wh_18() -> anyhow::Result<()> {
    let city = city(&[]).await?;
    let visit = received(&city, 0, Some(VisitOutcome::Assigned { grade: Grade::Ordinary })).await?;
    let (urls, asked) = intake(false).await?;
    let mut served = city.serve_beside(urls).await?;
    served.token = served.token_of(leader(0), "d2-gov", "990102", &[Role::Leader]);
    assert!(
        list(&served, visit).await?.iter().any(|(kind, has, case)| kind == "promise_letter" && !has && case.is_null())
    );
    let (status, _, pdf) = print(&served, visit, "reception_record").await?;
    assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF-1.7"));
    assert!(asked.lock().expect("unpoisoned").iter().all(|(what, _)| what == "view"));
    Ok(())
}

/// The unit complained about never gets them; for other units of the district there is no such visit; while intake is away nothing is made.
#[tokio::test]
async fn the_unit_complained_about_never_gets_a_paper_of_a_visit() -> anyhow::Result<()> {
    let city = city(&[]).await?;
    let visit = received(&city, 0, Some(VisitOutcome::Assigned { grade: Grade::Ordinary })).await?;
    let (urls, asked) = intake(true).await?;
    let mut served = city.serve_beside(urls).await?;
    served.token = served.token_of(leader(0), "d2-gov", "990102", &[Role::Officer, Role::Leader]);
    assert!(list(&served, visit).await?.is_empty());
    for kind in ["reception_record", "guarantee_letter"] {
        assert_eq!(print(&served, visit, kind).await?.0, StatusCode::NOT_FOUND, "{kind}");
    }
    assert!(asked.lock().expect("unpoisoned").iter().all(|(what, _)| what == "view"));
    let path = format!("/visits/{visit}/documents");
    served.token = served.token_of(leader(8), "street-1", "990102001", &[Role::Officer]);
    assert_eq!(served.call(Method::GET, &path).send().await?.status(), StatusCode::NOT_FOUND);
    served.token = served.token_of(leader(8), "d2-xfj", "990102", &[Role::Supervisor]);
    assert_eq!(served.call(Method::GET, &path).send().await?.status(), StatusCode::FORBIDDEN);
    let alone = city.serve().await?;
    let away = alone.call(Method::GET, &path).send().await?.status();
    assert!(away.is_server_error() || away == StatusCode::NOT_FOUND, "{away}");
    Ok(())
}

/// A turn given back has no papers, and says so.
#[tokio::test]
async fn a_turn_given_back_has_no_papers() -> anyhow::Result<()> {
    let city = city(&[]).await?;
    let id = city.published(city.plan(leader(0), "2026-03-02T01:00:00Z")).await?;
    let visit: VisitId = book(&city.app, &city.request(), id, petition(0), None).await?.visit_id.into();
    huiyin_scheduling::app::give_back::give_back(&city.app, &city.on("give back", visit), visit).await?;
    let (urls, _) = intake(false).await?;
    let mut served = city.serve_beside(urls).await?;
    served.token = served.token_of(leader(7), "d2-xfj", "990102", &[Role::Officer]);
    assert!(list(&served, visit).await?.iter().all(|(_, has, _)| !has));
    let (status, _, body) = print(&served, visit, "reception_record").await?;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && String::from_utf8_lossy(&body).contains("已退约"));
    Ok(())
}
