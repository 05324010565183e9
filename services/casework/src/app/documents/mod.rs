//! The official documents of a case (文书): which there are follows from its journal; they are made anew whenever they are asked for and kept
//! nowhere. Who petitioned and what for comes from intake each time, which alone keeps it.

mod fill;
mod kind;
mod press;

#[cfg(test)]
mod tests;

use axum::http::Method;
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{Actor, CaseId, PetitionId, Service};
use huiyin_web::CallError;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::context::Context;
use super::error::Failure;
use super::read::{Moment, life, naming, visible};
use crate::domain::Naming;
use crate::store;
pub(crate) use fill::Petitioner;
pub(crate) use kind::Document;
pub(crate) use press::{Press, PressError};

/// A document as it is given out.
pub(crate) struct Printed {
    /// Which.
    pub(crate) document: Document,
    /// PDF/A-2b.
    pub(crate) pdf: Vec<u8>,
}

/// The documents of a case that this member of staff may have. Who may not learn who petitioned, above all the unit complained about, gets
/// none: every document names the petitioner.
pub(crate) async fn list(ctx: &Context, actor: &Actor, case_id: CaseId) -> Result<Vec<Document>, Failure> {
    let (petition_id, life) = seen(ctx, actor, case_id).await?;
    let documents = kind::of(&life);
    if documents.is_empty() || resolved(ctx, actor, petition_id).await?.is_none() {
        return Ok(Vec::new());
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
    let (petition_id, life) = seen(ctx, actor, case_id).await?;
    let document = kind::of(&life).into_iter().find(|document| document.name() == name).ok_or(Failure::NotFound)?;
    let resolved = resolved(ctx, actor, petition_id).await?.ok_or(Failure::NotFound)?;
    let petitioner = named(ctx, actor, token, petition_id, resolved, &document).await?;
    let naming = named_units(ctx, &life).await?;
    made(ctx, &life, &naming, document, &petitioner).await
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
    made(ctx, &life, &naming, document, petitioner).await
}

/// The documents addressed to the petitioner.
pub(crate) fn for_petitioner(life: &[Moment]) -> impl Iterator<Item = Document> {
    kind::of(life).into_iter().filter(Document::is_for_petitioner)
}

/// No session of the database is held while the form is set.
async fn made(
    ctx: &Context,
    life: &[Moment],
    naming: &Naming,
    document: Document,
    petitioner: &Petitioner,
) -> Result<Printed, Failure> {
    let form = fill::form(life, naming, &document, petitioner).ok_or(Failure::NotFound)?;
    let pdf = ctx.press.print(form).await?;
    Ok(Printed { document, pdf })
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

#[derive(Serialize)]
struct Ask<'a> {
    petition_ids: [PetitionId; 1],
    actor: &'a Actor,
}

#[derive(Deserialize)]
struct Answer {
    petitions: Vec<Resolved>,
}

/// What intake tells this actor of a petition.
#[derive(Deserialize)]
struct Resolved {
    petition_id: PetitionId,
    request: String,
    /// Masked.
    #[serde(default)]
    name: Option<String>,
}

/// Request and masked name; none when the actor may not know who petitioned, or it is destroyed.
async fn resolved(ctx: &Context, actor: &Actor, petition_id: PetitionId) -> Result<Option<Petitioner>, CallError> {
    let ask = Ask { petition_ids: [petition_id], actor };
    let answer: Answer = ctx.http.post(Service::Intake, "/internal/petitions/resolve", &ask).await?;
    let petition = answer.petitions.into_iter().find(|petition| petition.petition_id == petition_id);
    Ok(petition
        .and_then(|petition| Some(Petitioner { name: petition.name?, organisation: false, request: petition.request })))
}

#[derive(Deserialize)]
struct Identity {
    name: String,
    #[serde(default)]
    document_kind: String,
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
        Ok(identity) => Ok(Petitioner {
            organisation: identity.document_kind == "organisation_code",
            name: identity.name,
            request: masked.request,
        }),
        Err(CallError::NotFound { .. }) => Ok(masked),
        Err(error) => Err(error),
    }
}
