//! The planner's list: what is not announced yet, and what it still lacks.

use std::sync::Arc;

use axum::extract::State;
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{Actor, DistrictCode};
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::input::cursor;
use crate::app::{self, AppError};

/// Which drafts to list: those of the planner's own district.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DraftsQuery {
    after: Option<String>,
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftView {
    session_id: Uuid,
    /// The plan as it is.
    #[schema(value_type = Object)]
    plan: crate::domain::Plan,
    /// What the announcement still lacks, by Chinese name (DW-10).
    missing: Vec<String>,
}

/// The drafts of one's district.
#[utoipa::path(get, path = "/drafts", params(DraftsQuery), security(("staff" = [])),
    responses((status = 200, body = Page<DraftView>)))]
pub(crate) async fn list_drafts(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    Query(query): Query<DraftsQuery>,
) -> Result<Json<Page<DraftView>>, Problem> {
    staff.require(Permission::PlanSessions)?;
    let area: DistrictCode = match &staff.0 {
        Actor::Staff { district, .. } => district.clone(),
        Actor::Petitioner | Actor::System { .. } => return Err(Problem::not_found()),
    };
    let after = cursor::<Uuid>(query.after.as_deref())?;
    let pages = Pages { after: None, limit: query.limit };
    let drafts = app::drafts::list(&api.app, &Sight::of(&staff.0), &area, after, pages.limit() + 1)
        .await
        .map_err(|e: AppError| Problem::from(e))?;
    let views = drafts
        .into_iter()
        .map(|(session, gaps)| DraftView {
            session_id: session.id.uuid(),
            plan: session.plan,
            missing: gaps.into_iter().map(|gap| gap.0.zh().to_owned()).collect(),
        })
        .collect();
    Ok(Json(Page::of(views, &pages, |view: &DraftView| view.session_id.to_string())))
}
