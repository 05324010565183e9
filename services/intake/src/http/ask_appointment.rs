use axum::extract::State;
use huiyin_kernel::Text;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HttpState, amend::PetitionAfter};
use crate::app::{self, Access};

const WISH: usize = 2_000;

/// Number, code, and what is wished.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskAppointmentBody {
    /// 信访编号
    number: String,
    /// 查询码
    code: String,
    /// Which leader, when, and what help is needed: at most 2,000 characters.
    wish: String,
}

/// Asks for an appointment with a leader (申请约访; QD-02), where the place takes applications.
#[utoipa::path(
    post, path = "/petitions/ask-appointment", tag = "petitioners", request_body = AskAppointmentBody,
    responses((status = 200, body = PetitionAfter), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn ask_appointment(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<AskAppointmentBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let wish = Text::parse(&body.wish, WISH).map_err(|error| {
        let rule = format!("请写明希望见哪位领导、想解决什么，不超过{WISH}字");
        Problem::field("wish", rule, error.to_string(), "希望向分管住建的领导当面反映漏水问题")
    })?;
    let access = Access { number: body.number, code: body.code };
    let asked = Box::pin(app::ask_appointment(&state.context, &access, &wish));
    let petition = state.lookups.settle(asked, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}
