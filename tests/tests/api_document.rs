//! `docs/API.md` lists every endpoint of every service, generated from what the services themselves serve at
//! `/openapi.json`, and every call from one service to another.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use utoipa::openapi::OpenApi;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/API.md")
}

fn services() -> [(&'static str, OpenApi); 6] {
    [
        ("intake", huiyin_intake::openapi()),
        ("casework", huiyin_casework::openapi()),
        ("scheduling", huiyin_scheduling::openapi()),
        ("notification", huiyin_notification::openapi()),
        ("directory", huiyin_directory::openapi()),
        ("ledger", huiyin_ledger::openapi()),
    ]
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().replace('|', "/")
}

#[test]
fn the_list_of_endpoints_is_up_to_date() {
    let mut text = String::from(include_str!("api-head.md"));
    for (name, api) in services() {
        let _ = write!(text, "\n## {name}\n\n| method | path | what |\n|---|---|---|\n");
        let api = serde_json::to_value(api).expect("a description serialises");
        for (path, operations) in api["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                let words = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
                let _ = writeln!(text, "| {} | `{path}` | {} |", method.to_uppercase(), first_line(words));
            }
        }
    }
    if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
        fs::write(page(), &text).expect("a writable file");
    }
    assert!(fs::read_to_string(page()).unwrap_or_default() == text, "docs/API.md is out of date: run script/docs");
}

/// DOMAIN part D, W5: an endpoint without words or without a described refusal is not finished.
#[test]
fn every_endpoint_says_what_it_does_and_how_it_refuses() {
    let mut wrong = Vec::new();
    for (name, api) in services() {
        let api = serde_json::to_value(api).expect("a description serialises");
        for (path, operations) in api["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                let words = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
                let answers: Vec<&String> =
                    operation["responses"].as_object().map(|r| r.keys().collect()).unwrap_or_default();
                let refuses = answers.iter().any(|code| code.starts_with('4') || code.starts_with("default"));
                // Nothing can be wrong with a request that brings nothing: neither values nor a token.
                let brings = ["parameters", "requestBody", "security"].iter().any(|part| match operation.get(part) {
                    None | Some(Value::Null) => false,
                    Some(Value::Array(parts)) => !parts.is_empty(),
                    Some(_) => true,
                });
                if words.is_empty() || (!refuses && brings) {
                    wrong.push(format!("{name} {method} {path}: {answers:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
