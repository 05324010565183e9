//! `POST /staff`

use axum::extract::State;
use huiyin_authz::Permission;
use huiyin_journal::Idempotency;
use huiyin_kernel::{Actor, DistrictCode, Role, UnitCode};
use huiyin_web::{IdempotencyKey, Json, Problem, StaffActor, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::IdView;
use crate::app::{self, Context, NewStaff};
use crate::domain::Login;

/// Whom to add.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffBody {
    /// What they sign in with, once a password is set; fixed for ever.
    #[schema(example = "city-hr.officer09")]
    login: String,
    /// Name.
    name: String,
    /// Unit.
    #[schema(value_type = String, example = "city-hr")]
    unit: UnitCode,
    /// At least one.
    roles: Vec<Role>,
    /// 职务
    post: Option<String>,
    /// 分管工作: topic codes, for leaders.
    #[serde(default)]
    portfolio: Vec<String>,
    /// 包片: codes of districts and streets within the unit's district, for leaders (QD-01).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, example = json!(["990101001"]))]
    areas: Vec<DistrictCode>,
    /// Office e-mail address, if reminders should go there too.
    office_email: Option<String>,
}

/// Adds a member of staff. They can sign in once a password is set.
#[utoipa::path(post, path = "/staff", request_body = StaffBody, security(("staff" = [])),
    params(("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = IdView), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
))]
pub(super) async fn add_staff(
    State(context): State<Context>,
    staff: StaffActor,
    key: IdempotencyKey,
    Json(body): Json<StaffBody>,
) -> Result<(StatusCode, Json<IdView>), Problem> {
    staff.require(Permission::ManageStaff)?;
    let actor = Actor::from(staff);
    let scope = format!("add_staff/{}", actor.staff_id().map(|id| id.to_string()).unwrap_or_default());
    let canonical = serde_json::to_vec(&body).expect("texts and lists always serialise");
    let idempotency = Idempotency::new(&scope, key.as_str(), &canonical);
    let StaffBody { login, name, unit, roles, post, portfolio, areas, office_email } = body;
    let login = Login::parse(&login).map_err(app::Error::from)?;
    let new = NewStaff { login, name, unit, roles, post, portfolio, areas, office_email };
    let id = app::add_staff(&context, &actor, key.command_id(&scope), &idempotency, new).await?;
    Ok((StatusCode::CREATED, Json(IdView { staff_id: id.uuid() })))
}
