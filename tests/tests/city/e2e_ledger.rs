//! The ledger is built from published events alone: dropped and rebuilt it equals what it was.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin::verify::{Expected, settled};
use huiyin_testkit::{eventually_within, not_yet};

use crate::harness::{Citizens, Dice, Load, Oracle, TestCity, TestCityOptions, close_case};

const PATIENCE: Duration = Duration::from_secs(60);
const TABLES: [&str; 5] = ["matter", "message", "district", "unit", "staff"];

/// Rule ids: O7, QL-20.
#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_dropped_and_rebuilt_equals_what_it_was() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let oracle = Oracle::new(city.servers.admin_url());
    let mut dice = Dice::new(huiyin_testkit::seed());
    let load = Load::begin(&Citizens::of(&city)?, &dice.of(1));
    load.strike(&mut dice, 1).await;
    let answered = load.end().await?;
    let expected = Expected {
        acknowledged: answered.iter().map(|petition| petition.petition_id).collect(),
        ..Expected::default()
    };
    let report = settled(&city.servers.admin_url(), &expected, PATIENCE).await?;
    ensure!(report.holds(), "an invariant is broken:\n{report}");
    for petition in answered.iter().take(2) {
        let office = if petition.body["district"] == "990101001" { "bridge-office" } else { "locust-office" };
        if petition.body["class"] == "request" {
            close_case(&city, office, petition.petition_id).await?;
        }
    }
    let report = settled(&city.servers.admin_url(), &expected, PATIENCE).await?;
    ensure!(report.holds(), "an invariant is broken:\n{report}");
    let before = contents(&oracle).await?;
    // Dropped, together with the memory of having heard anything: the repair road brings all of it from the owners.
    oracle
        .execute(
            "truncate ledger.matter, ledger.message, ledger.district, ledger.unit, ledger.staff, ledger.visit, ledger.session;
             delete from ledger.inbox_head; delete from ledger.repair_mark; delete from ledger.inbox_waiting",
        )
        .await?;
    let after = eventually_within(PATIENCE, || async {
        let now = contents(&oracle).await?;
        if now == before { Ok(now) } else { Err(not_yet(differing(&before, &now))) }
    })
    .await
    .with_context(|| city.last_words())?;
    ensure!(after.iter().map(Vec::len).sum::<usize>() >= answered.len(), "the comparison compared nothing");
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

fn differing(before: &[Vec<String>], now: &[Vec<String>]) -> String {
    let pairs = TABLES.iter().zip(before.iter().zip(now));
    pairs
        .filter(|(_, (before, now))| before != now)
        .map(|(table, (before, now))| format!("{table}: {} rows, then {}", before.len(), now.len()))
        .collect::<Vec<_>>()
        .join("; ")
}
