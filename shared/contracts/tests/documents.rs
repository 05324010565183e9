//! The published documents are generated from the catalogue and must match what is committed.
//! `HUIYIN_WRITE_DOCS=1 cargo test -p huiyin-contracts --test documents` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use huiyin_contracts::{Audience, CATALOGUE, Entry};
use huiyin_kernel::DistrictCode;
use serde_json::{Map, Value, json};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn publish(name: &str, text: &str) {
    let path = docs().join(name);
    if std::env::var_os("HUIYIN_WRITE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("has a parent")).expect("a writable folder");
        fs::write(&path, text).expect("a writable file");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{name} is out of date: run script/docs");
}

fn body_name(entry: &Entry) -> &'static str {
    entry.body.rsplit("::").next().expect("a name")
}

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("serialises"))
}

fn description(entry: &Entry) -> String {
    let schema = (entry.schema)();
    schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

#[test]
fn json_schemas_are_up_to_date() {
    for entry in CATALOGUE {
        let schema = serde_json::to_value((entry.schema)()).expect("serialises");
        publish(&format!("schemas/{}.v{}.json", body_name(entry), entry.event.version), &pretty(&schema));
    }
}

#[test]
fn the_asyncapi_document_is_up_to_date() {
    let mut channels = Map::new();
    let mut operations = Map::new();
    let mut messages = Map::new();
    for entry in CATALOGUE {
        let name = entry.event.type_name();
        let sample = DistrictCode::parse("000000").expect("a code");
        let address = entry.event.subject(&sample).replace("000000", "{district}");
        let reference = format!("#/components/messages/{name}");
        channels.insert(
            name.clone(),
            json!({
                "address": address,
                "parameters": { "district": { "description": "District code of 6, 9 or 12 digits; * for all." } },
                "messages": { "event": { "$ref": reference } },
            }),
        );
        operations.insert(
            format!("receive.{name}"),
            json!({ "action": "receive", "channel": { "$ref": format!("#/channels/{}", name.replace('/', "~1")) } }),
        );
        messages.insert(
            name.clone(),
            json!({
                "name": name,
                "contentType": "application/json",
                "summary": description(entry),
                "tags": [{ "name": entry.event.owner.name() }, { "name": entry.event.audience.name() }],
                "payload": { "$ref": format!("./schemas/{}.v{}.json", body_name(entry), entry.event.version) },
            }),
        );
    }
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Huiyin 回音",
            "version": "1.0.0",
            "description": "Events of the city's petition work. CloudEvents 1.0 in binary mode over NATS JetStream.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages },
    });
    publish("asyncapi.json", &pretty(&document));
}

#[test]
fn the_list_of_events_is_up_to_date() {
    let mut text = String::from(include_str!("events-head.md"));
    for audience in [Audience::Public, Audience::Private] {
        let title = match audience {
            Audience::Public => "Public events 公开事件",
            Audience::Private => "Private events 内部事件 (notification and casework only)",
        };
        let _ = write!(text, "\n## {title}\n\n| type | subject | body |\n|---|---|---|\n");
        for entry in CATALOGUE.iter().filter(|e| e.event.audience == audience) {
            let sample = DistrictCode::parse("420102001").expect("a code");
            let _ = writeln!(
                text,
                "| `{}` | `{}` | [{body}](schemas/{body}.v{}.json) |",
                entry.event.type_name(),
                entry.event.subject(&sample).replace("420102001", "<district>"),
                entry.event.version,
                body = body_name(entry),
            );
        }
    }
    publish("EVENTS.md", &text);
}
