//! 归档: the petition office of the place, or of one above it, archives the file (WH-15).

use super::act::{Request, act};
use super::context::Context;
use super::error::Failure;
use super::read::visible;
use crate::domain::Command;
use crate::store::directory;

/// Archives the file of a closed matter.
pub(crate) async fn archive(ctx: &Context, request: &Request, receipt: Option<String>) -> Result<Vec<u8>, Failure> {
    let place = Box::pin(visible(ctx, &request.actor, request.case_id)).await?.facts.district;
    let homes = directory::homes(&mut *ctx.api.look_up().await?, &place).await?;
    let is_petition_office = homes.iter().any(|home| request.actor.unit() == Some(&home.petition_unit));
    act(ctx, request, &Command::Archive { is_petition_office, receipt }).await
}
