//! The rules of the house, kept by machine: who may depend on whom, and which code may do what. Each failure lists
//! every offending place and says what to do instead.

#[path = "architecture/reading.rs"]
mod reading;

use std::{collections::BTreeSet, fs};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use reading::{look, product, root, sources, within};
use walkdir::WalkDir;

/// The shared crates from the ground up: each may depend on crates of an earlier line only.
const FLOORS: [&[&str]; 9] = [
    &["kernel", "embedded"],
    &["calendar", "contracts", "settings", "sealing", "documents", "forms", "authz"],
    &["policy", "telemetry", "bus"],
    &["web"],
    &["journal"],
    &["timers"],
    &["runtime"],
    // Seen by tests alone; knows no service.
    &["testkit"],
    &[],
];
const SERVICES: [&str; 7] = ["intake", "scheduling", "casework", "notification", "directory", "ledger", "portal"];
/// What a `domain/` may not know: it is pure.
const IMPURE: [&str; 8] = ["tokio", "sqlx", "axum", "async_nats", "tracing", "reqwest", "futures", "huiyin_journal"];
/// Crates that build their SQL from a service's schema name, and run its transactions.
const SQL_CRATES: [&str; 2] = ["shared/journal", "shared/timers"];
const MAX_LINES: usize = 800;

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().exec().expect("cargo metadata")
}

#[track_caller]
fn none(offences: impl IntoIterator<Item = String>, rule: &str) {
    let offences: BTreeSet<String> = offences.into_iter().collect();
    assert!(offences.is_empty(), "{rule}:\n  {}", offences.into_iter().collect::<Vec<_>>().join("\n  "));
}

fn short(name: &str) -> &str {
    name.strip_prefix("huiyin-").unwrap_or(name)
}

/// (who, on whom, for tests only) within the house.
fn edges() -> Vec<(String, String, bool)> {
    let metadata = metadata();
    let mut edges = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.name.starts_with("huiyin")) {
            let for_tests = dependency.kind == DependencyKind::Development;
            edges.push((short(&package.name).to_owned(), short(&dependency.name).to_owned(), for_tests));
        }
    }
    edges
}

#[test]
fn services_never_depend_on_each_other() {
    let is_service = |name: &str| SERVICES.contains(&name);
    let offences = edges().into_iter().filter(|(who, on, _)| is_service(who) && (is_service(on) || on == "huiyin"));
    none(
        offences.map(|(who, on, _)| format!("{who} -> {on}")),
        "services talk through events and the listed HTTP calls",
    );
}

#[test]
fn shared_crates_depend_downwards_only() {
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    let offences = edges().into_iter().filter(|(who, _, for_tests)| floor(who).is_some() && !for_tests);
    let upward = offences.filter(|(who, on, _)| floor(on).is_none_or(|below| Some(below) >= floor(who)));
    none(upward.map(|(who, on, _)| format!("{who} -> {on}")), "a shared crate depends on lower ones only (see FLOORS)");

    let shared = fs::read_dir(root().join("shared")).expect("shared/").map(|entry| entry.expect("readable"));
    let unplaced = shared.filter(|entry| entry.path().join("Cargo.toml").is_file());
    let unplaced = unplaced.map(|entry| entry.file_name().to_string_lossy().into_owned());
    none(unplaced.filter(|name| floor(name).is_none()), "give the new shared crate its place in FLOORS");
}

#[test]
fn the_test_kit_is_for_tests() {
    let offences = edges().into_iter().filter(|(_, on, for_tests)| on == "testkit" && !for_tests);
    none(offences.map(|(who, ..)| who), "huiyin-testkit belongs under [dev-dependencies]");
}

#[test]
fn the_domain_is_pure() {
    let domain = product().into_iter().filter(|(path, _)| path.starts_with("services/") && within(path, &["domain"]));
    let offences = domain.flat_map(|(path, text)| {
        let seen = look(&path, &text);
        let known =
            IMPURE.iter().filter(|name| seen.roots.contains(**name)).map(ToString::to_string).collect::<Vec<_>>();
        known.into_iter().chain(seen.async_fns).map(move |what| format!("{path}: {what}")).collect::<Vec<_>>()
    });
    none(offences, "domain/ decides from its arguments: no input or output, no async, no logging");
}

#[test]
fn sql_stands_in_stores_only() {
    let others = product().into_iter().filter(|(path, _)| !within(path, &["store"]));
    let others = others.filter(|(path, _)| !SQL_CRATES.iter().any(|krate| path.starts_with(krate)));
    let offences = others.filter(|(path, text)| !look(path, text).sql_macros.is_empty());
    none(offences.map(|(path, _)| path), "queries belong in the service's store/");
}

#[test]
fn transactions_begin_and_end_in_commands_and_tasks_only() {
    let services = product().into_iter().filter(|(path, _)| path.starts_with("services/"));
    let others = services.filter(|(path, _)| !within(path, &["app", "tasks"]));
    let offences = others.filter(|(path, text)| {
        let methods = look(path, text).methods;
        ["begin", "begin_as", "commit"].iter().any(|name| methods.contains(*name))
    });
    none(
        offences.map(|(path, _)| path),
        "only app/ and tasks/ open and end transactions; take the open one as an argument",
    );
}

#[test]
fn a_services_sql_names_its_own_schema_only() {
    let stored = SERVICES.iter().flat_map(|service| {
        let files = WalkDir::new(root().join("services").join(service).join(".sqlx")).into_iter().flatten();
        files.filter(|entry| entry.file_type().is_file()).map(move |entry| (*service, entry.into_path()))
    });
    let offences = stored.flat_map(|(service, path)| {
        let text = fs::read_to_string(&path).expect("readable");
        let described: serde_json::Value = serde_json::from_str(&text).expect("sqlx writes JSON");
        let query = described["query"].as_str().expect("a query").to_lowercase();
        let words: Vec<String> =
            query.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).map(str::to_owned).collect();
        let foreign = SERVICES.iter().filter(|other| **other != service);
        let named = foreign.filter(|other| words.iter().any(|word| word.starts_with(&format!("{other}."))));
        named.map(|other| format!("{service} names {other}'s tables: {query}")).collect::<Vec<_>>()
    });
    none(offences, "a service reads and writes its own schema; ask the owner for the rest");
}

#[test]
fn only_the_bus_publishes() {
    let others = product().into_iter().filter(|(path, _)| !path.starts_with("shared/bus/"));
    let offences = others.filter(|(path, text)| {
        let seen = look(path, text);
        seen.roots.contains("async_nats") && seen.methods.iter().any(|name| name.contains("publish"))
    });
    none(
        offences.map(|(path, _)| path),
        "stage a publication in the transaction; the relay sends it through shared/bus",
    );
}

/// O9: a NOTIFY inside a transaction makes every commit of the cluster wait for every other one.
#[test]
fn nothing_notifies_by_way_of_the_database_o9() {
    let migrations = WalkDir::new(root().join("migrations")).into_iter().flatten();
    let sql = migrations
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "sql"))
        .map(|entry| (entry.path().display().to_string(), fs::read_to_string(entry.path()).expect("text")));
    let offences = product().into_iter().chain(sql).filter(|(_, text)| {
        let text = text.to_lowercase();
        text.contains("pg_notify")
            || text.contains("pglistener")
            || text.lines().any(|l| l.trim_start().starts_with("notify "))
    });
    none(
        offences.map(|(path, _)| path),
        "wake the loops of this process after the commit; others find it at their next look",
    );
}

/// O12: tables that are filled and emptied all day are cleared of dead rows as fast, not when a fifth of them is dead.
#[test]
fn what_fills_and_empties_all_day_is_cleared_as_fast_o12() {
    let mut offences = Vec::new();
    for service in SERVICES {
        let folder = root().join("migrations").join(service);
        let files = WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        let text: String = files.map(|entry| fs::read_to_string(entry.path()).expect("text")).collect();
        for table in ["pending", "timer"] {
            let Some(at) = text.find(&format!("create table {service}.{table} (")) else { continue };
            let end = text[at..].find(';').map_or(text.len(), |end| at + end);
            if !text[at..end].contains("autovacuum_vacuum_scale_factor = 0") {
                offences.push(format!("{service}.{table}"));
            }
        }
    }
    none(offences, "say in the table's storage parameters when it is to be vacuumed");
}

/// W6: no crate of the house opts out of its lints, `forbid(unsafe_code)` first among them.
#[test]
fn every_crate_takes_the_lints_of_the_house_w6() {
    let house = fs::read_to_string(root().join("Cargo.toml")).expect("text");
    assert!(house.contains("unsafe_code = \"forbid\""), "the house forbids unsafe code");
    let metadata = metadata();
    let manifests = metadata.workspace_packages().into_iter().map(|package| &package.manifest_path);
    let offences = manifests.filter(|path| {
        let text = fs::read_to_string(path).expect("text");
        !text.contains("[lints]\nworkspace = true")
    });
    none(offences.map(ToString::to_string), "add `[lints]` with `workspace = true`");
}

#[test]
fn no_file_is_too_long_to_read() {
    let files = sources(&["shared", "services", "tests"]).into_iter().map(|(path, text)| (text.lines().count(), path));
    let long = files.filter(|(lines, _)| *lines > MAX_LINES);
    none(long.map(|(lines, path)| format!("{path}: {lines} lines")), "divide the file by what it is about");
}

#[test]
fn no_test_is_ignored() {
    let mark = concat!("#[", "ignore");
    let files = sources(&["shared", "services", "tests"]).into_iter();
    let offences = files.filter(|(_, text)| text.lines().any(|line| line.trim_start().starts_with(mark)));
    none(offences.map(|(path, _)| path), "a test that is not run shows nothing: mend it or remove it");
}
