//! The API: one file per endpoint or per pair that belongs together. `/openapi.json` describes it.

mod documents;
mod drafts;
mod form;
mod imports;
mod input;
mod matters;
mod problem;
mod public;
mod quotas;
mod rounds;
mod sessions;
mod venues;
mod visits;

use std::sync::Arc;

use axum::Router;
use huiyin_forms::Press;
use huiyin_kernel::Service;
use huiyin_web::{Client, documented};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// What the endpoints share.
#[derive(Clone, Debug)]
pub struct Api {
    /// The commands.
    pub app: App,
    /// Calls to intake, for identities on the form.
    pub client: Client,
    /// Sets papers.
    pub press: Arc<Press>,
}

/// The routes.
pub fn router(api: Api) -> Router {
    documented(Service::Scheduling, routes()).0.with_state(Arc::new(api))
}

/// Their description, as served at `/openapi.json`.
pub fn openapi() -> OpenApi {
    documented(Service::Scheduling, routes()).1
}

fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(public::list_sessions, sessions::draft))
        .routes(routes!(public::get_session, sessions::change))
        .routes(routes!(sessions::publish))
        .routes(routes!(sessions::substitute))
        .routes(routes!(sessions::cancel))
        .routes(routes!(sessions::close))
        .routes(routes!(drafts::list_drafts))
        .routes(routes!(public::list_rounds, rounds::draft))
        .routes(routes!(public::get_round))
        .routes(routes!(rounds::publish))
        .routes(routes!(venues::list, venues::add))
        .routes(routes!(visits::book))
        .routes(routes!(visits::give_back))
        .routes(routes!(visits::walk_in))
        .routes(routes!(visits::arrive))
        .routes(routes!(visits::list))
        .routes(routes!(visits::conclude))
        .routes(routes!(matters::list))
        .routes(routes!(matters::name, matters::take_off))
        .routes(routes!(matters::sessions))
        .routes(routes!(quotas::list))
        .routes(routes!(form::show))
        .routes(routes!(documents::list))
        .routes(routes!(documents::show))
        .routes(routes!(imports::import_calendar))
}
