//! The official documents of a case (文书) as PDF.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use huiyin_authz::Permission;
use huiyin_kernel::{CaseId, PetitionId, Service};
use huiyin_web::{Json, OwnToken, Path, Problem, ServiceCaller, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::context::Context;
use crate::app::documents::{self, Document, Petitioner, Printed};

/// A document that can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentView {
    /// Its name in the path, for example `extension_notice-2`.
    kind: String,
    /// Its title in Chinese.
    title_zh: &'static str,
    /// Its title in English.
    title_en: &'static str,
    /// 文号
    number: String,
    /// The day it bears.
    issued_on: NaiveDate,
}

impl From<&Document> for DocumentView {
    fn from(document: &Document) -> Self {
        Self {
            kind: document.name(),
            title_zh: document.title_zh(),
            title_en: document.title_en(),
            number: document.number.clone(),
            issued_on: document.on,
        }
    }
}

/// Which documents a case has; none of an accusation, and for a unit that may not know who petitioned those alone that do not tell (REG-22).
#[utoipa::path(get, path = "/cases/{case_id}/documents", params(("case_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = Vec<DocumentView>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    token: OwnToken,
    Path(case_id): Path<CaseId>,
) -> Result<Json<Vec<DocumentView>>, Problem> {
    staff.require(Permission::ReadCase)?;
    let documents = documents::list(&ctx, &staff.0, &token.0, case_id).await?;
    Ok(Json(documents.iter().map(DocumentView::from).collect()))
}

/// A document as PDF/A. It names the petitioner in the open for those who may open identities, which intake's journal keeps.
#[utoipa::path(get, path = "/cases/{case_id}/documents/{kind}", security(("staff" = [])),
    params(("case_id" = Uuid, Path), ("kind" = String, Path, example = "acceptance_notice")),
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    token: OwnToken,
    Path((case_id, kind)): Path<(CaseId, String)>,
) -> Result<Response, Problem> {
    staff.require(Permission::ReadCase)?;
    Ok(file(documents::print(&ctx, &staff.0, &token.0, case_id, &kind).await?))
}

/// A document addressed to the petitioner, for intake, which has checked number and query code. Internal.
#[utoipa::path(post, path = "/internal/cases/by-petition/{petition_id}/documents/{kind}", tag = "internal",
    params(("petition_id" = Uuid, Path), ("kind" = String, Path, example = "reply")), request_body = Petitioner,
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = Problem)))]
pub(crate) async fn for_petitioner(
    State(ctx): State<Context>,
    ServiceCaller(caller): ServiceCaller,
    Path((petition_id, kind)): Path<(PetitionId, String)>,
    Json(petitioner): Json<Petitioner>,
) -> Result<Response, Problem> {
    if caller != Service::Intake {
        return Err(Problem::not_found());
    }
    Ok(file(documents::print_for_petitioner(&ctx, petition_id, &kind, &petitioner).await?))
}

fn file(printed: Printed) -> Response {
    // Numbers are letters, digits and dashes unless an office wrote its own; those do not go into a header.
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let number: String = printed.document.number.chars().filter(plain).collect();
    let disposition = format!("inline; filename=\"{}-{number}.pdf\"", printed.document.name());
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, printed.pdf).into_response()
}
