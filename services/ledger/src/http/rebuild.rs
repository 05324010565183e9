//! Building the ledger again: asked for by an administrator, watched while it goes on.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use huiyin_authz::Permission;
use huiyin_web::{Json, Problem, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::storage;
use crate::app::context::Context;
use crate::app::rebuild::{Reach, begin, progress, reach};

/// The longest reason, in characters.
const REASON: usize = 500;

/// Why the ledger is built again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RebuildAsk {
    /// Written down for good, with who asked.
    reason: String,
}

/// How far one owner's part has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RebuildPart {
    /// Such as `ledger__casework`.
    consumer: String,
    /// What was known before: cases, petitions, units, …
    wanted: i64,
    /// What is known again.
    known: i64,
    started_at: DateTime<Utc>,
    /// Absent while it goes on.
    finished_at: Option<DateTime<Utc>>,
}

/// Empties the ledger and builds it again from the owners.
///
/// It goes on answering, incomplete, until `GET /rebuild` says that all parts are finished. Asked for again meanwhile, it begins
/// anew, once the districts are there again. It is the ledger of every district at once, so the administrator's district must contain them all.
#[utoipa::path(post, path = "/rebuild", request_body = RebuildAsk, security(("staff" = [])),
    responses((status = 202, body = Vec<RebuildPart>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "It is being built again already; nothing was done."),
        (status = 422, body = Problem, description = "The ledger holds districts that are not yours; nothing was done.")))]
pub(crate) async fn rebuild(
    State(ctx): State<Context>,
    staff: StaffActor,
    Json(ask): Json<RebuildAsk>,
) -> Result<(StatusCode, axum::Json<Vec<RebuildPart>>), Problem> {
    staff.require(Permission::RepairOperation)?;
    let reason = ask.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(Problem::field(
            "reason",
            "请写明理由，不超过500字",
            "must say why, in at most 500 characters",
            "启用新版台账",
        ));
    }
    match reach(&ctx, &staff.0).await.map_err(storage)? {
        Reach::Whole => {}
        Reach::Part => {
            return Err(Problem::refused(
                "outside_district",
                None,
                "台账含有您辖区以外的区划，不能由您重建。",
                "The ledger holds districts beyond yours; you cannot have it built again.",
            )
            .next("请由全市的系统管理员办理。", "Ask the administrator of the whole city."));
        }
        Reach::Unknown => {
            return Err(Problem::conflict(
                "rebuild_under_way",
                "台账正在重建，所辖区划尚未恢复。",
                "The ledger is being built again, and its districts are not back yet.",
            )
            .next(
                "请查看重建进度，区划恢复后再试。",
                "See how far it has come, and ask again once the districts are back.",
            ));
        }
    }
    begin(&ctx, &staff.0, reason).await.map_err(storage)?;
    Ok((StatusCode::ACCEPTED, parts(&ctx).await?))
}

/// How far the rebuilding of the ledger has come, owner by owner.
///
/// Empty when it was never rebuilt.
#[utoipa::path(get, path = "/rebuild", security(("staff" = [])),
    responses((status = 200, body = Vec<RebuildPart>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn rebuilding(
    State(ctx): State<Context>,
    staff: StaffActor,
) -> Result<axum::Json<Vec<RebuildPart>>, Problem> {
    staff.require(Permission::WatchOperation)?;
    parts(&ctx).await
}

async fn parts(ctx: &Context) -> Result<axum::Json<Vec<RebuildPart>>, Problem> {
    let parts = progress(ctx).await.map_err(storage)?;
    let part = |part: huiyin_journal::RebuildProgress| RebuildPart {
        consumer: part.consumer,
        wanted: part.wanted,
        known: part.known,
        started_at: part.started_at,
        finished_at: part.finished_at,
    };
    Ok(axum::Json(parts.into_iter().map(part).collect()))
}
