use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_kernel::{Actor, PetitionId};
use huiyin_web::{Json, MaybeStaff, Problem, ServiceCaller};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::HttpState;
use crate::app::{self, Resolved};

const MOST: usize = 500;

/// Which petitions, and for whose eyes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolveBody {
    /// At most 500.
    #[schema(value_type = Vec<String>)]
    petition_ids: Vec<PetitionId>,
    /// The member of staff on whose behalf the caller asks, unless their token is passed on; petitions not for them to see are
    /// left out.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    actor: Option<Actor>,
}

/// Those of the petitions that may be seen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResolvedBody {
    petitions: Vec<Resolved>,
}

/// Title, request and masked identity of petitions, for a service that shows rows of its own beside them.
#[utoipa::path(
    post, path = "/internal/petitions/resolve", tag = "internal", request_body = ResolveBody,
    responses((status = 200, body = ResolvedBody), (status = 400, body = Problem))
)]
pub(super) async fn resolve(
    State(state): State<HttpState>,
    _caller: ServiceCaller,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<ResolveBody>,
) -> Result<Json<ResolvedBody>, Problem> {
    if body.petition_ids.len() > MOST {
        return Err(Problem::field("petition_ids", "一次最多500件", "at most 500 at a time", ""));
    }
    // A token outweighs what the caller says.
    let actor = staff.or(body.actor).ok_or_else(Problem::unauthenticated)?;
    huiyin_authz::require(&actor, Permission::ReadPetition)?;
    Ok(Json(ResolvedBody { petitions: app::resolve(&state.context, &actor, &body.petition_ids).await? }))
}
