use axum::extract::State;
use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_web::{ClientAddress, Json, MaybeStaff, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::HttpState;
use crate::{
    app::{self, Access, Failure},
    domain::{Amendment, AmendmentInput},
};

/// Number, code, and what is added or corrected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmendBody {
    /// 信访编号
    number: String,
    /// 查询码
    code: String,
    /// 补充内容: at most 5,000 characters.
    #[serde(default)]
    text: Option<String>,
    /// A new phone.
    #[serde(default)]
    phone: Option<String>,
    /// A new e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// A new postal address.
    #[serde(default)]
    address: Option<String>,
}

/// The petition after the petitioner's own act.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PetitionAfter {
    number: String,
    /// `registered` or `withdrawn`.
    state: String,
    /// A withdrawal can be taken back until then.
    may_restore_until: Option<chrono::DateTime<chrono::Utc>>,
}

impl From<PetitionSnapshot> for PetitionAfter {
    fn from(snapshot: PetitionSnapshot) -> Self {
        let state = match snapshot.state {
            huiyin_contracts::intake::PetitionState::Registered => "registered",
            huiyin_contracts::intake::PetitionState::Withdrawn => "withdrawn",
        };
        Self {
            number: snapshot.number.to_string(),
            state: state.to_owned(),
            may_restore_until: snapshot.restorable_until,
        }
    }
}

/// Adds to a petition, or corrects how its petitioner is reached (补充).
#[utoipa::path(
    post, path = "/petitions/amend", tag = "petitioners", request_body = AmendBody,
    responses((status = 200, body = PetitionAfter), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn amend(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<AmendBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let AmendBody { number, code, text, phone, email, address: postal } = body;
    let amendment =
        Amendment::parse(&AmendmentInput { text, phone, email, address: postal }).map_err(Failure::Invalid)?;
    let access = Access { number, code };
    let amended = Box::pin(app::amend(&state.context, &access, &amendment));
    let petition = state.lookups.settle(amended, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}
