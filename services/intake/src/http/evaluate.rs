use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_contracts::casework::{Dispute, Rating};
use huiyin_kernel::{PetitionId, Text};
use huiyin_web::{ClientAddress, Json, MaybeStaff, Path, Problem, StaffActor};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HttpState, amend::PetitionAfter};
use crate::{
    app::{self, Access},
    domain::Said,
};

const WORDS: usize = 1_000;

/// Number, code, and what is said; at least one thing is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EvaluateBody {
    /// 信访编号
    number: String,
    /// 查询码
    code: String,
    /// Of the petition office (信访部门): `satisfied`, `basically_satisfied` or `dissatisfied`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "satisfied")]
    office: Option<Rating>,
    /// Of the body that answered (责任单位): the same.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "satisfied")]
    unit: Option<Rating>,
    /// `not_carried_out` or `not_received`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "not_carried_out")]
    dispute: Option<Dispute>,
    /// No return visit is wished.
    #[serde(default)]
    no_return_visit: bool,
    /// In the petitioner's words, at most 1,000 characters; read by the petition office, not by the unit that is rated.
    #[serde(default)]
    words: Option<String>,
}

/// What a petitioner told a clerk; at least one thing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToldBody {
    /// Of the petition office.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "satisfied")]
    office: Option<Rating>,
    /// Of the body that answered.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "satisfied")]
    unit: Option<Rating>,
    /// `not_carried_out` or `not_received`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "not_carried_out")]
    dispute: Option<Dispute>,
    /// No return visit is wished.
    #[serde(default)]
    no_return_visit: bool,
    /// In the petitioner's words, at most 1,000 characters.
    #[serde(default)]
    words: Option<String>,
}

fn said(
    (office, unit): (Option<Rating>, Option<Rating>),
    dispute: Option<Dispute>,
    no_return_visit: bool,
    words: Option<&str>,
) -> Result<Said, Problem> {
    let words = words.filter(|words| !words.trim().is_empty()).map(|words| Text::parse(words, WORDS)).transpose();
    let words = words.map_err(|error| {
        Problem::field("words", format!("不超过{WORDS}字"), error.to_string(), "答复及时，解释清楚")
    })?;
    let said = Said { office, unit, dispute, no_return_visit, words };
    if said.is_empty() {
        return Err(Problem::field(
            "unit",
            "请至少评价一个单位，或者说明哪里没有落实",
            "rate a body, or say what was not done",
            "satisfied",
        ));
    }
    Ok(said)
}

/// Rates how the matter was handled, or says that it was not carried out (REG-07); with number and code.
#[utoipa::path(
    post, path = "/petitions/evaluate", tag = "petitioners", request_body = EvaluateBody,
    responses((status = 200, body = PetitionAfter), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem))
)]
pub(super) async fn evaluate(
    State(state): State<HttpState>,
    address: ClientAddress,
    MaybeStaff(staff): MaybeStaff,
    Json(body): Json<EvaluateBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    let said = said((body.office, body.unit), body.dispute, body.no_return_visit, body.words.as_deref())?;
    let access = Access { number: body.number, code: body.code };
    let told = Box::pin(app::evaluate(&state.context, &access, &said));
    let petition = state.lookups.settle(told, &access.number, address, staff.as_ref()).await?;
    Ok(Json(petition.snapshot.into()))
}

/// Takes down what a petitioner told by phone or in person; by the petition office, never by the unit that is rated.
#[utoipa::path(
    post, path = "/petitions/{petition_id}/evaluation", tag = "staff", params(("petition_id" = String, Path)),
    request_body = ToldBody, security(("staff" = [])),
    responses((status = 200, body = PetitionAfter), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem))
)]
pub(super) async fn evaluate_for(
    State(state): State<HttpState>,
    staff: StaffActor,
    Path(petition_id): Path<PetitionId>,
    Json(body): Json<ToldBody>,
) -> Result<Json<PetitionAfter>, Problem> {
    staff.require(Permission::RegisterPetition)?;
    let said = said((body.office, body.unit), body.dispute, body.no_return_visit, body.words.as_deref())?;
    let petition = app::evaluate_for(&state.context, &staff.0, petition_id, &said).await?;
    Ok(Json(petition.snapshot.into()))
}
