//! `GET /staff`

use axum::extract::State;
use huiyin_kernel::{DistrictCode, Role, UnitCode};
use huiyin_web::{Json, Page, PageLimit, Pages, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{reader::Reader, views::StaffView};
use crate::app::{self, Context};
use crate::store::staff::Filter;

/// Which staff are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StaffQuery {
    /// Of units in this district and what lies inside it.
    #[param(value_type = Option<String>, example = "990101")]
    within: Option<DistrictCode>,
    /// Of this unit.
    #[param(value_type = Option<String>, example = "city-hr")]
    unit: Option<UnitCode>,
    /// With this role.
    role: Option<Role>,
    /// Those who left too.
    #[serde(default)]
    all: bool,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// Lists staff in order of their logins.
#[utoipa::path(get, path = "/staff", params(StaffQuery), security(("staff" = [])), responses(
    (status = 200, body = Page<StaffView>), (status = 400, body = Problem), (status = 401, body = Problem),
))]
pub(super) async fn list_staff(
    State(context): State<Context>,
    _: Reader,
    Query(query): Query<StaffQuery>,
) -> Result<Json<Page<StaffView>>, Problem> {
    let filter = Filter {
        district_prefix: query.within.as_ref().map_or("", |district| district.prefix()),
        unit: query.unit.as_ref().map(UnitCode::as_str),
        role: query.role,
        active_only: !query.all,
    };
    let pages = Pages { after: query.after.clone(), limit: query.limit };
    let after = pages.after.as_deref().unwrap_or_default();
    let rows = app::list_staff(&context, filter, after, pages.limit() + 1).await?;
    let views = rows.into_iter().map(StaffView::from).collect();
    Ok(Json(Page::of(views, &pages, |view| view.login.clone())))
}
