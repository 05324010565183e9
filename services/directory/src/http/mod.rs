//! One file per endpoint.

mod add_staff;
mod change_staff;
mod districts;
mod end_session;
mod jwks;
mod load_city;
mod problem;
mod put_district;
mod put_unit;
mod reader;
mod refresh_session;
mod session;
mod set_password;
mod sign_in;
mod staff;
mod switch_staff;
mod units;
mod views;

use huiyin_kernel::Service;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::Context;

/// The router.
pub fn router(context: Context) -> axum::Router {
    huiyin_web::documented(Service::Directory, routes()).0.with_state(context)
}

/// Its description, as served at `/openapi.json`.
pub fn openapi() -> OpenApi {
    huiyin_web::documented(Service::Directory, routes()).1
}

fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(jwks::jwks))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(refresh_session::refresh_session))
        .routes(routes!(session::session, end_session::end_session))
        .routes(routes!(districts::list_districts))
        .routes(routes!(put_district::put_district))
        .routes(routes!(units::list_units))
        .routes(routes!(put_unit::put_unit))
        .routes(routes!(staff::list_staff, add_staff::add_staff))
        .routes(routes!(change_staff::change_staff))
        .routes(routes!(set_password::set_password))
        .routes(routes!(switch_staff::disable_staff))
        .routes(routes!(switch_staff::enable_staff))
        .routes(routes!(load_city::load_city))
}
