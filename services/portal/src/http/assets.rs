//! The stylesheet, and what is said to search engines.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::frame::{STYLESHEET, STYLESHEET_PATH};
use crate::failure::Failure;

pub(super) async fn serve(Path(file): Path<String>) -> Result<Response, Failure> {
    if STYLESHEET_PATH.strip_prefix("/assets/") != Some(&file) {
        return Err(Failure::not_found());
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, STYLESHEET).into_response())
}

pub(super) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /staff\nDisallow: /receipt\nDisallow: /track\n"
}
