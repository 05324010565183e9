//! `GET /districts`

use axum::extract::State;
use huiyin_kernel::DistrictCode;
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{reader::Reader, views::DistrictView};
use crate::app::{self, Context};

/// Which districts are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DistrictQuery {
    /// This district and what lies inside it.
    #[param(value_type = Option<String>, example = "990101")]
    within: Option<DistrictCode>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// Lists districts in order of their codes.
#[utoipa::path(get, path = "/districts", params(DistrictQuery), security(("staff" = [])), responses(
    (status = 200, body = Page<DistrictView>), (status = 400, body = Problem), (status = 401, body = Problem),
))]
pub(super) async fn list_districts(
    State(context): State<Context>,
    _: Reader,
    Query(query): Query<DistrictQuery>,
) -> Result<Json<Page<DistrictView>>, Problem> {
    let prefix = query.within.as_ref().map_or("", |district| district.prefix());
    let pages = Pages { after: query.after, limit: query.limit };
    let after = pages.after.as_deref().unwrap_or_default();
    let rows = app::list_districts(&context, prefix, after, pages.limit() + 1).await?;
    let views = rows.into_iter().map(DistrictView::from).collect();
    Ok(Json(Page::of(views, &pages, |view| view.code.clone())))
}
