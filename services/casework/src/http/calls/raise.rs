//! 发出征集通知.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use huiyin_authz::Permission;
use huiyin_kernel::UnitCode;
use huiyin_web::{IdempotencyKey, Json, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::calls::{self, CallDone, CallRequest};
use crate::app::context::Context;
use crate::http::fields::{Fields, LINE};

/// The most units one call asks.
const MOST: usize = 200;

/// Asks units for matters fit for leaders, for the present quarter.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RaiseBody {
    /// The code of the business platform that asks.
    #[schema(example = "letters")]
    platform: String,
    /// Whom: units of the office's own district, or inside it.
    #[schema(value_type = Vec<String>, max_items = 200)]
    units: BTreeSet<UnitCode>,
}

/// A platform asks units for matters fit for leaders; once in a quarter that the pack names. The pack says by which day replies are owed.
#[utoipa::path(post, path = "/calls", params(("Idempotency-Key" = String, Header)), security(("staff" = [])),
    request_body = RaiseBody, responses((status = 201, body = CallDone), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn raise(
    State(ctx): State<Context>,
    staff: StaffActor,
    key: IdempotencyKey,
    Json(body): Json<RaiseBody>,
) -> Result<Response, Problem> {
    staff.require(Permission::OrderSupervision)?;
    let mut fields = Fields::default();
    let platform = fields.text("platform", &body.platform, LINE);
    fields.at_most("units", body.units.len(), MOST);
    fields.done()?;
    let sent = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let request = CallRequest { actor: staff.into(), key, body: sent };
    let answer = calls::raise(&ctx, &request, &platform, body.units).await?;
    Ok((StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], answer).into_response())
}
