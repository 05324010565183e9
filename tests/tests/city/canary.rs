//! S4, S8, N8: one petitioner whose every word is known, a whole life of the matter, and then a search for those words wherever
//! they have no business: the bus's store, every log, every trace, every metric, the ledger's export, the answers that refuse, and the
//! tables themselves.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, settled};
use huiyin_kernel::Service;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{MailServer, Oracle, TestCity, TestCityOptions, TraceCollector, browser, close_case};

/// Name, document, telephone, e-mail, address, and the words of the petition itself.
const CANARIES: [(&str, &str); 9] = [
    ("name", "司徒金丝雀"),
    ("document", "990101199003070138"),
    ("phone", "19912340987"),
    ("e-mail", "canary.bird@example.org"),
    ("address", "金丝雀弄七号三单元"),
    ("title", "黄羽关于鸟笼的诉求"),
    ("request", "恳请归还黄羽一枚"),
    ("facts", "黄羽于清晨不知所踪"),
    ("supplement", "黄羽后来又少了两枚"),
];

fn canary(what: &str) -> &'static str {
    CANARIES.iter().find(|(name, _)| *name == what).map_or("", |(_, words)| words)
}

fn hex(words: &str) -> String {
    words.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// Which canaries these bytes hold: as text, as it stands in JSON with escapes, and as Postgres prints bytes.
fn sung(bytes: &[u8]) -> Vec<&'static str> {
    let holds = |needle: &[u8]| !needle.is_empty() && bytes.windows(needle.len()).any(|window| window == needle);
    let escaped = |words: &str| {
        let units: Vec<String> = words.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        units.concat()
    };
    let found = CANARIES.iter().filter(|(_, words)| {
        holds(words.as_bytes()) || holds(escaped(words).as_bytes()) || holds(hex(words).as_bytes())
    });
    found.map(|(what, _)| *what).collect()
}

fn files(dir: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(dir) {
        let entry = entry?;
        if entry.file_type().is_file() {
            all.push(entry.into_path());
        }
    }
    Ok(all)
}

async fn hand_in(city: &TestCity) -> Result<Value> {
    let body = json!({
        "channel": "net", "class": "request", "topic": "environment", "district": "990101001", "kind": "individual",
        "title": canary("title"), "request": canary("request"), "facts": canary("facts"),
        "petitioner": {
            "name": canary("name"), "document_kind": "id_card", "document_number": canary("document"), "phone": canary("phone"),
            "email": canary("e-mail"), "address": canary("address"),
        },
    });
    let request =
        browser()?.post(city.url(Service::Intake, "/petitions")).header("idempotency-key", "canary").json(&body);
    TestCity::answer(request.send().await?).await
}

/// Answers that refuse, each to a request that carries a canary where it does not belong.
async fn refusals(city: &TestCity, receipt: &Value) -> Result<Vec<u8>> {
    let http = browser()?;
    let name = canary("name");
    let broken =
        json!({ "channel": name, "class": "request", "petitioner": { "name": name, "phone": canary("phone") } });
    let mut told = Vec::new();
    for request in [
        http.post(city.url(Service::Intake, "/petitions")).header("idempotency-key", "broken").json(&broken),
        http.post(city.url(Service::Intake, "/petitions/query"))
            .json(&json!({ "number": receipt["number"], "code": "x" })),
        http.get(city.url(Service::Casework, &format!("/cases/{name}"))),
        http.get(city.url(Service::Ledger, "/matters")).query(&[("topic", canary("phone"))]),
    ] {
        let answer = request.send().await?;
        ensure!(answer.status().is_client_error(), "a bad request is answered {}", answer.status());
        told.extend(answer.bytes().await?);
    }
    Ok(told)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_petitioner_is_found_where_it_has_no_business() -> Result<()> {
    let (collector, mail) = (TraceCollector::start().await?, MailServer::start().await?);
    // Everything is logged, the most talkative way.
    let settings = format!("{}log = \"debug\"\n{}", collector.settings(), mail.settings());
    let city = TestCity::start(TestCityOptions { settings, ..TestCityOptions::default() }).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let receipt = hand_in(&city).await?;
    let petition: Uuid = receipt["petition_id"].as_str().context("an id")?.parse()?;
    let access = json!({ "number": receipt["number"], "code": receipt["query_code"] });
    let mut amendment = access.clone();
    amendment["text"] = json!(canary("supplement"));
    TestCity::answer(browser()?.post(city.url(Service::Intake, "/petitions/amend")).json(&amendment).send().await?)
        .await?;
    close_case(&city, "bridge-office", petition).await.with_context(|| city.last_words())?;
    let head = city.officer("bridge-office.head").await?;
    let told = refusals(&city, &receipt).await?;
    settled(
        &city.servers.admin_url(),
        &Expected { acknowledged: vec![petition], ..Expected::default() },
        Duration::from_secs(60),
    )
    .await?;

    let mut found: Vec<String> = Vec::new();
    let mut look = |place: String, bytes: &[u8]| {
        found.extend(sung(bytes).into_iter().map(|what| format!("the {what} stands in {place}")));
    };
    look("an answer that refuses".to_owned(), &told);
    let rows = head.list(Service::Ledger, "/matters?limit=50").await?;
    ensure!(rows.len() == 1, "the ledger shows {} matters", rows.len());
    // The office that answers reads the title; who petitioned it reads masked.
    let masked: Vec<_> = sung(serde_json::to_string(&rows)?.as_bytes())
        .into_iter()
        .filter(|what| !matches!(*what, "title" | "request"))
        .collect();
    ensure!(masked.is_empty(), "the ledger shows {masked:?} to the office");
    for service in TestCity::services() {
        let metrics = browser()?.get(city.url(service, "/metrics")).send().await?.bytes().await?;
        look(format!("the metrics of {service}"), &metrics);
    }
    let tables = oracle
        .rows(
            "select schemaname || '.' || quote_ident(tablename) as name from pg_tables
               where schemaname in ('intake', 'casework', 'scheduling', 'notification', 'directory', 'ledger')",
        )
        .await?;
    let mut rows_read = 0;
    for table in tables.iter().filter_map(|row| row["name"].as_str()) {
        for row in oracle.rows(&format!("select * from {table}")).await? {
            rows_read += 1;
            look(table.to_owned(), row.to_string().as_bytes());
        }
    }
    ensure!(rows_read > 50, "only {rows_read} rows were read");
    look("the traces".to_owned(), &collector.bytes());
    let (mut store, mut logs) = (0, 0);
    for file in files(&city.dir().join("city/nats"))? {
        let bytes = fs::read(&file)?;
        store += bytes.len();
        look(format!("the bus's store, {}", file.display()), &bytes);
    }
    for file in files(city.dir())?.into_iter().filter(|file| file.extension().is_some_and(|ext| ext == "log")) {
        let bytes = fs::read(&file)?;
        logs += bytes.len();
        look(format!("the log {}", file.display()), &bytes);
    }
    ensure!(
        store > 10_000 && logs > 10_000,
        "{store} bytes of store and {logs} of logs are too few to have been looked at"
    );
    ensure!(found.is_empty(), "{}", found.join("\n"));
    println!(
        "no canary in {rows_read} rows, {store} bytes of store, {logs} bytes of logs, {} of traces",
        collector.bytes().len()
    );
    Ok(())
}

/// The search itself finds what it looks for, in every form.
#[test]
fn a_canary_is_heard_in_every_disguise() {
    for (what, words) in CANARIES {
        let hex = hex(words);
        for text in [format!("…{words}…"), serde_json::json!({ "a": words }).to_string(), format!("\\x00{hex}00")] {
            assert_eq!(sung(text.as_bytes()), [what], "{text}");
        }
    }
    assert!(sung("nothing".as_bytes()).is_empty());
}
