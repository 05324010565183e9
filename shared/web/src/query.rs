//! Reading query parameters, strictly.

use std::error::Error;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::{Problem, json::explain_data};

/// Query parameters. Types should carry `deny_unknown_fields`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        for (name, value) in pairs.map(|pairs| pairs.0).unwrap_or_default() {
            // Bytes that are not UTF-8 arrive as U+FFFD: what would be looked for is not what was typed.
            if [&name, &value].iter().any(|text| text.contains(['\0', '\u{FFFD}'])) {
                let field = if name.contains(['\0', '\u{FFFD}']) { "query" } else { &name };
                let (rule, rule_en) = ("含有无效字符，应为 UTF-8", "has invalid characters; must be UTF-8");
                return Err(Problem::field(field, rule, rule_en, "name=%E6%B0%B4"));
            }
        }
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|query| Self(query.0)).map_err(|rejection| {
            let message = rejection.source().map(ToString::to_string).unwrap_or_default();
            let (path, message) = message.split_once(": ").unwrap_or(("", &message));
            let is_field = !path.is_empty() && !path.contains(' ');
            let found = if is_field { explain_data(path, message) } else { explain_data("", message) };
            Problem::bad_request(vec![found])
        })
    }
}
