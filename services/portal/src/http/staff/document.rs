//! A document of a case, or a paper of a visit, as PDF; here only the file passes through.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::case::read_id;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::Answer;
use crate::http::seat::Seat;
use crate::upstream::{casework, scheduling};

/// Shows it, to be read, printed and sealed.
pub(in crate::http) async fn show(
    State(desk): State<Desk>,
    Path((id, kind)): Path<(String, String)>,
    seat: Seat,
) -> Answer {
    let (id, kind) = (read_id(&id)?, named(&kind)?);
    Ok(file(casework::document(&desk.http, id, kind, seat.token()).await?))
}

/// The same of a visit.
pub(in crate::http) async fn of_visit(
    State(desk): State<Desk>,
    Path((id, kind)): Path<(String, String)>,
    seat: Seat,
) -> Answer {
    let (id, kind) = (read_id(&id)?, named(&kind)?);
    Ok(file(scheduling::paper(&desk.http, id, kind, seat.token()).await?))
}

fn named(kind: &str) -> Result<&str, Failure> {
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    if kind.bytes().all(is_name) { Ok(kind) } else { Err(Failure::not_found()) }
}

fn file((told, file): (HeaderMap, Vec<u8>)) -> Response {
    let disposition = told.get(header::CONTENT_DISPOSITION).cloned();
    let disposition = disposition.unwrap_or(HeaderValue::from_static("inline; filename=\"document.pdf\""));
    let kind = HeaderValue::from_static("application/pdf");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file).into_response()
}
