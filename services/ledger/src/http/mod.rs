//! The endpoints, one file each.

mod export;
mod list;
mod one;
mod rebuild;
mod report;
mod summary;
mod token;

use axum::Router;
use huiyin_kernel::Service;
use huiyin_web::{Problem, documented};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::context::Context;

/// All routes of this service.
pub(crate) fn router(ctx: Context) -> Router {
    documented(Service::Ledger, routes()).0.with_state(ctx)
}

/// The description of the API, as served at `/openapi.json`.
pub(crate) fn openapi() -> OpenApi {
    documented(Service::Ledger, routes()).1
}

fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list::matters))
        .routes(routes!(export::xlsx))
        .routes(routes!(one::matter))
        .routes(routes!(one::messages))
        .routes(routes!(summary::summary))
        .routes(routes!(report::yearly))
        .routes(routes!(report::xlsx))
        .routes(routes!(report::csv))
        .routes(routes!(rebuild::rebuild, rebuild::rebuilding))
}

/// The database did not answer.
pub(crate) fn storage(error: impl std::error::Error + 'static) -> Problem {
    tracing::error!(%error, "the database did not answer");
    Problem::unavailable(3)
}
