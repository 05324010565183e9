//! `/internal/publications/*`, for services of this installation only.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use huiyin_bus::may_hear;
use huiyin_contracts::Audience;
use huiyin_web::{Json, Problem, ServiceCaller};

use super::{Changed, ChangedAsk, FetchAsk, OwnSource, PageAsk, PublicationPage, Source, SourceError};
use crate::Db;

/// The routes; lay the HTTP kit around them. `worker` is the worker's login.
pub fn internal_router(worker: Db) -> Router {
    Router::new()
        .route("/internal/publications/changed", post(changed))
        .route("/internal/publications/fetch", post(fetch))
        .route("/internal/publications/page", post(page))
        .with_state(Arc::new(OwnSource(worker)))
}

type Own = State<Arc<OwnSource>>;

async fn changed(
    caller: ServiceCaller,
    State(own): Own,
    Json(ask): Json<ChangedAsk>,
) -> Result<axum::Json<Changed>, Problem> {
    check_token(&ask.since)?;
    if let Some(after) = &ask.after {
        check_token(&after.xid)?;
    }
    check(caller, ask.audience)?;
    Ok(axum::Json(own.changed(&ask).await?))
}

async fn fetch(
    caller: ServiceCaller,
    State(own): Own,
    Json(ask): Json<FetchAsk>,
) -> Result<axum::Json<PublicationPage>, Problem> {
    check(caller, ask.audience)?;
    Ok(axum::Json(PublicationPage::from_events(own.fetch(&ask).await?)?))
}

async fn page(
    caller: ServiceCaller,
    State(own): Own,
    Json(ask): Json<PageAsk>,
) -> Result<axum::Json<PublicationPage>, Problem> {
    check(caller, ask.audience)?;
    Ok(axum::Json(PublicationPage::from_events(own.page(&ask).await?)?))
}

/// Who may not hear an audience on the bus may not ask for it here either.
fn check(ServiceCaller(caller): ServiceCaller, audience: Audience) -> Result<(), Problem> {
    if may_hear(caller, audience) { Ok(()) } else { Err(Problem::not_found()) }
}

fn check_token(token: &str) -> Result<(), Problem> {
    let shaped = token.parse::<u64>().is_ok();
    let wrong = || Problem::field("since", "应为上次答复所给的标记", "must be the token of an earlier answer", "0");
    if shaped { Ok(()) } else { Err(wrong()) }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Db(error) => error.into(),
            SourceError::Call(error) => error.into(),
        }
    }
}
