use axum::{
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::HttpState;
use crate::app::{self, Access};

/// Number and code, and which document.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentBody {
    /// 信访编号
    #[schema(example = "HY-2026-0004-9217-K")]
    number: String,
    /// 查询码
    #[schema(example = "7KQM-2XHB-RW9T-C4DN-8")]
    code: String,
    /// One of `documents` of the query's answer.
    #[schema(example = "reply")]
    kind: String,
}

/// The written reply or a notice as PDF, for whoever holds number and code.
#[utoipa::path(
    post, path = "/petitions/document", tag = "petitioners", request_body = DocumentBody,
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn document(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<DocumentBody>,
) -> Result<Response, Problem> {
    let DocumentBody { number, code, kind } = body;
    let access = Access { number, code };
    let found = Box::pin(app::addressee(&state.context, &access));
    let addressee = state.lookups.settle(found, &access.number, address, staff.as_ref()).await?;
    if !is_name(&kind) {
        return Err(Problem::not_found());
    }
    let pdf = app::document(&state.context, &addressee, &kind).await?;
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{kind}.pdf\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, pdf).into_response())
}

/// What may stand in a path and in a file's name.
fn is_name(kind: &str) -> bool {
    (1..=40).contains(&kind.len())
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}
