//! The description of a service's API, served by the service itself.

use axum::{Router, routing::get};
use huiyin_kernel::Service;
use utoipa::{
    ToSchema,
    openapi::{
        Components, InfoBuilder, OpenApi,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{FieldProblem, Problem};

/// Turns a router that describes itself into a plain one that also serves `/openapi.json`.
pub fn documented<S: Clone + Send + Sync + 'static>(
    service: Service,
    router: OpenApiRouter<S>,
) -> (Router<S>, OpenApi) {
    let (router, mut api) = router.split_for_parts();
    api.info = InfoBuilder::new()
        .title(format!("Huiyin {service}"))
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "每个非成功应答都是 application/problem+json（见 Problem）。 \
             Every answer that is not a success is application/problem+json (see Problem).",
        ))
        .build();
    let components = api.components.get_or_insert_with(Components::new);
    let mut schemas = vec![(Problem::name().into_owned(), <Problem as utoipa::PartialSchema>::schema())];
    schemas.push((FieldProblem::name().into_owned(), <FieldProblem as utoipa::PartialSchema>::schema()));
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let staff = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("staff", SecurityScheme::Http(staff));
    let text = api.to_pretty_json().expect("a description always serialises");
    let serve = get(move || {
        let text = text.clone();
        async move { ([("content-type", "application/json")], text) }
    });
    (router.route("/openapi.json", serve), api)
}
