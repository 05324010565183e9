//! What operators see is one piece: every metric in the code stands in the catalogue and the other way round, every alarm has its
//! section in the runbook and the other way round, the dashboards show only what there is. `docs/METRICS.md`,
//! `deploy/alarms/huiyin.rules.yml` and `deploy/grafana/*.json` are written from the code (`script/docs`).

#[path = "observability/dashboards.rs"]
mod dashboards;
#[path = "observability/grafana.rs"]
mod grafana;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use huiyin_telemetry::{ALARMS, METRICS, Severity, metric, rules};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares a generated file with what is committed, or writes it.
fn up_to_date(path: &str, text: &str) {
    let file = root().join(path);
    if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, text).expect("a writable file");
    }
    assert!(fs::read_to_string(&file).unwrap_or_default() == text, "{path} is out of date: run script/docs");
}

/// Every `counter!`, `gauge!` and `histogram!` of the product, by metric.
fn used() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut used: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for folder in ["services", "shared"] {
        for entry in walkdir::WalkDir::new(root().join(folder)).into_iter().filter_map(Result::ok) {
            let path = entry.path();
            // This file's own folder is called `tests` too: only what lies below the house's counts.
            let inside = path.strip_prefix(root()).unwrap_or(path).to_string_lossy();
            let ours = path.extension().is_some_and(|e| e == "rs") && !inside.contains("/tests/");
            let text = if ours { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            for kind in ["counter", "gauge", "histogram"] {
                for call in product.split(&format!("metrics::{kind}!(")).skip(1) {
                    if let Some(name) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                        used.entry(name.to_owned()).or_default().insert(kind);
                    }
                }
            }
        }
    }
    used
}

#[test]
fn every_metric_in_the_code_stands_in_the_catalogue_and_the_other_way_round() {
    let used = used();
    assert!(used.len() > 40, "the code was not read: {used:?}");
    let mut wrong = Vec::new();
    for (name, kinds) in &used {
        match metric(name) {
            None => wrong.push(format!("{name}: in the code, not in the catalogue")),
            Some(found) if kinds.iter().any(|kind| *kind != found.kind.name()) => {
                wrong.push(format!("{name}: {kinds:?} in the code, {} in the catalogue", found.kind.name()));
            }
            Some(_) => {}
        }
    }
    let mut names = BTreeSet::new();
    for found in METRICS {
        if !used.contains_key(found.name) {
            wrong.push(format!("{}: in the catalogue, not in the code", found.name));
        }
        let total = found.name.ends_with("_total");
        if total != (found.kind.name() == "counter") || !names.insert(found.name) {
            wrong.push(format!("{}: twice, or its name does not say its kind", found.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_of_metrics_is_up_to_date() {
    let mut page = "<!-- written from shared/telemetry/src/catalogue.rs by tests/tests/observability.rs; run script/docs -->\n\
        # Metrics\n\n\
        Every service shows its process's metrics at `GET /metrics`, in Prometheus' text form. In `huiyin all` the seven services\n\
        are one process: scrape one address. What to do when a number is wrong stands in [RUNBOOK](RUNBOOK.md); the alarms are in\n\
        [deploy/alarms](../deploy/alarms), dashboards in [deploy/grafana](../deploy/grafana). No metric names a person or a matter.\n\n\
        | name | type | unit | labels | meaning |\n|---|---|---|---|---|\n"
        .to_owned();
    for m in METRICS {
        let labels: Vec<String> = m.labels.iter().map(|label| format!("`{label}`")).collect();
        let _ =
            writeln!(page, "| `{}` | {} | {} | {} | {} |", m.name, m.kind.name(), m.unit, labels.join(" "), m.meaning);
    }
    up_to_date("docs/METRICS.md", &page);
}

#[test]
fn the_alarm_rules_are_up_to_date() {
    up_to_date("deploy/alarms/huiyin.rules.yml", &rules());
}

/// The runbook's sections that begin with the name of an alarm.
fn sections(runbook: &str) -> BTreeMap<String, String> {
    let mut parts = runbook.split("\n### ");
    parts.next();
    parts
        .filter_map(|part| {
            let (name, text) = part.split_once('\n')?;
            let text = text.split("\n## ").next().unwrap_or_default();
            name.starts_with("Huiyin").then(|| (name.trim().to_owned(), text.to_owned()))
        })
        .collect()
}

#[test]
fn every_alarm_has_its_section_in_the_runbook_and_the_other_way_round() {
    let runbook = fs::read_to_string(root().join("docs/RUNBOOK.md")).expect("the runbook");
    let sections = sections(&runbook);
    let mut wrong = Vec::new();
    for alarm in ALARMS {
        match sections.get(alarm.name) {
            None => wrong.push(format!("{}: no section", alarm.name)),
            Some(text) => {
                let words: &[&str] = match alarm.severity {
                    Severity::Page => &["**Means**", "**Look**", "**Do**", "**Page**"],
                    Severity::Ticket => &["**Means**", "**Look**", "**Do**"],
                };
                wrong
                    .extend(words.iter().filter(|w| !text.contains(**w)).map(|w| format!("{}: lacks {w}", alarm.name)));
                if alarm.severity == Severity::Ticket && text.contains("**Page**") {
                    wrong.push(format!("{}: does not page", alarm.name));
                }
            }
        }
    }
    wrong.extend(
        sections.keys().filter(|name| !ALARMS.iter().any(|a| a.name == **name)).map(|n| format!("{n}: no such alarm")),
    );
    for name in names_in(&runbook) {
        if metric(&name).is_none() {
            wrong.push(format!("the runbook speaks of {name}, which is no metric"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The names of metrics in a text; parts of a distribution stand for it.
fn names_in(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit();
    text.split(|c: char| !word(c))
        .filter(|name| {
            name.starts_with("huiyin_")
                && ["_total", "_seconds", "_rows", "_events", "_messages", "_size", "_bucket", "_sum", "_count"]
                    .iter()
                    .any(|end| name.ends_with(end))
        })
        .map(|name| {
            let part = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            part.filter(|base| metric(base).is_some()).unwrap_or(name).to_owned()
        })
        .collect()
}

#[test]
fn every_dashboard_is_up_to_date_and_shows_only_metrics_that_are() {
    let mut shown = BTreeSet::new();
    for (file, json) in dashboards::all() {
        let text = serde_json::to_string_pretty(&json).expect("JSON") + "\n";
        let mut names = BTreeSet::new();
        for found in text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).filter(|w| w.starts_with("huiyin_")) {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| found.strip_suffix(end));
            let name = base.filter(|base| metric(base).is_some()).unwrap_or(found);
            assert!(metric(name).is_some(), "{file} shows {name}, which is no metric");
            names.insert(name.to_owned());
        }
        assert!(names.len() > 3, "{file} shows next to nothing: {names:?}");
        shown.extend(names);
        up_to_date(&format!("deploy/grafana/{file}"), &text);
    }
    for alarm in ALARMS {
        let Some(name) = alarm.when.metric() else { continue };
        assert!(shown.contains(name), "{}: no dashboard shows {name}", alarm.name);
    }
}
