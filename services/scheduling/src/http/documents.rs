//! The papers of a visit (接访文书) as PDF.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use huiyin_authz::Permission;
use huiyin_kernel::VisitId;
use huiyin_web::{Json, OwnToken, Path, Problem, StaffActor};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Api;
use crate::app::Request;
use crate::app::documents::{self, Desk};
use crate::domain::paper::{NoPaper, Paper};

/// A paper of a visit, and whether it can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperView {
    /// Its name in the path.
    kind: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    /// It can be printed now.
    available: bool,
    /// Why not, and what to do, in Chinese.
    reason_zh: Option<&'static str>,
    /// The same in English.
    reason_en: Option<&'static str>,
    /// The case on whose page it is printed instead.
    case_id: Option<Uuid>,
}

fn view(paper: Paper, has: Result<(), NoPaper>, case_id: Option<Uuid>) -> PaperView {
    let (title_zh, title_en) = paper.title();
    let why = has.err();
    let reason = why.map(NoPaper::words);
    PaperView {
        kind: paper.name(),
        title_zh,
        title_en,
        available: why.is_none(),
        reason_zh: reason.map(|(zh, _)| zh),
        reason_en: reason.map(|(_, en)| en),
        case_id: case_id.filter(|_| why == Some(NoPaper::WithTheMatter)),
    }
}

fn desk<'a>(api: &'a Api, token: &'a OwnToken) -> Desk<'a> {
    Desk { app: &api.app, client: &api.client, press: &api.press, token: &token.0 }
}

/// The papers of a visit, each with the reason when it cannot be had; none for who may not know who petitioned, above all the unit complained
/// about.
#[utoipa::path(get, path = "/visits/{visit_id}/documents", params(("visit_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = Vec<PaperView>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    token: OwnToken,
    Path(id): Path<VisitId>,
) -> Result<Json<Vec<PaperView>>, Problem> {
    staff.require(Permission::RecordReception)?;
    let request = Request::on(staff.into(), "list papers", id);
    let found = Box::pin(documents::list(&desk(&api, &token), &request, id)).await?;
    Ok(Json(found.papers.into_iter().map(|(paper, has)| view(paper, has, found.case_id)).collect()))
}

/// A paper as PDF/A. It names the petitioner in the open for those who may open identities, which intake's journal keeps.
#[utoipa::path(get, path = "/visits/{visit_id}/documents/{kind}", security(("staff" = [])),
    params(("visit_id" = Uuid, Path), ("kind" = String, Path, example = "reception_record")),
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    token: OwnToken,
    Path((id, kind)): Path<(VisitId, String)>,
) -> Result<Response, Problem> {
    staff.require(Permission::RecordReception)?;
    let request = Request::on(staff.into(), "print paper", id);
    let printed = Box::pin(documents::print(&desk(&api, &token), &request, id, &kind)).await?;
    let disposition = format!("inline; filename=\"{}-{}.pdf\"", printed.paper.name(), printed.number);
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, printed.pdf).into_response())
}
