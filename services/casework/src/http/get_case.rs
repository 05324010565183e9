//! The case page.

use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::CaseId;
use huiyin_web::{Json, Path, Problem, StaffActor};

use super::view::{CaseView, page};
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::app::read::visible;
use crate::app::reply::document;

/// A case with its deadlines explained and what this actor can do.
#[utoipa::path(get, path = "/cases/{case_id}", params(("case_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = CaseView)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
) -> Result<Json<CaseView>, Problem> {
    staff.require(Permission::ReadCase)?;
    let case = visible(&ctx, &staff.0, case_id).await?;
    let reply = document(&ctx, &staff.0, &case).await;
    let mut tx = ctx.api.look_up().await?;
    let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
    let view = page(&mut tx, &case, &policy, &ctx, &staff.0, reply).await;
    Ok(Json(view.map_err(|failure: Failure| Problem::from(failure))?))
}
