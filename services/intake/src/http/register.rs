use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use huiyin_authz::Permission;
use huiyin_kernel::Actor;
use huiyin_web::{IdempotencyKey, Json, MaybeStaff, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::HttpState;
use crate::{app, domain::PetitionInput};

/// The receipt (登记告知).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReceiptBody {
    petition_id: String,
    /// 信访编号
    #[schema(example = "HY-2026-0004-9217-K")]
    number: String,
    /// 查询码
    #[schema(example = "7KQM-2XHB-RW9T-C4DN-8")]
    query_code: String,
    registered_at: DateTime<Utc>,
    /// What the petitioner is told, in Chinese (REG-12, REG-13).
    told_zh: String,
    /// The same in English.
    told_en: String,
}

/// Hands a petition in (登记). Without a staff token the channel is `net`. The same Idempotency-Key with the same body gets the
/// same number and code again.
#[utoipa::path(
    post, path = "/petitions", tag = "petitions",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters, new for each petition")),
    request_body = PetitionInput,
    responses((status = 201, body = ReceiptBody), (status = 400, body = Problem), (status = 401, body = Problem, description = "The staff token is not good."),
        (status = 403, body = Problem, description = "Staff, and not allowed to register."), (status = 422, body = Problem), (status = 503, body = Problem))
)]
pub(super) async fn register(
    State(state): State<HttpState>,
    MaybeStaff(staff): MaybeStaff,
    key: IdempotencyKey,
    Json(input): Json<PetitionInput>,
) -> Result<(StatusCode, Json<ReceiptBody>), Problem> {
    if let Some(actor) = &staff {
        huiyin_authz::require(actor, Permission::RegisterPetition)?;
    }
    let receipt = app::register(&state.context, staff.unwrap_or(Actor::Petitioner), &key, &input).await?;
    let number = receipt.number.to_string();
    let body = ReceiptBody {
        petition_id: receipt.petition_id.to_string(),
        told_zh: format!(
            "您的信访件已登记，信访编号 {number}。凭信访编号和查询码可随时查询办理进度、补充材料或撤回，请妥善保管，勿告知他人。\
             是否受理、由哪个机关办理，将自登记之日起15日内告知您（《信访工作条例》第二十二条、第二十三条）。"
        ),
        told_en: format!(
            "Your petition is registered under {number}. With this number and the query code you can follow it, add to it or \
             withdraw it at any time; keep both to yourself. Within 15 days you will be told whether it is taken up and by whom \
             (Regulations on Petition Work, Art. 22 and 23)."
        ),
        number,
        query_code: receipt.query_code.expose(),
        registered_at: receipt.registered_at,
    };
    Ok((StatusCode::CREATED, Json(body)))
}
