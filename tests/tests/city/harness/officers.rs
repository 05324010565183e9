//! Staff at work, over HTTP alone.

use anyhow::{Context, Result, bail};
use chrono::Utc;
use huiyin_kernel::Service;
use huiyin_testkit::{eventually, not_yet};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::servers::TestCity;

/// A member of staff who has signed in.
#[derive(Debug)]
pub(crate) struct Officer<'a> {
    city: &'a TestCity,
    http: reqwest::Client,
    token: String,
    pub(crate) staff_id: Uuid,
}

/// Signs in at directory.
pub(crate) async fn sign_in<'a>(city: &'a TestCity, login: &str) -> Result<Officer<'a>> {
    let http = super::browser()?;
    let body = json!({ "login": login, "password": city.password(login) });
    let answer =
        TestCity::answer(http.post(city.url(Service::Directory, "/sessions")).json(&body).send().await?).await?;
    let token = answer["token"].as_str().context("a token")?.to_owned();
    let staff_id = answer["staff"]["staff_id"].as_str().context("an id")?.parse()?;
    Ok(Officer { city, http, token, staff_id })
}

impl Officer<'_> {
    /// A request of any shape.
    pub(crate) fn request(&self, method: Method, service: Service, path: &str) -> RequestBuilder {
        self.http.request(method, self.city.url(service, path)).bearer_auth(&self.token)
    }

    /// `GET`.
    pub(crate) async fn get(&self, service: Service, path: &str) -> Result<Value> {
        TestCity::answer(self.http.get(self.city.url(service, path)).bearer_auth(&self.token).send().await?).await
    }

    /// `GET` of a list, its first page.
    pub(crate) async fn list(&self, service: Service, path: &str) -> Result<Vec<Value>> {
        let answer = self.get(service, path).await?;
        answer["items"].as_array().cloned().with_context(|| format!("{path} gives no list: {answer}"))
    }

    /// `POST` with a key of its own.
    pub(crate) async fn post(&self, service: Service, path: &str, body: &Value) -> Result<Value> {
        let key = format!("{path}:{body}")
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let request = self.http.post(self.city.url(service, path)).bearer_auth(&self.token);
        let request = request.header("idempotency-key", format!("{}-{key:016x}", self.staff_id)).json(body);
        TestCity::answer(request.send().await?).await.with_context(|| format!("POST {path} {body}"))
    }

    async fn act(&self, case: &str, command: &str, body: &Value) -> Result<Value> {
        self.post(Service::Casework, &format!("/cases/{case}/{command}"), body).await
    }
}

/// Handles a case from its receipt to its close, as the pack of its street prescribes: accept, assign, every step in its order,
/// propose, approve, reply, deliver, close. Gives the case as its page shows it at the end.
pub(crate) async fn close_case(city: &TestCity, office: &str, petition: Uuid) -> Result<Value> {
    let officer = sign_in(city, &format!("{office}.officer")).await?;
    let head = sign_in(city, &format!("{office}.head")).await?;
    let page =
        async |officer: &Officer<'_>| officer.get(Service::Casework, &format!("/cases/by-petition/{petition}")).await;
    // It is opened a moment after the receipt is given.
    let opened = eventually(|| async { page(&officer).await.map_err(|error| not_yet(format!("{error:#}"))) }).await?;
    let case = opened["case_id"].as_str().context("a case")?.to_owned();
    officer.act(&case, "accept", &json!({ "grade": "ordinary" })).await?;
    head.act(&case, "assign", &json!({ "officer": officer.staff_id })).await?;
    let mut done = Vec::new();
    // Each turn does the first thing the page allows; the pack's steps lead from one to the next.
    for _ in 0..24 {
        let view = page(&officer).await?;
        let allowed = |command: &str| {
            let actions = view["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
            actions.iter().any(|action| action["command"] == command && action["allowed"] == true)
        };
        let state = view["stage"].as_str().context("a stage")?;
        let next_step = view["steps"].as_array().context("steps")?.iter().find(|step| step["stands"] == "open");
        if state == "closed" {
            return Ok(view);
        } else if state == "proposed" {
            head.act(&case, "approve", &json!({})).await?;
        } else if allowed("reply") {
            officer.act(&case, "reply", &json!({})).await?;
        } else if allowed("deliver") {
            let now = now();
            let body = json!({ "means": "当面送达", "delivered_at": now, "receipt": "回证第1号" });
            officer.act(&case, "deliver", &body).await?;
        } else if allowed("close") {
            officer.act(&case, "close", &json!({})).await?;
        } else if allowed("propose") {
            let body = json!({
                "outcome": "supported", "opinion": "支持请求，责成有关单位限期落实。",
                "legal_basis": "《信访工作条例》第三十二条", "facts_found": "经现场查看，反映情况属实。",
                "cause_found": "管理不到位", "opinion_summary": "支持请求", "result_summary": "限期落实", "hardship": false,
            });
            officer.act(&case, "propose", &body).await?;
        } else if let Some(step) = next_step {
            let code = step["code"].as_str().context("a step's code")?.to_owned();
            officer.act(&case, "steps", &json!({ "step": code, "note": "已办理并记录在卷" })).await?;
            done.push(code);
        } else {
            bail!("nothing can be done with a case that is {state}, after the steps {done:?}: {}", view["actions"]);
        }
    }
    bail!("the case is not closed after 24 turns, with the steps {done:?}");
}

#[expect(clippy::disallowed_methods, reason = "the officer's own watch: when the reply was handed over")]
fn now() -> String {
    Utc::now().to_rfc3339()
}
