//! One file per endpoint. Reading is strict; whatever cannot be done says what to do next.

mod actions_view;
mod appointment_view;
mod batches;
mod calls;
mod cases;
mod commands;
mod documents;
mod evaluation_view;
mod fields;
mod file_end;
mod get_by_number;
mod get_by_petition;
mod get_case;
mod history;
mod key;
mod library;
mod library_view;
mod notice;
mod parts_view;
mod permissions;
mod public_view;
mod review_view;
mod routing_view;
mod settlement_view;
mod simple_view;
mod successions;
mod supervision_view;
mod view;

use axum::Router;
use huiyin_kernel::Service;
use huiyin_web::documented;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::context::Context;

/// All routes of this service.
pub(crate) fn router(ctx: Context) -> Router {
    documented(Service::Casework, routes()).0.with_state(ctx)
}

/// The description of the API, as served at `/openapi.json`.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    documented(Service::Casework, routes()).1
}

fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(cases::list))
        .routes(routes!(successions::list))
        .routes(routes!(get_case::show))
        .routes(routes!(get_by_number::show))
        .routes(routes!(get_by_petition::show))
        .routes(routes!(file_end::due))
        .routes(routes!(file_end::destroyed))
        .routes(routes!(library::list))
        .routes(routes!(library::leaders))
        .routes(routes!(library::published))
        .routes(routes!(calls::list, calls::raise))
        .routes(routes!(calls::show))
        .routes(routes!(calls::reply))
        .routes(routes!(history::list))
        .routes(routes!(documents::list))
        .routes(routes!(documents::show))
        .routes(routes!(documents::for_petitioner))
        .routes(routes!(batches::list, batches::ask))
        .routes(routes!(batches::show, batches::cancel))
        .routes(routes!(batches::file))
        .routes(routes!(notice::show))
        .routes(routes!(public_view::show))
        .merge(commands::routes())
}
