//! RELIABILITY §4: every field of every body, every parameter of every address of every service, as the OpenAPI documents name
//! them, is sent what should not be sent.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually, is_long_run, not_yet, seed};
use proptest::{
    strategy::{Strategy, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::harness::openapi::{Endpoint, endpoints, places};
use crate::harness::{
    CLASSES, Citizens, Dice, Officer, Oracle, TestCity, TestCityOptions, hostile, hostile_ids, hostile_queries,
    petition,
};

/// Whoever may do most at each service comes first.
const STAFF: [&str; 6] = [
    "city-xfj.admin",
    "bridge-office.head",
    "bridge-office.officer",
    "bridge-office.clerk",
    "district-xfj.supervisor",
    "bridge-office.leader",
];

struct Matrix<'a> {
    staff: Vec<Officer<'a>>,
    /// Ids of things that are there, by the name of their parameter.
    there: BTreeMap<String, String>,
    runner: TestRunner,
    told: BTreeMap<(&'static str, StatusCode), u32>,
    taken: i64,
    wrong: BTreeSet<String>,
    key: u64,
}

/// W5, W7: nothing is answered with a fault; every refusal is a problem that says what to do next, of a status the document
/// names; what is refused leaves nothing; the city works on.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_stands_in_any_field_of_any_endpoint_is_taken_or_refused_and_never_a_fault_w5() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let citizens = Citizens::of(&city)?;
    let mut dice = Dice::new(seed());
    let handed_in = citizens.hand_in("before", petition(&mut dice), &mut dice).await?;
    let there = things(&city, &oracle, handed_in.petition_id).await?;
    let mut staff = Vec::new();
    for login in STAFF {
        staff.push(city.officer(login).await?);
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[dice.next().to_le_bytes(); 4].concat());
    let runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut matrix = Matrix { staff, there, runner, told: BTreeMap::new(), taken: 0, wrong: BTreeSet::new(), key: 0 };
    let before = stories(&oracle).await?;
    for service in TestCity::services() {
        for endpoint in endpoints(&city, service).await? {
            matrix.try_endpoint(service, &endpoint).await?;
        }
    }
    let (told, taken, wrong) = (matrix.told, matrix.taken, matrix.wrong);
    for ((class, status), times) in &told {
        eprintln!("{class:>8} {status}: {times}");
    }
    ensure!(wrong.is_empty(), "{} kinds of wrong answers:\n{}", wrong.len(), Vec::from_iter(wrong).join("\n"));
    for class in CLASSES {
        ensure!(told.keys().any(|(told, _)| *told == class), "no {class} was tried");
    }
    let more = stories(&oracle).await? - before;
    ensure!(more <= taken, "{taken} requests were taken, {more} stories written: something refused was stored");
    let after = citizens.hand_in("after", petition(&mut dice), &mut dice).await?;
    things(&city, &oracle, after.petition_id).await.context("the city works on")?;
    Ok(())
}

/// How many changes of anything have been written down by request (timers and consumers write by rule).
async fn stories(oracle: &Oracle) -> Result<i64> {
    oracle
        .count(
            "select (select count(*) from intake.journal where actor->>'kind' <> 'system')
                  + (select count(*) from casework.journal where actor->>'kind' <> 'system')
                  + (select count(*) from scheduling.journal where actor->>'kind' <> 'system')
                  + (select count(*) from notification.journal where actor->>'kind' <> 'system')
                  + (select count(*) from directory.journal where actor->>'kind' <> 'system')",
        )
        .await
}

/// The case of a petition, once it is open, and what belongs to it.
async fn things(city: &TestCity, oracle: &Oracle, petition: uuid::Uuid) -> Result<BTreeMap<String, String>> {
    let query = format!("select case_id from casework.case where petition_id = '{petition}'");
    let found = eventually(|| async {
        let rows = oracle.rows(&query).await?;
        rows.into_iter().next().ok_or_else(|| not_yet("no case yet".to_owned()))
    });
    let row = found.await.with_context(|| city.last_words())?;
    let case = row["case_id"].as_str().context("an id")?.to_owned();
    Ok(BTreeMap::from([("case_id".to_owned(), case), ("petition_id".to_owned(), petition.to_string())]))
}

impl Matrix<'_> {
    fn draw<T>(&mut self, strategy: &impl Strategy<Value = T>) -> Result<T> {
        let tree = strategy.new_tree(&mut self.runner).map_err(|why| anyhow::anyhow!("{why}"))?;
        Ok(tree.current())
    }

    async fn try_endpoint(&mut self, service: Service, endpoint: &Endpoint) -> Result<()> {
        let rounds = if is_long_run() { 60 } else { 4 };
        let who = self.who_may(service, endpoint).await?;
        let good = self.address(endpoint);
        if let Some(body) = &endpoint.body {
            let strategy = hostile();
            for place in places(body) {
                for _ in 0..rounds {
                    let (class, value) = self.draw(&strategy)?;
                    let mut bent = body.clone();
                    *bent.pointer_mut(&place).context("a place")? = value.clone();
                    let what = format!("{service} {} {} {place} = {}", endpoint.method, endpoint.path, short(&value));
                    let request = self.request(service, endpoint, &good, who).json(&bent);
                    self.judge(endpoint, class, &what, request.send().await?).await?;
                }
            }
            if let Value::Object(fields) = body {
                let mut surprise = fields.clone();
                surprise.insert("is_admin".to_owned(), json!(true));
                let request = self.request(service, endpoint, &good, who).json(&surprise);
                let response = request.send().await?;
                let what = format!("{service} {} {} with an unknown field", endpoint.method, endpoint.path);
                if response.status().is_success() {
                    self.wrong.insert(format!("{what} was taken"));
                }
                self.judge(endpoint, "json", &what, response).await?;
            }
        }
        for name in &endpoint.in_path {
            let strategy = hostile_ids();
            for _ in 0..rounds {
                let id = self.draw(&strategy)?;
                let path = good.replace(&self.known(name), &id);
                let body = endpoint.body.clone().unwrap_or_else(|| json!({}));
                let what = format!("{service} {} {} {name} = {}", endpoint.method, endpoint.path, short(&json!(id)));
                let request = self.request(service, endpoint, &path, who).json(&body);
                self.judge(endpoint, "ids", &what, request.send().await?).await?;
            }
        }
        for name in endpoint.in_query.iter().map(String::as_str).chain(["surprise"]) {
            let strategy = hostile_queries();
            for _ in 0..rounds {
                let value = self.draw(&strategy)?;
                let what = format!("{service} {} {}?{name}={}", endpoint.method, endpoint.path, short(&json!(value)));
                let request = self.request(service, endpoint, &format!("{good}?{name}={value}"), who);
                let request = endpoint.body.iter().fold(request, RequestBuilder::json);
                self.judge(endpoint, "text", &what, request.send().await?).await?;
            }
        }
        let live = self.staff[0].request(reqwest::Method::GET, service, "/health/live").send().await?;
        ensure!(live.status() == StatusCode::OK, "{service} is not alive after {}", endpoint.path);
        Ok(())
    }

    /// Somebody who is not turned away for want of a role.
    async fn who_may(&mut self, service: Service, endpoint: &Endpoint) -> Result<usize> {
        for who in 0..self.staff.len() {
            let path = endpoint.in_path.iter().fold(endpoint.path.clone(), |path, name| {
                path.replace(&format!("{{{name}}}"), "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")
            });
            let request = self.request(service, endpoint, &path, who);
            let response = endpoint.body.iter().fold(request, RequestBuilder::json).send().await?;
            self.taken += i64::from(response.status().is_success());
            if response.status() != StatusCode::FORBIDDEN {
                return Ok(who);
            }
        }
        Ok(0)
    }

    fn known(&self, name: &str) -> String {
        self.there.get(name).cloned().unwrap_or_else(|| "0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b".to_owned())
    }

    fn address(&self, endpoint: &Endpoint) -> String {
        let names = endpoint.in_path.iter();
        names.fold(endpoint.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), &self.known(name)))
    }

    fn request(&mut self, service: Service, endpoint: &Endpoint, path: &str, who: usize) -> RequestBuilder {
        self.key += 1;
        let request = self.staff[who].request(endpoint.method.clone(), service, path);
        request.header("idempotency-key", format!("bad-{}", self.key))
    }

    /// Notes what is wrong with an answer.
    async fn judge(&mut self, endpoint: &Endpoint, class: &'static str, what: &str, response: Response) -> Result<()> {
        let status = response.status();
        *self.told.entry((class, status)).or_default() += 1;
        self.taken += i64::from(status.is_success());
        let media =
            response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text = response.text().await?;
        if status.is_server_error() {
            self.wrong.insert(format!("{what} → {status} {text}"));
        }
        if status.is_client_error() {
            // An address that is none of ours any more, or none at all.
            let elsewhere =
                matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST);
            let documented = endpoint.statuses.contains(&status.as_u16().to_string());
            if !documented && (!elsewhere || !what.contains('=')) {
                self.wrong.insert(format!("{what} → {status}, which is not documented: {text}"));
            }
            let problem: Value = serde_json::from_str(&text).unwrap_or_default();
            let helps = ["code", "title", "title_en", "next", "next_en"]
                .iter()
                .all(|field| problem[field].as_str().is_some_and(|text| !text.is_empty()));
            let named = problem["fields"].as_array().is_some_and(|fields| {
                fields.iter().all(|field| {
                    field["field"].is_string() && field["rule"].is_string() && field["example"].is_string()
                })
            });
            if media.as_deref() != Some("application/problem+json") || !helps {
                self.wrong.insert(format!("{what} → {status} is no problem that helps: {text}"));
            }
            if status == StatusCode::BAD_REQUEST && !named {
                self.wrong.insert(format!("{what} → 400 names no field: {text}"));
            }
        }
        Ok(())
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}
