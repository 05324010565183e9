//! Reading a JSON body, strictly.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{FieldProblem, KitState, Problem, read_body, scan};

/// A JSON body, or a JSON answer.
///
/// Read only as `application/json`, uncompressed UTF-8 within the body limit, at most 32 deep, no name twice, no NUL,
/// nothing after the value. Types should carry `deny_unknown_fields`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let most = request.extensions().get::<Arc<KitState>>().map_or(1 << 20, |kit| kit.limits.body_bytes);
        check_headers(request.headers())?;
        let bytes = read_body(request.into_body(), most).await?;
        read_json(&bytes).map(Self)
    }
}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let expected = || Problem::unsupported_media_type("application/json");
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(media), None) = (types.next(), types.next()) else {
        return Err(expected());
    };
    let media = media.to_str().map_err(|_| expected())?.to_ascii_lowercase();
    let (media, parameters) = media.split_once(';').map_or((media.as_str(), ""), |(m, p)| (m, p));
    let charset = parameters.split(';').filter_map(|p| p.trim().strip_prefix("charset="));
    let readable = media.trim() == "application/json" && charset.into_iter().all(|c| c.trim_matches('"') == "utf-8");
    let plain = headers.get_all(header::CONTENT_ENCODING).iter().all(|coding| coding == "identity");
    if readable && plain { Ok(()) } else { Err(expected()) }
}

/// Reads a type from bytes with all checks; also used for imports and stored forms.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let body = |rule: &str, rule_en: &str| Problem::field("body", rule, rule_en, r#"{"title": "…"}"#);
    let text = std::str::from_utf8(bytes).map_err(|_| body("应为 UTF-8 编码", "must be UTF-8"))?;
    if text.trim().is_empty() {
        return Err(body("不能为空", "must not be empty"));
    }
    scan::look_over(text).map_err(|field| Problem::bad_request(vec![field]))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    deserializer.end().map_err(|_| body("内容之后不得再有其他字符", "nothing may follow the value"))?;
    Ok(value)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let path = if path == "." { "" } else { path };
    if !error.is_data() {
        let place = format!("第{}行第{}列", error.line(), error.column());
        let place_en = format!("line {}, column {}", error.line(), error.column());
        return Problem::field(
            if path.is_empty() { "body" } else { path },
            format!("不是有效的 JSON（{place}）"),
            format!("is not valid JSON ({place_en})"),
            r#"{"title": "…"}"#,
        );
    }
    Problem::bad_request(vec![explain_data(path, &error.to_string())])
}

/// Turns serde's message into a rule. The value that was sent is not repeated: it may be personal data.
pub(crate) fn explain_data(path: &str, message: &str) -> FieldProblem {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let at = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    let here = || {
        if path.is_empty() { "body".to_owned() } else { path.to_owned() }
    };
    if message.starts_with("missing field") {
        FieldProblem::new(at(quoted), "必填", "is required", "见 /openapi.json")
    } else if message.starts_with("unknown field") {
        let known = message.split_once(", expected ").map_or("", |(_, known)| known).trim_start_matches("one of ");
        let field = if path.is_empty() || path.ends_with(quoted) { at_end(path, quoted) } else { at(quoted) };
        FieldProblem::new(field, "没有这个字段", "is not a known field", known)
    } else if message.starts_with("unknown variant") {
        let known = message.split_once(", expected ").map_or("", |(_, known)| known).trim_start_matches("one of ");
        FieldProblem::new(here(), "不是可选的值", "is not one of the values that may be chosen", known)
    } else if message.starts_with("duplicate field") {
        FieldProblem::new(at(quoted), "同一字段不得出现两次", "must not be given twice", "")
    } else if let Some((_, expected)) = message.rsplit_once(", expected ") {
        FieldProblem::new(here(), "类型或取值不对", format!("must be {expected}"), expected)
    } else if message.starts_with("invalid ") || message.contains("out of range") {
        FieldProblem::new(here(), "类型或取值不对", "has a wrong type or value", "见 /openapi.json")
    } else {
        FieldProblem::new(here(), "不符合要求", message, "见 /openapi.json")
    }
}

fn at_end(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { path.to_owned() }
}
