//! The official documents of a case (文书): which there are follows from its journal; they are made anew whenever they are asked for and kept
//! nowhere. Who petitioned and what for comes from intake each time, which alone keeps it.

mod fill;
mod kind;

#[cfg(test)]
mod tests;

use axum::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_forms::Form;
use huiyin_kernel::{Actor, CITY_ZONE, CaseId, PetitionId, Service};
use huiyin_web::CallError;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::context::Context;
use super::error::Failure;
use super::read::{Moment, life, naming, visible};
use crate::domain::Naming;
use crate::store;
pub(crate) use kind::Document;

/// Who petitioned and what for, as intake tells it for one document.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Petitioner {
    /// 姓名 or 名称
    pub(crate) name: String,
    /// A legal person or other organisation.
    pub(crate) organisation: bool,
    /// 请求, in the petitioner's own words.
    pub(crate) request: String,
    /// Why reviews were asked for, oldest first, in the petitioner's own words.
    #[serde(default)]
    pub(crate) review_requests: Vec<ReviewRequest>,
}

/// Why a review was asked for (复查、复核申请的理由).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Why.
    pub(crate) text: String,
}

impl std::fmt::Debug for Petitioner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Petitioner([redacted])")
    }
}

/// A document as it is given out.
pub(crate) struct Printed {
    /// Which.
    pub(crate) document: Document,
    /// PDF/A-2b.
    pub(crate) pdf: Vec<u8>,
}

/// The documents of a case that this member of staff may have. Who may not learn who petitioned, above all the unit complained about, gets
/// those alone that hold nothing of it.
pub(crate) async fn list(ctx: &Context, actor: &Actor, token: &str, case_id: CaseId) -> Result<Vec<Document>, Failure> {
    let (petition_id, life) = seen(ctx, actor, case_id).await?;
    let mut documents = kind::of(&life);
    if documents.iter().any(|document| !document.is_nameless()) && masked(ctx, token, petition_id).await?.is_none() {
        documents.retain(Document::is_nameless);
    }
    Ok(documents)
}

/// One of them, by its name in the list.
pub(crate) async fn print(
    ctx: &Context,
    actor: &Actor,
    token: &str,
    case_id: CaseId,
    name: &str,
) -> Result<Printed, Failure> {
    let (document, form) = filled(ctx, actor, token, case_id, name).await?;
    Ok(Printed { document, pdf: ctx.press.print(form).await? })
}

/// The same for one of many: it waits for its turn however long, and never takes more than one.
pub(crate) async fn print_in_background(
    ctx: &Context,
    actor: &Actor,
    token: &str,
    case_id: CaseId,
    name: &str,
) -> Result<Printed, Failure> {
    let (document, form) = filled(ctx, actor, token, case_id, name).await?;
    Ok(Printed { document, pdf: ctx.press.print_in_background(form).await? })
}

/// A document as this member of staff may have it, ready to be set. No session of the database is held when that is done.
async fn filled(
    ctx: &Context,
    actor: &Actor,
    token: &str,
    case_id: CaseId,
    name: &str,
) -> Result<(Document, Form), Failure> {
    let (petition_id, life) = seen(ctx, actor, case_id).await?;
    let document = kind::of(&life).into_iter().find(|document| document.name() == name).ok_or(Failure::NotFound)?;
    let petitioner = if document.is_nameless() {
        Petitioner::default()
    } else {
        let masked = masked(ctx, token, petition_id).await?.ok_or(Failure::NotFound)?;
        named(ctx, actor, token, petition_id, masked, &document).await?
    };
    let naming = named_units(ctx, &life).await?;
    let form = fill::form(&life, &naming, &document, &petitioner).ok_or(Failure::NotFound)?;
    Ok((document, form))
}

/// One of the documents addressed to the petitioner, for intake, which has checked number and query code and says who that is.
pub(crate) async fn print_for_petitioner(
    ctx: &Context,
    petition_id: PetitionId,
    name: &str,
    petitioner: &Petitioner,
) -> Result<Printed, Failure> {
    let mut tx = ctx.api.look_up_as(&Sight::everything()).await?;
    let case = store::cases::find_by_petition(&mut tx, petition_id).await?.ok_or(Failure::NotFound)?;
    let life = life(&mut tx, case.facts.case_id).await?;
    let naming = naming(ctx, &mut tx, &life).await?;
    drop(tx);
    let document = for_petitioner(&life).find(|document| document.name() == name).ok_or(Failure::NotFound)?;
    // No session of the database is held while the form is set.
    let form = fill::form(&life, &naming, &document, petitioner).ok_or(Failure::NotFound)?;
    Ok(Printed { document, pdf: ctx.press.print(form).await? })
}

/// The documents addressed to the petitioner.
pub(crate) fn for_petitioner(life: &[Moment]) -> impl Iterator<Item = Document> {
    kind::of(life).into_iter().filter(Document::is_for_petitioner)
}

async fn seen(ctx: &Context, actor: &Actor, case_id: CaseId) -> Result<(PetitionId, Vec<Moment>), Failure> {
    let case = visible(ctx, actor, case_id).await?;
    let mut tx = ctx.api.look_up_as(&Sight::of(actor)).await?;
    Ok((case.facts.petition_id, life(&mut tx, case_id).await?))
}

async fn named_units(ctx: &Context, life: &[Moment]) -> Result<Naming, Failure> {
    let mut tx = ctx.api.look_up().await?;
    naming(ctx, &mut tx, life).await
}

/// A petition as intake shows it to the member of staff who asks.
#[derive(Deserialize)]
struct Petition {
    request: String,
    supplements: Vec<Supplement>,
    /// None for who may not know who petitioned.
    petitioner: Option<Identity>,
}

#[derive(Deserialize)]
struct Supplement {
    at: DateTime<Utc>,
    purpose: String,
    text: String,
}

/// The petitioner with the name masked; none when this member of staff may not know who petitioned, or it is destroyed.
async fn masked(ctx: &Context, token: &str, petition_id: PetitionId) -> Result<Option<Petitioner>, CallError> {
    let path = format!("/petitions/{petition_id}");
    let petition = match ctx.http.call(Method::GET, Service::Intake, &path).staff(token).read::<Petition>().await {
        Ok(petition) => petition,
        Err(CallError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let requests = petition.supplements.into_iter().filter(|added| added.purpose == "review");
    Ok(petition.petitioner.map(|identity| Petitioner {
        organisation: identity.is_organisation(),
        name: identity.name,
        request: petition.request,
        review_requests: requests.map(|added| ReviewRequest { at: added.at, text: added.text }).collect(),
    }))
}

#[derive(Deserialize)]
struct Identity {
    name: String,
    #[serde(default)]
    document_kind: String,
}

impl Identity {
    fn is_organisation(&self) -> bool {
        self.document_kind == "organisation_code"
    }
}

/// The petitioner in the open, as a paper must be addressed, for those who may open identities: intake's journal keeps who printed what. Others
/// who may read the case get the paper with the masked name.
async fn named(
    ctx: &Context,
    actor: &Actor,
    token: &str,
    petition_id: PetitionId,
    masked: Petitioner,
    document: &Document,
) -> Result<Petitioner, CallError> {
    if huiyin_authz::require(actor, Permission::RevealIdentity).is_err() {
        return Ok(masked);
    }
    let path = format!("/petitions/{petition_id}/identity");
    let reason = json!({ "reason": format!("打印文书《{}》", document.title_zh()) });
    let asked = ctx.http.call(Method::POST, Service::Intake, &path).staff(token).json(&reason);
    match asked.read::<Identity>().await {
        Ok(identity) => Ok(Petitioner { name: identity.name, ..masked }),
        Err(CallError::NotFound { .. }) => Ok(masked),
        Err(error) => Err(error),
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&CITY_ZONE).date_naive()
}
