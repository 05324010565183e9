//! `GET /units`

use axum::extract::State;
use huiyin_kernel::DistrictCode;
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{reader::Reader, views::UnitView};
use crate::app::{self, Context};
use crate::store::units::Filter;

/// Which units are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitQuery {
    /// Of this district and what lies inside it.
    #[param(value_type = Option<String>, example = "990101")]
    within: Option<DistrictCode>,
    /// Competent for this topic.
    #[param(example = "education")]
    topic: Option<String>,
    /// Abolished ones too.
    #[serde(default)]
    all: bool,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// Lists units in order of their codes.
#[utoipa::path(get, path = "/units", params(UnitQuery), security(("staff" = [])), responses(
    (status = 200, body = Page<UnitView>), (status = 400, body = Problem), (status = 401, body = Problem),
))]
pub(super) async fn list_units(
    State(context): State<Context>,
    _: Reader,
    Query(query): Query<UnitQuery>,
) -> Result<Json<Page<UnitView>>, Problem> {
    let filter = Filter {
        district_prefix: query.within.as_ref().map_or("", |district| district.prefix()),
        topic: query.topic.as_deref(),
        active_only: !query.all,
    };
    let pages = Pages { after: query.after.clone(), limit: query.limit };
    let after = pages.after.as_deref().unwrap_or_default();
    let rows = app::list_units(&context, filter, after, pages.limit() + 1).await?;
    let views = rows.into_iter().map(UnitView::from).collect();
    Ok(Json(Page::of(views, &pages, |view| view.code.clone())))
}
