//! A file to its end in a running city (归档、鉴定、销毁; A11): nothing of it is left with any service, and what is left still holds.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use huiyin::verify::{Expected, settled};
use huiyin_kernel::{BusinessClock, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Citizens, Dice, Oracle, TestCity, TestCityOptions, close_case};

const PATIENCE: Duration = Duration::from_secs(60);
const DAY: i64 = 86_400;

/// What the office wrote, which stands nowhere else.
const WRITTEN: &str = "支持请求，责成有关单位限期落实";

/// All clocks stand so many days ahead, and the services begin their day.
async fn days_later(city: &mut TestCity, days: i64) -> Result<()> {
    let services: Vec<Service> = TestCity::services().collect();
    for service in &services {
        city.process(*service)?.stop().await?;
    }
    for whose in services.iter().map(|service| service.name()).chain(["postgres"]) {
        city.clocks()?.set(whose, days * DAY)?;
    }
    for service in services {
        city.process(service)?.restart().await?;
    }
    Ok(())
}

/// Rule ids: A11, S7, WH-15.
#[tokio::test(flavor = "multi_thread")]
async fn a11_of_a_destroyed_file_no_service_holds_anything() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions { clocks: true, ..TestCityOptions::default() }).await?;
    let (oracle, mut dice) = (Oracle::new(city.servers.admin_url()), Dice::new(huiyin_testkit::seed()));
    let mut petition = crate::harness::petition(&mut dice);
    (petition["district"], petition["class"]) = (json!("990101001"), json!("request"));
    let petition = Citizens::of(&city)?.hand_in("a11", petition, &mut dice).await?;
    let closed = close_case(&city, "bridge-office", petition.petition_id).await.with_context(|| city.last_words())?;
    let case: Uuid = closed["case_id"].as_str().context("a case")?.parse()?;
    ensure!(holds(&oracle, WRITTEN).await? > 0, "the words that are looked for were never there");
    days_later(&mut city, 60).await?;
    let officer = city.officer("bridge-office.officer").await?;
    officer
        .post(Service::Casework, &format!("/cases/{case}/archive"), &json!({}))
        .await
        .with_context(|| city.last_words())?;
    drop(officer);
    // Kept for thirty years from the next new year on.
    days_later(&mut city, 32 * 366).await?;
    let officer = city.officer("bridge-office.officer").await?;
    let head = city.officer("bridge-office.head").await?;
    let due = officer.list(Service::Casework, "/archive/due?scope=unit").await?;
    ensure!(due.len() == 1 && due[0]["case_id"] == json!(case), "not the file that is due: {due:?}");
    let finding = json!({ "finding": "destroy", "reason": "保管期满，已无查考价值" });
    officer.post(Service::Casework, &format!("/cases/{case}/appraise-file"), &finding).await?;
    head.post(Service::Casework, &format!("/cases/{case}/destroy-file"), &json!({})).await?;
    let register = head.list(Service::Casework, "/archive/destroyed?scope=unit").await?;
    ensure!(
        register.len() == 1 && register[0]["number"] == json!(petition.number),
        "not in the register: {register:?}"
    );
    let now = BusinessClock::System.now() + TimeDelta::days(32 * 366);
    let expected =
        Expected { acknowledged: vec![petition.petition_id], now: Some(now), at_rest: true, ..Expected::default() };
    let report = settled(&city.servers.admin_url(), &expected, PATIENCE).await?;
    ensure!(report.holds(), "{report}");
    ensure!(holds(&oracle, WRITTEN).await? == 0, "what the office wrote is still there");
    let unconfirmed = "select count(*) from intake.erasure where unconfirmed <> '{}'";
    ensure!(oracle.count(unconfirmed).await? == 0, "a holder of copies has not destroyed them");
    Ok(())
}

/// In how many rows of the case's own tables and journals the words stand.
async fn holds(oracle: &Oracle, words: &str) -> Result<i64> {
    let journals = Service::ALL.into_iter().filter(|service| *service != Service::Portal).map(|service| {
        format!("select count(*) n from {service}.journal where position(convert_to('{words}', 'utf8') in body) > 0")
    });
    let state = format!("select count(*) from casework.case where body::text like '%{words}%'");
    let all = journals.chain([state]).collect::<Vec<_>>().join(" union all ");
    let rows: Vec<Value> = oracle.rows(&format!("select sum(n)::bigint n from ({all}) found")).await?;
    rows.first().and_then(|row| row["n"].as_i64()).context("a count")
}
