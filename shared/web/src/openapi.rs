//! The description of a service's API, served by the service itself.

use axum::{Router, routing::get};
use huiyin_kernel::Service;
use utoipa::{
    ToSchema,
    openapi::{
        Components, Content, InfoBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder,
        path::{Operation, Parameter, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{FieldProblem, Problem};

const PROBLEM: &str = "application/problem+json";

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
    for (path, item) in &mut api.paths.paths {
        for operation in operations(item) {
            complete(path, operation);
        }
    }
    let text = api.to_pretty_json().expect("a description always serialises");
    let serve = get(move || {
        let text = text.clone();
        async move { ([("content-type", "application/json")], text) }
    });
    (router.route("/openapi.json", serve), api)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Adds what the kit and the extractors answer by themselves, and says what a [`Problem`] really travels as.
fn complete(path: &str, operation: &mut Operation) {
    let parameters: Vec<&Parameter> = operation.parameters.iter().flatten().filter_map(plain).collect();
    let takes = |place: &ParameterIn| parameters.iter().any(|parameter| parameter.parameter_in == *place);
    let (by_path, by_rest) = (takes(&ParameterIn::Path), takes(&ParameterIn::Query) || takes(&ParameterIn::Header));
    let has_body = operation.request_body.is_some();
    let is_closed = operation.security.is_some() || path.starts_with("/internal/");
    let mut usual = vec![(503, "Busy; try again after `Retry-After` seconds.")];
    if has_body {
        usual.push((408, "The body did not come in time."));
        usual.push((413, "The body is too large."));
        usual.push((415, "The body is of another kind."));
    }
    if has_body || by_rest {
        usual.push((400, "Fields that cannot be read, or that break a rule of form; nothing was done."));
    }
    if by_path {
        usual.push((404, "There is no such thing, or it is not for you to see."));
    }
    if is_closed {
        usual.push((401, "Not signed in, or no longer."));
        usual.push((403, "Signed in, but not allowed."));
    }
    let responses = &mut operation.responses.responses;
    for (status, words) in usual {
        responses.entry(status.to_string()).or_insert_with(|| {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            RefOr::T(ResponseBuilder::new().description(words).content(PROBLEM, content).build())
        });
    }
    for response in responses.iter_mut().filter(|(status, _)| !status.starts_with('2')) {
        if let RefOr::T(response) = response.1
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert(PROBLEM.to_owned(), content);
        }
    }
}

fn plain(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}
