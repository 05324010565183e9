//! Batches of documents.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;
use serde_json::{Value, json};

use super::{Asked, BATCH, CASE, NUMBER, World, ok};

pub(super) fn answer(world: &World, asked: &Asked, path: &str, words: &str) -> Response {
    let standing = || batch(world.batch_state.unwrap_or("running"), words);
    match (asked.method.as_str(), path.trim_start_matches("/document-batches")) {
        ("GET", "") => ok(json!([standing()])),
        ("POST", "") => match &world.refusal {
            Some(problem) => problem.clone().into_response(),
            None => (StatusCode::ACCEPTED, axum::Json(standing())).into_response(),
        },
        ("GET", at) if at.strip_prefix('/') == Some(BATCH) => ok(standing()),
        ("DELETE", _) => StatusCode::NO_CONTENT.into_response(),
        ("GET", at) if at.ends_with("/file") => match &world.refusal {
            Some(problem) => problem.clone().into_response(),
            None => ([("content-type", "application/zip")], "PK-archive").into_response(),
        },
        _ => Problem::not_found().into_response(),
    }
}

fn batch(state: &str, words: &str) -> Value {
    json!({
        "batch_id": BATCH, "state": state, "total": 40, "done": 17, "asked_at": "2022-05-22T04:00:00Z", "gone_at": "2022-05-22T05:00:00Z",
        "failed": [{ "case_id": CASE, "kind": "extension_notice-2", "number": NUMBER, "reason": words, "reason_en": words }],
    })
}
