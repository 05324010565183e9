use axum::extract::State;
use huiyin_kernel::Text;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HttpState, amend::PetitionAfter};
use crate::app::{self, Access};

const REASON: usize = 5_000;

/// Number, code, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskReviewBody {
    /// 信访编号
    number: String,
    /// 查询码
    code: String,
    /// Why the written answer is not accepted: at most 5,000 characters.
    reason: String,
}

/// Asks for a review (复查) of the written answer, or, after a review, for a re-examination (复核).
#[utoipa::path(
    post, path = "/petitions/ask-review", tag = "petitioners", request_body = AskReviewBody,
    responses((status = 200, body = PetitionAfter), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn ask_review(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<AskReviewBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let reason = Text::parse(&body.reason, REASON).map_err(|error| {
        let rule = format!("请写明申请复查复核的理由，不超过{REASON}字");
        Problem::field("reason", rule, error.to_string(), "处理意见认定的事实与实际不符")
    })?;
    let access = Access { number: body.number, code: body.code };
    let asked = Box::pin(app::ask_review(&state.context, &access, &reason));
    let petition = state.lookups.settle(asked, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}
