use axum::extract::State;
use huiyin_web::{Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::HttpState;
use crate::app::Failure;

/// One topic (热点类别).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopicBody {
    code: String,
    name_zh: String,
    name_en: String,
    /// False once retired: old petitions keep it, new ones cannot take it.
    active: bool,
}

/// The topic taxonomy (QL-17).
#[utoipa::path(get, path = "/topics", tag = "petitions", responses((status = 200, body = Vec<TopicBody>)))]
pub(super) async fn topics(State(state): State<HttpState>) -> Result<Json<Vec<TopicBody>>, Problem> {
    let known = state.context.known().await.map_err(Failure::from)?;
    let topics = known.topics.iter().map(|topic| TopicBody {
        code: topic.code.as_str().to_owned(),
        name_zh: topic.name_zh.clone(),
        name_en: topic.name_en.clone(),
        active: topic.active,
    });
    Ok(Json(topics.collect()))
}
