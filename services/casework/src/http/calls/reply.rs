//! 回复征集通知.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use huiyin_authz::Permission;
use huiyin_kernel::{CallId, CaseId};
use huiyin_web::{IdempotencyKey, Json, Path, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::calls::{self, CallDone, CallRequest, Named};
use crate::app::context::Context;
use crate::http::fields::{Fields, LINE, PARAGRAPH};

/// The most matters one reply names.
const MOST: usize = 50;

/// A matter fit for a leader.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedMatter {
    #[schema(value_type = Uuid)]
    case_id: CaseId,
    /// The field it belongs to (领域), as the office calls it.
    field: String,
    /// Why it is fit for a leader: the matter, never who put it.
    reason: String,
}

/// What the unit has to say: matters, or why there are none.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    /// Matters the unit answers for.
    #[serde(default)]
    #[schema(max_items = 50)]
    matters: Vec<NamedMatter>,
    /// Why there are none.
    reason: Option<String>,
}

/// The reply of the asker's unit. Its matters go into the library, all of them or none. Late replies are taken, too.
#[utoipa::path(post, path = "/calls/{call_id}/replies", params(("Idempotency-Key" = String, Header), ("call_id" = Uuid, Path)),
    security(("staff" = [])), request_body = ReplyBody,
    responses((status = 200, body = CallDone), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn reply(
    State(ctx): State<Context>,
    staff: StaffActor,
    key: IdempotencyKey,
    Path(call_id): Path<CallId>,
    Json(body): Json<ReplyBody>,
) -> Result<Response, Problem> {
    staff.require(Permission::RecordStep)?;
    let mut fields = Fields::default();
    fields.at_most("matters", body.matters.len(), MOST);
    let mut named = Vec::with_capacity(body.matters.len());
    for (nth, one) in body.matters.iter().enumerate().take(MOST) {
        let field = fields.text(&format!("matters[{nth}].field"), &one.field, LINE);
        let reason = fields.text(&format!("matters[{nth}].reason"), &one.reason, PARAGRAPH);
        named.push(Named { case_id: one.case_id, field, reason });
    }
    let reason = fields.maybe("reason", body.reason.as_deref(), PARAGRAPH);
    fields.done()?;
    let sent = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let request = CallRequest { actor: staff.into(), key, body: sent };
    let answer = Box::pin(calls::reply(&ctx, &request, call_id, named, reason)).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}
