use axum::extract::{Request, State};
use huiyin_authz::Permission;
use huiyin_web::{Json, Problem, Query, StaffActor, read_body};
use serde::Deserialize;
use utoipa::IntoParams;

use super::HttpState;
use crate::app::{self, ImportReport};

/// How a file is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Only say what would become of each row; nothing is stored. True unless stated.
    #[serde(default = "yes")]
    dry_run: bool,
    /// `csv` or `xlsx`; what the file really is, its first bytes tell.
    #[serde(default)]
    format: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Registers a file of petitions (批量导入): CSV in UTF-8 or XLSX, at most 2,000 rows, all of them or none. The same file again gets
/// the same answer.
#[utoipa::path(
    post, path = "/imports", tag = "staff", params(ImportQuery), security(("staff" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportReport), (status = 400, body = Problem), (status = 413, body = Problem))
)]
pub(super) async fn import(
    State(state): State<HttpState>,
    staff: StaffActor,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Json<ImportReport>, Problem> {
    staff.require(Permission::ImportPetitions)?;
    if query.format.as_deref().is_some_and(|format| !matches!(format, "csv" | "xlsx")) {
        return Err(Problem::field("format", "格式为 csv 或 xlsx", "csv or xlsx", "csv"));
    }
    let bytes = read_body(request.into_body(), state.config.import_bytes).await?;
    Ok(Json(app::import(&state.context, &staff.0, &bytes, query.dry_run).await?))
}
