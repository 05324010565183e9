//! One matter, and who was told what about it.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_web::{Path, Problem, Query, StaffActor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::storage;
use super::token::Token;
use crate::app::context::Context;
use crate::app::page::page;
use crate::app::sight::sight;
use crate::domain::row::LedgerRow;
use crate::store::list;

/// One matter by its petition or case id.
#[utoipa::path(get, path = "/matters/{id}", params(("id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = LedgerRow), (status = 404, body = Problem)))]
pub(crate) async fn matter(
    State(ctx): State<Context>,
    staff: StaffActor,
    token: Token,
    Path(id): Path<Uuid>,
) -> Result<axum::Json<LedgerRow>, Problem> {
    staff.require(Permission::ReadLedger)?;
    let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
    let filter = sight(&mut conn, &staff.0).await?;
    let found = list::matter(&mut conn, id, &filter).await.map_err(storage)?;
    drop(conn);
    let rows = page(&ctx, &token.0, found.into_iter().collect()).await?;
    rows.into_iter().next().map(axum::Json).ok_or_else(Problem::not_found)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    /// Which petition.
    petition_id: Uuid,
}

/// A message and whether it arrived.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToldRow {
    template: String,
    /// `petitioner` or `staff`.
    recipient: String,
    channel: String,
    state: String,
    at: DateTime<Utc>,
}

/// Who was told what about a matter, in order.
#[utoipa::path(get, path = "/messages", params(About), security(("staff" = [])),
    responses((status = 200, body = Vec<ToldRow>), (status = 404, body = Problem)))]
pub(crate) async fn messages(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(about): Query<About>,
) -> Result<axum::Json<Vec<ToldRow>>, Problem> {
    staff.require(Permission::ReadLedger)?;
    let mut conn = ctx.api.read_as(&Sight::of(&staff.0)).await.map_err(storage)?;
    let filter = sight(&mut conn, &staff.0).await?;
    let seen = list::matter(&mut conn, about.petition_id, &filter).await.map_err(storage)?;
    let matter = seen.ok_or_else(Problem::not_found)?;
    let told = list::told(&mut conn, matter.petition_id).await.map_err(storage)?;
    let told = told.into_iter().map(|t| ToldRow {
        template: t.template,
        recipient: t.recipient,
        channel: t.channel,
        state: t.state,
        at: t.at,
    });
    Ok(axum::Json(told.collect()))
}
