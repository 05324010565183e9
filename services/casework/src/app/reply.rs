//! Issuing the written reply: the petitioner's request comes from intake, which alone keeps it; the rest is the approved
//! opinion (REG-25, A9).

use huiyin_kernel::{Actor, PetitionId, Service};
use serde::{Deserialize, Serialize};

use super::act::{Request, act};
use super::context::Context;
use super::error::Failure;
use super::read::visible;
use crate::domain::Command;

#[derive(Serialize)]
struct Ask<'a> {
    petition_ids: [PetitionId; 1],
    actor: &'a Actor,
}

/// What intake answers, as far as it is used here.
#[derive(Deserialize)]
struct Answer {
    petitions: Vec<Petition>,
}

#[derive(Deserialize)]
struct Petition {
    petition_id: PetitionId,
    request: String,
}

/// Issues the reply.
pub(crate) async fn reply(ctx: &Context, request: &Request) -> Result<Vec<u8>, Failure> {
    let case = visible(ctx, &request.actor, request.case_id).await?;
    let ask = Ask { petition_ids: [case.facts.petition_id], actor: &request.actor };
    let answer: Answer = ctx.http.post(Service::Intake, "/internal/petitions/resolve", &ask).await?;
    let petition = answer.petitions.into_iter().find(|petition| petition.petition_id == case.facts.petition_id);
    let text = petition.map(|petition| petition.request).unwrap_or_default();
    act(ctx, request, &Command::Reply { request: text }).await
}
