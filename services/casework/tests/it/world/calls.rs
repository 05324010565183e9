//! Asking over HTTP, as staff and as other services do.

use anyhow::{Result, bail};
use axum::{
    Json, Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use huiyin_authz::{StaffClaims, StaffKeys};
use huiyin_kernel::{Service, UnitCode};
use huiyin_web::{Problem, SERVICE_HEADER};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::World;
use super::people::{BOSS, OFFICER, Person, district, unit};

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// The neighbouring office is the one complained about: it never learns who petitioned.
const ACCUSED: &str = "990102002-office";

/// The unit whose member of staff asks.
fn asking(headers: &HeaderMap, keys: &StaffKeys, now: DateTime<Utc>) -> Option<UnitCode> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    keys.verify(token, now).ok().map(|claims| claims.unit)
}

/// What stands in for intake: gives the text of any petition.
pub(super) async fn intake(keys: StaffKeys, now: DateTime<Utc>) -> Result<String> {
    let resolve = post(|Json(body): Json<Value>| async move {
        let ids = body["petition_ids"].as_array().cloned().unwrap_or_default();
        let name = if body["actor"]["unit"] == ACCUSED { Value::Null } else { json!("宋**") };
        let one = |id: Value| json!({ "petition_id": id, "number": "HY", "title": "楼上漏水", "request": "请求修复三楼渗漏", "name": name });
        Json(json!({ "petitions": ids.into_iter().map(one).collect::<Vec<_>>() }))
    });
    let petition = get(move |headers: HeaderMap| async move {
        let unit = asking(&headers, &keys, now).ok_or_else(Problem::unauthenticated)?;
        let petitioner =
            if unit.as_str() == ACCUSED { Value::Null } else { json!({ "name": "宋**", "document_kind": "id_card" }) };
        let added =
            |purpose: &str, text: &str| json!({ "at": "2026-03-01T00:00:00Z", "purpose": purpose, "text": text });
        Ok::<_, Problem>(Json(json!({
            "request": "请求修复三楼渗漏", "petitioner": petitioner,
            "supplements": [added("addition", "补充照片"), added("review", "没有到现场")],
        })))
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let identity = post(|headers: HeaderMap, Json(body): Json<Value>| async move {
        let reason = body["reason"].as_str().unwrap_or_default();
        if !headers.contains_key(header::AUTHORIZATION) || !reason.starts_with("打印文书《") {
            return Err(Problem::unauthenticated());
        }
        Ok(Json(json!({ "name": format!("宋婉清·{reason}"), "document_kind": "id_card" })))
    });
    let routes = Router::new()
        .route("/internal/petitions/resolve", resolve)
        .route("/petitions/{id}", petition)
        .route("/petitions/{id}/identity", identity);
    let server = axum::serve(listener, routes);
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { server.await });
    Ok(format!("http://{address}"))
}

impl World {
    pub(crate) fn token(&self, person: Person) -> String {
        let claims = StaffClaims::new(
            person.id(),
            unit(person.unit),
            district(person.district),
            person.roles.to_vec(),
            Uuid::nil(),
            self.runtime.infra.now(),
        );
        self.signer.sign(&claims)
    }

    async fn send(&self, request: Request<Body>) -> Result<Answer> {
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { super::strict::read(&bytes)? };
        Ok(Answer { status, body })
    }

    fn request(&self, method: &str, person: Person, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token(person)))
    }

    pub(crate) async fn get(&self, person: Person, path: &str) -> Result<Answer> {
        self.send(self.request("GET", person, path).body(Body::empty())?).await
    }

    /// A file: status, headers and bytes.
    pub(crate) async fn file(&self, person: Person, path: &str) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        self.bytes(self.request("GET", person, path).body(Body::empty())?).await
    }

    /// The same, asked by another service with a body.
    pub(crate) async fn internal_file(
        &self,
        from: Service,
        path: &str,
        body: &Value,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let credential = self.runtime.credential.sign(from, Service::Casework, self.infra);
        let request = Request::builder().method("POST").uri(path).header(SERVICE_HEADER, credential);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.bytes(request.body(Body::from(body.to_string()))?).await
    }

    async fn bytes(&self, request: Request<Body>) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let response = self.router.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        Ok((parts.status, parts.headers, body.collect().await?.to_bytes().to_vec()))
    }

    /// Anything, asked of one of several processes.
    pub(crate) async fn ask_process(
        &self,
        process: &Router,
        person: Person,
        (method, path): (&str, &str),
        (header, value): (&str, &str),
        body: &Value,
    ) -> Result<(StatusCode, Vec<u8>)> {
        let request = self.request(method, person, path).header(header, value).body(Body::from(body.to_string()))?;
        let response = process.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        Ok((parts.status, body.collect().await?.to_bytes().to_vec()))
    }

    pub(crate) async fn post(&self, person: Person, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.request("POST", person, path).body(Body::from(body.to_string()))?).await
    }

    pub(crate) async fn post_raw(&self, person: Person, path: &str, body: Vec<u8>) -> Result<Answer> {
        self.send(self.request("POST", person, path).body(Body::from(body))?).await
    }

    pub(crate) async fn post_with_key(&self, person: Person, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let request = self.request("POST", person, path).header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    /// As another service.
    pub(crate) async fn internal(&self, from: Service, path: &str) -> Result<Answer> {
        let credential = self.runtime.credential.sign(from, Service::Casework, self.infra);
        let request = Request::builder().uri(path).header(SERVICE_HEADER, credential);
        self.send(request.body(Body::empty())?).await
    }

    /// Gives a command that must be taken up.
    pub(crate) async fn must(&self, person: Person, case: Uuid, command: &str, body: &Value) -> Result<Value> {
        let answer = self.post(person, &format!("/cases/{case}/{command}"), body).await?;
        if answer.status != StatusCode::OK {
            bail!("{command} by {} was refused: {} {}", person.n, answer.status, answer.body);
        }
        Ok(answer.body)
    }
}

/// The body of a proposal.
pub(crate) fn proposal(outcome: &str) -> Value {
    json!({
        "outcome": outcome, "opinion": "限期修复渗漏管道", "legal_basis": "《物业管理条例》第三十五条",
        "facts_found": "经现场查看，三楼管道老化", "cause_found": "管道老化", "opinion_summary": "限期修复",
        "result_summary": "已修复", "hardship": false
    })
}

impl World {
    /// Everything from acceptance to closing, as staff of the street office do it.
    pub(crate) async fn whole_road(&self, case: Uuid, grade: &str) -> Result<()> {
        self.must(OFFICER, case, "accept", &json!({ "grade": grade })).await?;
        self.must(BOSS, case, "assign", &json!({ "officer": OFFICER.id() })).await?;
        for step in ["earlier_handling", "hear_petitioner", "visit_units", "assess_evidence"] {
            self.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已办" })).await?;
        }
        self.must(OFFICER, case, "propose", &proposal("supported")).await?;
        self.must(BOSS, case, "approve", &json!({})).await?;
        self.must(OFFICER, case, "reply", &json!({})).await?;
        let delivered = json!({ "means": "当面送达", "delivered_at": self.time.now(), "receipt": "SD-1" });
        self.must(OFFICER, case, "deliver", &delivered).await?;
        for step in ["carry_out", "report_closed"] {
            self.must(OFFICER, case, "steps", &json!({ "step": step, "note": "已办" })).await?;
        }
        self.must(OFFICER, case, "close", &json!({})).await?;
        Ok(())
    }
}
