//! Puts a page of the ledger together: rows, names, and what intake says of the petitioners, in one call.

use std::collections::HashMap;

use huiyin_kernel::Service;
use huiyin_web::{CallError, Problem};
use serde_json::json;
use uuid::Uuid;

use super::context::Context;
use crate::domain::row::{LedgerRow, Resolved, rows};
use crate::http::storage;
use crate::store::list::Matter;
use crate::store::names;

/// The most petitions intake resolves in one call.
const AT_ONCE: usize = 500;

/// Rows for display. When intake does not answer, the rest of the row is still shown.
pub(crate) async fn page(ctx: &Context, staff_token: &str, matters: Vec<Matter>) -> Result<Vec<LedgerRow>, Problem> {
    let districts: Vec<String> = matters.iter().map(|m| m.district.clone()).collect();
    let units: Vec<String> = matters.iter().filter_map(|m| m.responsible_unit.clone()).collect();
    let staff: Vec<Uuid> = matters.iter().filter_map(|m| m.leader).collect();
    let names = {
        // Given back before intake is asked: nothing is held open while another service thinks.
        let mut conn = ctx.api.read().await.map_err(storage)?;
        names::load(&mut conn, &districts, &units, &staff).await.map_err(storage)?
    };
    let petitions: Vec<Uuid> = matters.iter().map(|m| m.petition_id).collect();
    let resolved = match resolve(ctx, staff_token, &petitions).await {
        Ok(resolved) => Some(resolved),
        Err(error) => {
            tracing::warn!(%error, "the ledger is shown without what intake knows");
            None
        }
    };
    Ok(rows(matters, &names, resolved.as_ref()))
}

/// What intake answers.
#[derive(serde::Deserialize)]
struct Answer {
    petitions: Vec<Resolved>,
}

async fn resolve(ctx: &Context, staff_token: &str, petitions: &[Uuid]) -> Result<HashMap<Uuid, Resolved>, CallError> {
    let mut all = HashMap::new();
    for some in petitions.chunks(AT_ONCE) {
        let answer: Answer = ctx
            .http
            .call(axum::http::Method::POST, Service::Intake, "/internal/petitions/resolve")
            .staff(staff_token)
            .json(&json!({ "petition_ids": some }))
            .read()
            .await?;
        all.extend(answer.petitions.into_iter().map(|one| (one.petition_id, one)));
    }
    Ok(all)
}
