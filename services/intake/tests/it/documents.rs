//! A petitioner's own documents: intake checks number and code, says who that is, and casework sets the page.

use anyhow::Result;
use axum::{
    Json, Router,
    extract::Path,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use huiyin_kernel::Service;
use huiyin_settings::ServiceUrls;
use huiyin_web::Problem;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::reviews::standing;
use crate::world::{Answer, NAME, World, access, petition_with};

/// What stands in for casework: it has a reply to every petition and gives back what it was told.
async fn casework() -> Result<ServiceUrls> {
    let set = post(|Path((_, kind)): Path<(Uuid, String)>, Json(told): Json<Value>| async move {
        if kind != "reply" {
            return Problem::not_found().into_response();
        }
        ([(header::CONTENT_TYPE, "application/pdf")], told.to_string()).into_response()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let routes = Router::new().route("/internal/cases/by-petition/{petition_id}/documents/{kind}", set);
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(ServiceUrls::default().with(Service::Casework, format!("http://{address}").parse()?))
}

async fn ask(world: &World, receipt: &Answer, code: &str, kind: &str) -> Result<Answer> {
    world.post("/petitions/document", &json!({ "number": receipt.text("number"), "code": code, "kind": kind })).await
}

/// A9, REG-25: name and request in the open go to casework for this one page, and to nobody without the code.
#[tokio::test]
async fn whoever_holds_number_and_code_gets_the_reply_as_a_file() -> Result<()> {
    let world = World::beside(casework().await?).await?;
    let receipt = world.hand_in("k1", &petition_with(&json!({}))).await?;
    let code = receipt.text("query_code");
    let reply = ask(&world, &receipt, &code, "reply").await?;
    assert_eq!((reply.status, &*reply.media), (StatusCode::OK, "application/pdf"));
    let told =
        json!({ "name": NAME, "organisation": false, "request": "请求核实并支付拆迁补偿款", "review_requests": [] });
    assert_eq!(reply.body, told);

    let company = json!({ "kind": "organisation", "petitioner": {
        "name": "幸福里物业服务有限公司", "document_kind": "organisation_code", "document_number": "91420100MA4KXXXX0X",
        "phone": "13912345678" } });
    let organisation = world.hand_in("k2", &petition_with(&company)).await?;
    let reply = ask(&world, &organisation, &organisation.text("query_code"), "reply").await?;
    assert_eq!(reply.body["organisation"], true, "{:?} {:?}", organisation.body, reply.body);

    for (code, kind) in
        [("7KQM-2XHB-RW9T-C4DN-8", "reply"), (&*code, "closing_report"), (&*code, "../public-view"), (&*code, "")]
    {
        let refused = ask(&world, &receipt, code, kind).await?;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{kind}");
        assert_eq!(refused.body["code"], "not_found");
    }
    Ok(())
}

/// REG-40: a reviewing body's paper says why the review was asked for, in words that intake alone keeps.
#[tokio::test]
async fn why_a_review_was_asked_for_stands_on_its_paper() -> Result<()> {
    let world = World::beside(casework().await?).await?;
    let receipt = world.hand_in("k1", &petition_with(&json!({}))).await?;
    standing(&world, &receipt, 3, |_| ()).await?;
    let mut words = access(&receipt);
    words["reason"] = json!("认定的面积与合同不符");
    assert_eq!(world.post("/petitions/ask-review", &words).await?.status, StatusCode::OK);
    let paper = ask(&world, &receipt, &receipt.text("query_code"), "reply").await?;
    assert_eq!(paper.body["review_requests"][0]["text"], "认定的面积与合同不符");
    Ok(())
}

/// Casework away: told to come again, and no wrong look-up is counted.
#[tokio::test]
async fn without_casework_the_petitioner_is_told_to_come_again() -> Result<()> {
    let world = World::new().await?;
    let receipt = world.hand_in("k1", &petition_with(&json!({}))).await?;
    let refused = ask(&world, &receipt, &receipt.text("query_code"), "reply").await?;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}
