//! One petition all the way, over HTTP alone, with a real NATS and a real Postgres between the services.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, settled};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, not_yet};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{MailServer, Oracle, TestCity, TestCityOptions, browser, close_case};

const PATIENCE: Duration = Duration::from_secs(60);
const PETITIONER: &str = "petitioner@example.org";

/// Register → case → accept → assign → every step of the pack → propose → approve → reply → deliver → close, under the street
/// office's pack and under Wuhan's. Rule ids: REG-12, REG-14, REG-25, JD-09, WH-11.
#[tokio::test(flavor = "multi_thread")]
async fn a_petition_goes_all_the_way_under_both_packs() -> Result<()> {
    let mail = MailServer::start().await?;
    let city = TestCity::start(TestCityOptions { settings: mail.settings(), ..TestCityOptions::default() }).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let roads = [("990101001", "bridge-office"), ("990101002", "locust-office")];
    let mut receipts = Vec::new();
    for (street, office) in roads {
        let receipt = hand_in(&city, street).await?;
        let petition_id: Uuid = text(&receipt, "petition_id").parse()?;
        opened(&city, &receipt).await?;
        let closed = close_case(&city, office, petition_id).await.with_context(|| city.last_words())?;
        ensure!(
            closed["outcome"] == "supported" && closed["reply_text"].is_string(),
            "closed without its answer: {closed}"
        );
        clocks_are_explained(&closed)?;
        history_is_the_journal(&city, &oracle, office, &closed).await?;
        receipts.push(receipt);
    }
    let acknowledged =
        receipts.iter().map(|receipt| text(receipt, "petition_id").parse()).collect::<Result<Vec<Uuid>, _>>()?;
    let report =
        settled(&city.servers.admin_url(), &Expected { acknowledged, ..Expected::default() }, PATIENCE).await?;
    ensure!(report.holds(), "an invariant is broken:\n{report}");
    for (receipt, (_, office)) in receipts.iter().zip(roads) {
        the_petitioner_sees_it(&city, receipt).await?;
        the_ledger_shows_it(&city, office, receipt).await?;
        let letters = mail.delivered_to(PETITIONER);
        let about = letters.iter().filter(|letter| letter.content.contains(&text(receipt, "number"))).count();
        ensure!(about >= 3, "only {about} letters about {} reached the petitioner", text(receipt, "number"));
    }
    Ok(())
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

async fn hand_in(city: &TestCity, street: &str) -> Result<Value> {
    let body = json!({
        "channel": "net", "class": "request", "topic": "labour_social_security", "district": street, "kind": "individual",
        "title": "拖欠工资三个月", "request": "请责令用工单位支付拖欠的三个月工资。", "facts": "去年九月至十一月在该工地务工。",
        "petitioner": { "name": "𠮷野清", "document_kind": "none", "phone": "19912345678", "email": PETITIONER },
    });
    let request = browser()?.post(city.url(Service::Intake, "/petitions")).json(&body);
    TestCity::answer(request.header("idempotency-key", format!("e2e-{street}")).send().await?).await
}

async fn query(city: &TestCity, receipt: &Value) -> Result<Value> {
    let body = json!({ "number": receipt["number"], "code": receipt["query_code"] });
    TestCity::answer(browser()?.post(city.url(Service::Intake, "/petitions/query")).json(&body).send().await?).await
}

/// Casework has opened the case and intake has heard of it.
async fn opened(city: &TestCity, receipt: &Value) -> Result<()> {
    let seen = eventually_within(PATIENCE, || async {
        let view = query(city, receipt).await?;
        let deadlines = view["deadlines"].as_array().map_or(0, Vec::len);
        if deadlines > 0 { Ok(()) } else { Err(not_yet(format!("{view}"))) }
    });
    seen.await.with_context(|| city.last_words())
}

/// Every deadline says how its date came about, in both languages, with the article (D-4).
fn clocks_are_explained(case: &Value) -> Result<()> {
    let clocks = case["deadlines_explained"].as_array().context("deadlines")?;
    ensure!(clocks.len() >= 2, "acceptance and handling have a clock each: {clocks:?}");
    for clock in clocks {
        for language in ["explanation_zh", "explanation_en"] {
            ensure!(text(clock, language).len() > 20, "{clock} does not explain itself");
        }
        ensure!(clock["state"] == "met", "{clock} was not met");
    }
    Ok(())
}

/// `/history` tells the journal: the same entries in the same order.
async fn history_is_the_journal(city: &TestCity, oracle: &Oracle, office: &str, case: &Value) -> Result<()> {
    let case_id = text(case, "case_id");
    let head = city.officer(&format!("{office}.head")).await?;
    let history = head.get(Service::Casework, &format!("/cases/{case_id}/history")).await?;
    let history = history.as_array().context("a history")?;
    let told: Vec<(i64, String)> =
        history.iter().map(|entry| (entry["version"].as_i64().unwrap_or_default(), text(entry, "event"))).collect();
    let journal = oracle
        .rows(&format!(
            "select version, event_type from casework.journal where aggregate_id = '{case_id}' order by version"
        ))
        .await?;
    let kept: Vec<(i64, String)> =
        journal.iter().map(|row| (row["version"].as_i64().unwrap_or_default(), text(row, "event_type"))).collect();
    ensure!(!kept.is_empty() && told == kept, "the history tells {told:?}, the journal holds {kept:?}");
    Ok(())
}

/// With number and code: closed, with the reply and what happened; with a wrong code: as if there were nothing.
async fn the_petitioner_sees_it(city: &TestCity, receipt: &Value) -> Result<()> {
    let view = query(city, receipt).await?;
    ensure!(view["state"] == "closed", "the petitioner sees {view}");
    ensure!(view["reply"]["text"].as_str().is_some_and(|reply| reply.contains("支持请求")), "no reply in {view}");
    ensure!(view["progress"].as_array().is_some_and(|progress| progress.len() >= 4), "no progress in {view}");
    let other = json!({ "number": receipt["number"], "code": "AAAA-AAAA-AAAA-AAAA-A" });
    let refused = browser()?.post(city.url(Service::Intake, "/petitions/query")).json(&other).send().await?;
    ensure!(refused.status() == 404, "a wrong code is answered {}", refused.status());
    Ok(())
}

/// The ledger row says what the case says.
async fn the_ledger_shows_it(city: &TestCity, office: &str, receipt: &Value) -> Result<()> {
    let head = city.officer(&format!("{office}.head")).await?;
    let rows = head.list(Service::Ledger, "/matters?limit=50").await?;
    let number = text(receipt, "number");
    let row = rows.iter().find(|row| row.to_string().contains(&number)).context("the matter is not in the ledger")?;
    ensure!(row["state"] == "closed" && row["outcome"] == "supported", "the ledger says {row}");
    Ok(())
}
