//! The messages on a petition's page, for intake, which has checked number and query code.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::Sight;
use huiyin_kernel::{PetitionId, Service};
use huiyin_web::{Path, Problem, ServiceCaller};
use serde::Serialize;
use utoipa::ToSchema;

use super::storage;
use crate::app::context::Context;
use crate::store::messages;

/// A message as the petitioner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PetitionersMessage {
    title: String,
    body: String,
    at: DateTime<Utc>,
}

/// Messages to the petitioner, newest first. Internal.
#[utoipa::path(get, path = "/internal/inbox/petition/{petition_id}", params(("petition_id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<PetitionersMessage>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    ServiceCaller(caller): ServiceCaller,
    Path(petition): Path<PetitionId>,
) -> Result<axum::Json<Vec<PetitionersMessage>>, Problem> {
    if !matches!(caller, Service::Intake | Service::Portal) {
        return Err(Problem::not_found());
    }
    let mut conn = ctx.api.look_up_as(&Sight::matter(petition.uuid())).await.map_err(storage)?;
    let rows = messages::inbox_of_petition(&mut conn, petition).await.map_err(storage)?;
    let rows = rows.into_iter().map(|m| PetitionersMessage { title: m.title, body: m.body, at: m.at });
    Ok(axum::Json(rows.collect()))
}
