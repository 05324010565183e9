//! The case of a petition.

use axum::extract::State;
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::PetitionId;
use huiyin_web::{Json, Path, Problem, StaffActor};

use super::view::{CaseView, page};
use crate::app::context::Context;
use crate::app::reply::document;
use crate::store;

/// The same as the case page, found by the petition.
#[utoipa::path(get, path = "/cases/by-petition/{petition_id}", params(("petition_id" = Uuid, Path)),
    security(("staff" = [])), responses((status = 200, body = CaseView)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
) -> Result<Json<CaseView>, Problem> {
    staff.require(Permission::ReadCase)?;
    let mut tx = ctx.api.look_up_as(&Sight::of(&staff.0)).await?;
    let case = store::cases::find_by_petition(&mut tx, petition_id).await?.ok_or_else(Problem::not_found)?;
    if !store::worklist::is_visible(&mut tx, case.facts.case_id, &staff.0).await? {
        return Err(Problem::not_found());
    }
    // No session of the database is held while another service is asked.
    drop(tx);
    let reply = document(&ctx, &staff.0, &case).await;
    let mut tx = ctx.api.look_up().await?;
    let policy = ctx.packs.of_case(&mut tx, &case.facts.policy.hash).await?;
    Ok(Json(page(&mut tx, &case, &policy, &ctx, &staff.0, reply).await?))
}
