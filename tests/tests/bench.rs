//! `huiyin bench`: a filled city holds every invariant, and every measurement runs to its end. What is measured here says nothing: the
//! builds are quick ones and the numbers tiny.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// The program `huiyin`: cargo puts it beside the folder of the tests.
fn huiyin() -> PathBuf {
    let test = std::env::current_exe().expect("where this test stands");
    let program = test.ancestors().nth(2).expect("a target directory").join("huiyin");
    assert!(program.is_file(), "the program huiyin is not built: cargo build --workspace --bins");
    program
}

fn bench(arguments: &[&str]) -> String {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(huiyin());
    // Where the policies are.
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let ended = command.arg("bench").args(arguments).arg("--data-dir").arg(data.path()).output();
    let ended = ended.expect("huiyin runs");
    let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    let log = std::fs::read_to_string(data.path().join("bench-city/services.log")).unwrap_or_default();
    assert!(ended.status.success(), "bench {arguments:?}:\n{said}\n{complained}\n{log}");
    said.into_owned()
}

/// A measurement in its smallest form; gives its figures.
fn figures(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("figures.json");
    let json = file.display().to_string();
    bench(&[arguments, &["--json", &json]].concat());
    let text = std::fs::read_to_string(file).expect("figures");
    serde_json::from_str::<Value>(&text).expect("JSON")["figures"].clone()
}

/// Whether the large and lasting tests were asked for (`script/test --long`).
fn is_long() -> bool {
    std::env::var_os("HUIYIN_TEST_LONG").is_some()
}

/// Journals hash and are sealed, publications are numbered, heads stand where they end, every clock has its timers, ledger and notices agree.
#[test]
fn a_filled_city_holds_every_invariant() {
    let said = bench(&["fill", "200", "--verify"]);
    assert!(said.contains("✓ journal.hash") && said.contains("✓ case.replay"), "{said}");
    let petitions = said.lines().find(|line| line.contains("petition.case")).expect("petitions are counted");
    let counted: u64 = petitions.split_whitespace().nth(2).and_then(|n| n.parse().ok()).expect("a number");
    assert!(counted > 200, "{petitions}");
}

#[test]
fn every_measurement_runs_to_its_end() {
    if !is_long() {
        return;
    }
    let city: &[&str] = &["--matters", "300"];
    let of = |arguments: &[&str]| figures(&[arguments, city].concat());
    let lifecycle = of(&["lifecycle", "--connections", "4", "--seconds", "4"]);
    assert!(lifecycle["ratio"].as_f64().is_some_and(|ratio| ratio > 0.0), "{lifecycle}");
    let latency = of(&["latency", "--rate", "5", "--seconds", "4"]);
    assert!(latency["visible_p99"].as_f64().is_some_and(|ms| ms > 0.0), "{latency}");
    let timers = of(&["timers", "--mix", "open", "--spread", "40", "--over", "4", "--at-once", "40"]);
    assert!(timers["fired_per_second"].as_f64().is_some_and(|rate| rate > 0.0), "{timers}");
    let list = of(&["list", "--connections", "2", "--seconds", "1"]);
    assert!(list["page_p50"].as_f64().is_some_and(|ms| ms > 0.0), "{list}");
    let plans = of(&["list", "--explain"]);
    assert!(plans["statements"].as_f64().is_some_and(|statements| statements > 20.0), "{plans}");
    let rebuild = of(&["rebuild"]);
    assert!(rebuild["per_second"].as_f64().is_some_and(|rate| rate > 0.0), "{rebuild}");
    let relay = of(&["relay", "--events", "500"]);
    assert!(relay["per_second"].as_f64().is_some_and(|rate| rate > 0.0), "{relay}");
    let reckon = of(&["reckon", "--mix", "open", "--rate", "5", "--seconds", "3"]);
    assert!(reckon["clocks"].as_f64().is_some_and(|clocks| clocks >= 300.0), "{reckon}");
    assert!(reckon["heard_seconds"].as_f64().is_some() && reckon["intake_ratio"].as_f64().is_some(), "{reckon}");
    let burst = of(&["burst", "--seconds", "1"]);
    assert_eq!(burst["errors"].as_f64(), Some(0.0), "{burst}");
}
