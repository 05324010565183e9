//! A document of a case as PDF; here only the file passes through.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

use super::case::read_id;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::Answer;
use crate::http::seat::Seat;
use crate::upstream::casework;

/// Shows it, to be read, printed and sealed.
pub(in crate::http) async fn show(
    State(desk): State<Desk>,
    Path((id, kind)): Path<(String, String)>,
    seat: Seat,
) -> Answer {
    let id = read_id(&id)?;
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    if !kind.bytes().all(is_name) {
        return Err(Failure::not_found());
    }
    let (told, file) = casework::document(&desk.http, id, &kind, seat.token()).await?;
    let disposition = told.get(header::CONTENT_DISPOSITION).cloned();
    let disposition = disposition.unwrap_or(HeaderValue::from_static("inline; filename=\"document.pdf\""));
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file).into_response())
}
