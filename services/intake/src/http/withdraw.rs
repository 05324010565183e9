use axum::extract::State;
use huiyin_kernel::Text;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HttpState, amend::PetitionAfter};
use crate::app::{self, Access};

const REASON: usize = 500;

/// Number, code, and perhaps why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawBody {
    /// 信访编号
    number: String,
    /// 查询码
    code: String,
    /// Nobody needs to say why; at most 500 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// Withdraws a petition (撤回): the petitioner's own act, taken back within 15 days by `/petitions/restore`.
#[utoipa::path(
    post, path = "/petitions/withdraw", tag = "petitioners", request_body = WithdrawBody,
    responses((status = 200, body = PetitionAfter), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn withdraw(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<WithdrawBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let reason = body.reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let reason = reason.map(|reason| Text::parse(reason, REASON)).transpose().map_err(|error| {
        Problem::field("reason", format!("撤回原因不超过{REASON}字，可不填"), error.to_string(), "问题已解决")
    })?;
    let access = Access { number: body.number, code: body.code };
    let withdrawn = Box::pin(app::withdraw(&state.context, &access, reason.as_ref()));
    let petition = state.lookups.settle(withdrawn, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}
