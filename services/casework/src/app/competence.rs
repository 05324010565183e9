//! Who decides when offices do not agree which of them is competent: the petition office above all of them (REG-15).

use huiyin_kernel::UnitCode;

use super::act::{Request, act};
use super::context::Context;
use super::directory_facts::is_discipline;
use super::error::Failure;
use super::read::visible;
use crate::domain::Command;
use crate::store::directory;

/// The sender's answer to an objection; without its consent the office above both decides.
pub(crate) async fn answer_objection(
    ctx: &Context,
    request: &Request,
    agree: bool,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let case = visible(ctx, &request.actor, request.case_id).await?;
    let decider = match &case.transfer {
        Some(sent) if !agree => common_superior(ctx, &[sent.from.clone(), sent.to.clone()]).await?,
        _ => None,
    };
    act(ctx, request, &Command::AnswerObjection { agree, reason, decider }).await
}

/// Puts the question to the office above the responsible unit and the others.
pub(crate) async fn refer(
    ctx: &Context,
    request: &Request,
    others: Vec<UnitCode>,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    for unit in &others {
        is_discipline(ctx, unit).await?;
    }
    let case = visible(ctx, &request.actor, request.case_id).await?;
    let mut parties = others.clone();
    parties.push(case.responsible_unit);
    let decider = common_superior(ctx, &parties).await?;
    act(ctx, request, &Command::ReferCompetence { others, reason, decider }).await
}

/// Decides the question.
pub(crate) async fn decide(
    ctx: &Context,
    request: &Request,
    unit: UnitCode,
    assisting: Vec<UnitCode>,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let mut discipline = None;
    for named in std::iter::once(&unit).chain(&assisting) {
        if is_discipline(ctx, named).await? {
            discipline = Some(named.clone());
        }
    }
    act(ctx, request, &Command::DecideCompetence { unit, assisting, reason, discipline }).await
}

async fn common_superior(ctx: &Context, of: &[UnitCode]) -> Result<Option<UnitCode>, Failure> {
    Ok(directory::common_superior(&mut *ctx.api.look_up().await?, of).await?)
}
