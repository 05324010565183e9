//! `POST /city`

use axum::{
    extract::{Request, State},
    http::header,
};
use huiyin_authz::Permission;
use huiyin_web::{Json, Problem, StaffActor, read_body};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{self, Context, Loaded};
use crate::domain::City;

/// The largest city has some thousand units; its file is far below this.
const LARGEST: usize = 2 << 20;

/// How much was added or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LoadedView {
    /// Districts and streets.
    districts: usize,
    /// Units.
    units: usize,
    /// Staff.
    staff: usize,
}

/// Loads a whole city (TOML). What the file does not name stays as it is; the same file again changes nothing; all or nothing.
#[utoipa::path(post, path = "/city", request_body(content = String, content_type = "application/toml"), security(("staff" = [])), responses(
    (status = 200, body = LoadedView), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem),
))]
pub(super) async fn load_city(
    State(context): State<Context>,
    staff: StaffActor,
    request: Request,
) -> Result<Json<LoadedView>, Problem> {
    staff.require(Permission::ManageUnits)?;
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media.split(';').next().map(str::trim) != Some("application/toml") {
        return Err(Problem::unsupported_media_type("application/toml"));
    }
    let body = read_body(request.into_body(), LARGEST).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::unsupported_media_type("application/toml"))?;
    let city = City::parse(text).map_err(app::Error::from)?;
    let Loaded { districts, units, staff } = app::load_city(&context, &staff.0, &city).await?;
    Ok(Json(LoadedView { districts, units, staff }))
}
