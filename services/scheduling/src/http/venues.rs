//! Reception places.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use huiyin_authz::Permission;
use huiyin_web::{IdempotencyKey, Json, Page, PageLimit, Pages, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::input::{Reader, area, cursor};
use crate::app::keep_venue::KeepVenue;
use crate::app::{self, AppError, Request};
use crate::domain::VenueKind;
use crate::store::venues::{self, VenueRow};

/// Which places to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VenuesQuery {
    /// This district and what lies inside it.
    district: Option<String>,
    after: Option<String>,
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// The reception places.
#[utoipa::path(get, path = "/venues", params(VenuesQuery), responses((status = 200, body = Page<VenueRow>)))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    Query(query): Query<VenuesQuery>,
) -> Result<Json<Page<VenueRow>>, Problem> {
    let area = area(query.district.as_deref())?;
    let after = cursor::<Uuid>(query.after.as_deref())?;
    let pages = Pages { after: None, limit: query.limit };
    let mut tx = api.app.db.read().await.map_err(AppError::from)?;
    let rows = venues::page(&mut tx, area.as_ref(), after, pages.limit() + 1).await.map_err(AppError::from)?;
    Ok(Json(Page::of(rows, &pages, |row| row.venue_id.to_string())))
}

/// A place to add.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VenueBody {
    district: String,
    name: String,
    address: String,
    /// A hall unless said otherwise.
    kind: Option<VenueKind>,
    phone: Option<String>,
    /// Reachable without steps.
    #[serde(default)]
    accessible: bool,
    /// Opening hours.
    hours: Option<String>,
}

/// Add a reception place.
#[utoipa::path(post, path = "/venues", params(("Idempotency-Key" = String, Header)), request_body = VenueBody, security(("staff" = [])),
    responses((status = 201, body = VenueRow), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    staff: StaffActor,
    key: IdempotencyKey,
    Json(body): Json<VenueBody>,
) -> Result<(StatusCode, Json<VenueRow>), Problem> {
    staff.require(Permission::ManageVenues)?;
    let mut reader = Reader::default();
    let command = KeepVenue {
        district: reader.district("district", &body.district),
        name: reader.text("name", &body.name, 60),
        address: reader.text("address", &body.address, 120),
        kind: body.kind.unwrap_or(VenueKind::Hall),
        phone: reader.optional_text("phone", body.phone.as_deref(), 40),
        accessible: body.accessible,
        hours: reader.optional_text("hours", body.hours.as_deref(), 120),
    };
    let command = reader.done(command)?;
    let request = Request::keyed(staff.into(), &key, "POST /venues", &body);
    let venue = app::keep_venue::keep_venue(&api.app, &request, command).await?;
    Ok((StatusCode::CREATED, Json(venue)))
}
