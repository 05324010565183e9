//! How the messages about one petition fared; without their text.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::PetitionId;
use huiyin_web::{Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::storage;
use crate::app::context::Context;
use crate::store::messages;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// Which petition.
    petition_id: Uuid,
}

/// One message and its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    message_id: Uuid,
    template: String,
    /// `petitioner` or `staff`.
    recipient: String,
    /// `inbox` or `email`.
    channel: String,
    /// `pending`, `sent`, `failed` or `unreachable`.
    state: String,
    attempts: i32,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

/// The messages about a petition and what became of each.
#[utoipa::path(get, path = "/messages", params(Filter), security(("staff" = [])),
    responses((status = 200, body = Vec<Delivery>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<Filter>,
) -> Result<axum::Json<Vec<Delivery>>, Problem> {
    staff.require(Permission::ManageDeliveries)?;
    let mut conn = ctx.api.read_as(&Sight::of_district(&staff.0)).await.map_err(storage)?;
    let rows = messages::about_petition(&mut conn, PetitionId::from(filter.petition_id), staff_district(&staff)?);
    let rows = rows.await.map_err(storage)?.into_iter().map(|m| Delivery {
        message_id: m.message_id,
        template: m.template,
        recipient: m.recipient_kind,
        channel: m.channel,
        state: m.state,
        attempts: m.attempts,
        last_error: m.last_error,
        created_at: m.created_at,
        settled_at: m.settled_at,
    });
    Ok(axum::Json(rows.collect()))
}

/// The district a member of staff works for.
pub(super) fn staff_district(staff: &StaffActor) -> Result<&huiyin_kernel::DistrictCode, Problem> {
    match &staff.0 {
        huiyin_kernel::Actor::Staff { district, .. } => Ok(district),
        huiyin_kernel::Actor::Petitioner | huiyin_kernel::Actor::System { .. } => Err(Problem::unauthenticated()),
    }
}
