//! The operator's commands, on a running city: parked events, incarnations, and the ledger built again.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use huiyin::verify::{Expected, settled};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually_within, not_yet};
use serde_json::{Value, json};

use crate::harness::{Citizens, Dice, Load, Oracle, TestCity, TestCityOptions, huiyin};

const PATIENCE: Duration = Duration::from_secs(60);
const TABLES: [&str; 7] = ["matter", "message", "district", "unit", "staff", "visit", "session"];

async fn command(city: &TestCity, arguments: &[&str]) -> Result<(bool, String)> {
    let mut command = tokio::process::Command::new(huiyin()?);
    let output = command.arg("--settings").arg(&city.servers.settings_file).args(arguments).output().await?;
    let text = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
}

/// Rule ids: O10, B1.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_decides_with_name_and_reason_and_it_stands() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    oracle
        .execute(
            "insert into casework.inbox_parked (consumer, aggregate_id, audience, sequence, event_id, reason, blocking, attempts, envelope, body)
             values ('casework__intake', gen_random_uuid(), 'public', 0, gen_random_uuid(), 'unreadable: no event', false, 0, '{}', '')",
        )
        .await?;
    let (_, listed) = command(&city, &["parked", "list"]).await?;
    ensure!(listed.contains("casework__intake") && listed.contains("dismiss"), "{listed}");
    let one = ["--service", "casework", "1", "--operator", "张工"];
    let decide = |act: &'static str, reason: &'static [&'static str]| [&["parked", act][..], &one[..], reason].concat();
    let (done, told) = command(&city, &decide("dismiss", &[])).await?;
    ensure!(!done && told.contains("--reason"), "a reason is required: {told}");
    let (done, told) = command(&city, &decide("retry", &["--reason", "再试"])).await?;
    ensure!(!done && told.contains("parked list"), "trying again cannot help: {told}");
    let (done, told) = command(&city, &decide("dismiss", &["--reason", "外部误发"])).await?;
    ensure!(done, "{told}");
    let (_, listed) = command(&city, &["parked", "list", "--service", "casework"]).await?;
    ensure!(listed.contains("没有搁置的事项"), "{listed}");
    let raise = ["incarnation", "raise", "--service", "ledger", "--operator", "张工", "--reason", "恢复到两点"];
    let (done, told) = command(&city, &raise).await?;
    ensure!(done && told.contains('2'), "{told}");
    let acts = oracle
        .rows(
            "select operator, act, reason from casework.operator_act
             union all select operator, act, reason from ledger.operator_act order by act",
        )
        .await?;
    let wanted = [
        json!({ "operator": "张工", "act": "incarnation.raise", "reason": "恢复到两点" }),
        json!({ "operator": "张工", "act": "parked.dismiss", "reason": "外部误发" }),
    ];
    ensure!(acts == wanted, "{acts:?}");
    Ok(())
}

/// Rule ids: QL-20, O7.
#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_rebuilt_on_request_while_petitions_come_in() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let mut dice = Dice::new(huiyin_testkit::seed());
    let citizens = Citizens::of(&city)?;
    let load = Load::begin(&citizens, &dice.of(1));
    load.strike(&mut dice, 1).await;
    let administrator = city.officer("city-xfj.admin").await?;
    let clerk = city.officer("bridge-office.officer").await?;
    let ask = json!({ "reason": "启用新版台账" });
    ensure!(clerk.post(Service::Ledger, "/rebuild", &ask).await.is_err(), "an officer may not");
    ensure!(
        administrator.post(Service::Ledger, "/rebuild", &json!({ "reason": " " })).await.is_err(),
        "a reason is required"
    );
    let begun = administrator.post(Service::Ledger, "/rebuild", &ask).await?;
    ensure!(begun.as_array().is_some_and(|parts| parts.len() == 5), "{begun}");
    load.end().await?;
    rebuilt(&administrator).await?;
    let expected = Expected::default();
    let report = settled(&city.servers.admin_url(), &expected, PATIENCE).await?;
    ensure!(report.holds(), "an invariant is broken:\n{report}");
    // At rest it must equal what it was, row by row.
    let before = contents(&oracle).await?;
    administrator.post(Service::Ledger, "/rebuild", &ask).await?;
    rebuilt(&administrator).await?;
    ensure!(contents(&oracle).await? == before, "the ledger built again is not what it was");
    ensure!(before[0].len() > 50, "the comparison compared nothing");
    Ok(())
}

async fn rebuilt(administrator: &crate::harness::Officer<'_>) -> Result<()> {
    eventually_within(PATIENCE, || async {
        let parts: Value = administrator.get(Service::Ledger, "/rebuild").await?;
        let parts = parts.as_array().context("a list")?;
        let open: Vec<&Value> = parts.iter().filter(|part| part["finished_at"].is_null()).collect();
        if open.is_empty() { Ok(()) } else { Err(not_yet(format!("{open:?}"))) }
    })
    .await?;
    Ok(())
}

async fn contents(oracle: &Oracle) -> Result<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    for table in TABLES {
        let rows = oracle.rows(&format!("select * from ledger.{table} order by 1")).await?;
        tables.push(rows.iter().map(ToString::to_string).collect());
    }
    Ok(tables)
}
