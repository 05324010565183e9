//! 关联事项.

use axum::extract::State;
use axum::response::Response;
use huiyin_kernel::{CaseId, PetitionNumber};
use huiyin_web::{Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::fields::{Fields, LINE, PARAGRAPH};
use super::super::key::MaybeKey;
use super::{answer, request};
use crate::app::act::Done;
use crate::app::context::Context;
use crate::app::error::Failure;
use crate::app::together;
use crate::domain::{CommandKind, LinkKind};

/// Links a matter with another, on both sides; by a unit that takes part in both.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// The other matter's number.
    number: String,
    /// `same_matter` (the same put again) or `related`.
    #[schema(value_type = String, example = "related")]
    kind: LinkKind,
    /// Why they belong together: place, topic, cause; nothing of who put them.
    reason: String,
    /// The version the actor saw; when the case has moved on since, nothing is done (409).
    expected_version: Option<i64>,
}

/// Links a matter with another, on both sides; by a unit that takes part in both.
#[utoipa::path(post, path = "/cases/{case_id}/link", params(("Idempotency-Key" = Option<String>, Header), ("case_id" = Uuid, Path)), security(("staff" = [])),
    request_body = LinkBody, responses((status = 200, body = Done), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn link(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(case_id): Path<CaseId>,
    MaybeKey(key): MaybeKey,
    Json(body): Json<LinkBody>,
) -> Result<Response, Problem> {
    let request = request(staff, CommandKind::LinkMatters, case_id, key, body.expected_version, &body)?;
    let mut fields = Fields::default();
    let number = fields.text("number", &body.number, LINE);
    let reason = fields.text("reason", &body.reason, PARAGRAPH);
    fields.done()?;
    let number = PetitionNumber::parse(&number).map_err(|_| Failure::Unknown { field: "number" })?;
    Ok(answer(Box::pin(together::link(&ctx, &request, &number, body.kind, reason)).await?))
}
