//! The written reply: the petitioner's request comes from intake, which alone keeps it, whenever the document is issued or read; the rest is
//! the approved opinion (REG-25, A9).

use huiyin_kernel::{Actor, PetitionId, Service};
use huiyin_web::CallError;
use serde::{Deserialize, Serialize};

use super::act::{Request, act};
use super::context::Context;
use super::error::Failure;
use super::read::visible;
use crate::domain::{Case, Command, ReplyManner};

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
pub(crate) async fn reply(ctx: &Context, request: &Request, manner: ReplyManner) -> Result<Vec<u8>, Failure> {
    let case = visible(ctx, &request.actor, request.case_id).await?;
    let text = requested(ctx, &request.actor, case.facts.petition_id).await?.unwrap_or_default();
    act(ctx, request, &Command::Reply { request: text, manner }).await
}

/// The document of a case as the actor reads it, once issued. Without intake it is shown with a gap that says so.
pub(crate) async fn document(ctx: &Context, actor: &Actor, case: &Case) -> Option<String> {
    let (reply, _) = case.state.reply()?;
    let request = match requested(ctx, actor, case.facts.petition_id).await {
        Ok(Some(request)) => request,
        Ok(None) => "（投诉请求不在您可见的范围内，或已依法销毁 not for you to see, or destroyed by law）".to_owned(),
        Err(error) => {
            tracing::warn!(%error, "a reply is shown without the petitioner's request");
            "（投诉请求暂时无法读取，请稍后刷新 cannot be read just now; please reload in a while）".to_owned()
        }
    };
    Some(reply.text(&request))
}

/// What the petitioner asks for, in their own words; none when it is not for this actor, or destroyed.
async fn requested(ctx: &Context, actor: &Actor, petition_id: PetitionId) -> Result<Option<String>, CallError> {
    let ask = Ask { petition_ids: [petition_id], actor };
    let answer: Answer = ctx.http.post(Service::Intake, "/internal/petitions/resolve", &ask).await?;
    let petition = answer.petitions.into_iter().find(|petition| petition.petition_id == petition_id);
    Ok(petition.map(|petition| petition.request))
}
