//! One file per endpoint. Reading is strict, answers to what cannot be done say what to do next.

mod access;
mod amend;
mod answer;
mod ask_appointment;
mod ask_review;
mod confirm_erasure;
mod document;
mod erase;
mod evaluate;
mod find_petition;
mod get_petition;
mod import;
mod likely_same;
mod own_matters;
mod query;
mod register;
mod resolve;
mod restore;
mod reveal_identity;
mod state;
mod topics;
mod unwrap_keys;
mod withdraw;

pub use state::HttpState;

use axum::Router;
use huiyin_kernel::Service;
use huiyin_web::documented;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes of intake, with their description at `/openapi.json`.
pub fn router(state: HttpState) -> Router {
    documented(Service::Intake, routes()).0.with_state(state)
}

/// The description of the API, as served at `/openapi.json`.
pub fn openapi() -> OpenApi {
    documented(Service::Intake, routes()).1
}

fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(register::register, find_petition::find_petition))
        .routes(routes!(query::query))
        .routes(routes!(document::document))
        .routes(routes!(amend::amend))
        .routes(routes!(ask_review::ask_review))
        .routes(routes!(ask_appointment::ask_appointment))
        .routes(routes!(evaluate::evaluate))
        .routes(routes!(evaluate::evaluate_for))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(restore::restore))
        .routes(routes!(own_matters::own_matters))
        .routes(routes!(get_petition::get_petition))
        .routes(routes!(likely_same::likely_same))
        .routes(routes!(reveal_identity::reveal_identity))
        .routes(routes!(erase::erase))
        .routes(routes!(import::import))
        .routes(routes!(topics::topics))
        .routes(routes!(unwrap_keys::unwrap_keys))
        .routes(routes!(confirm_erasure::confirm_erasure))
        .routes(routes!(resolve::resolve))
}
