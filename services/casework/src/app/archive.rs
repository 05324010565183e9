//! 归档、鉴定、销毁: the petition office of the place, or of one above it, archives files and looks after them to their end (WH-15, A11).

use super::act::{Request, act};
use super::context::Context;
use super::error::Failure;
use super::read::visible;
use crate::domain::{Command, Finding};
use crate::store::directory;

/// Archives the file of a closed matter.
pub(crate) async fn archive(ctx: &Context, request: &Request, receipt: Option<String>) -> Result<Vec<u8>, Failure> {
    let is_petition_office = is_petition_office(ctx, request).await?;
    act(ctx, request, &Command::Archive { is_petition_office, receipt }).await
}

/// Looks once more at a file whose time is over.
pub(crate) async fn appraise(
    ctx: &Context,
    request: &Request,
    finding: Finding,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let is_petition_office = is_petition_office(ctx, request).await?;
    act(ctx, request, &Command::AppraiseFile { is_petition_office, finding, reason }).await
}

/// Agrees that a file be destroyed. Asked again under the same key after it is gone, it is answered as it was.
pub(crate) async fn destroy(ctx: &Context, request: &Request) -> Result<Vec<u8>, Failure> {
    let is_petition_office = match is_petition_office(ctx, request).await {
        Err(Failure::NotFound) => false,
        other => other?,
    };
    act(ctx, request, &Command::DestroyFile { is_petition_office }).await
}

/// Is the actor of the petition office of the matter's place, or of one above it? The directory says so.
async fn is_petition_office(ctx: &Context, request: &Request) -> Result<bool, Failure> {
    let place = Box::pin(visible(ctx, &request.actor, request.case_id)).await?.facts.district;
    let homes = directory::homes(&mut *ctx.api.look_up().await?, &place).await?;
    Ok(homes.iter().any(|home| request.actor.unit() == Some(&home.petition_unit)))
}
