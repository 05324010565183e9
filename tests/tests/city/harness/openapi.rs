//! What a service says of itself at `/openapi.json`, as far as tests send requests by it.

use anyhow::{Context, Result};
use huiyin_kernel::Service;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::servers::TestCity;

/// One endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// With `{…}` where parameters stand.
    pub(crate) path: String,
    /// Names of parameters in the path.
    pub(crate) in_path: Vec<String>,
    /// Names of parameters in the query.
    pub(crate) in_query: Vec<String>,
    /// A body that fits the schema, when JSON is taken.
    pub(crate) body: Option<Value>,
    /// Statuses it says it answers.
    pub(crate) statuses: Vec<String>,
}

/// Every endpoint of a service.
pub(crate) async fn endpoints(city: &TestCity, service: Service) -> Result<Vec<Endpoint>> {
    let response = super::browser()?.get(city.url(service, "/openapi.json")).send().await?;
    let document = TestCity::answer(response).await?;
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().context("paths")? {
        for (method, operation) in item.as_object().context("operations")? {
            let named = |place: &str| {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let here = parameters.filter(|parameter| parameter["in"] == place);
                here.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
            };
            let schema = operation.pointer("/requestBody/content/application~1json/schema");
            all.push(Endpoint {
                method: method.to_uppercase().parse()?,
                path: path.clone(),
                in_path: named("path"),
                in_query: named("query"),
                body: schema.map(|schema| example(&document, schema, 0)),
                statuses: operation["responses"].as_object().into_iter().flatten().map(|(s, _)| s.clone()).collect(),
            });
        }
    }
    Ok(all)
}

/// A value that fits a schema: its example where there is one.
fn example(document: &Value, schema: &Value, depth: u8) -> Value {
    if let Some(example) = schema.get("example").or_else(|| schema.pointer("/examples/0")) {
        return example.clone();
    }
    if let Some(target) = schema["$ref"].as_str() {
        return document
            .pointer(target.trim_start_matches('#'))
            .map_or(Value::Null, |s| example(document, s, depth + 1));
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[choice].as_array() {
            let real = options.iter().find(|option| option["type"] != "null").unwrap_or(&Value::Null);
            return example(document, real, depth + 1);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match (kind, schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => json!("0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
        (Some("string"), Some("date-time")) => json!("2026-03-02T01:00:00Z"),
        (Some("string"), Some("date")) => json!("2026-03-02"),
        (Some("string"), _) => json!("文字"),
        (Some("integer" | "number"), _) => json!(1),
        (Some("boolean"), _) => json!(true),
        (Some("array"), _) => json!([example(document, &schema["items"], depth + 1)]),
        _ if depth > 8 => Value::Null,
        _ => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields: Map<_, _> =
                fields.map(|(name, field)| (name.clone(), example(document, field, depth + 1))).collect();
            Value::Object(fields)
        }
    }
}

/// The places of a body at which something else may stand, as JSON pointers; the whole body among them.
pub(crate) fn places(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(body, String::new(), &mut found);
    found
}

fn walk(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(field, format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                walk(first, format!("{at}/0"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(at);
}
