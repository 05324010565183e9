//! Moving responsibility: to another unit or leader (DW-17), or an accusation to a discipline body (REG-11).

use chrono::NaiveDate;
use huiyin_kernel::{StaffId, UnitCode};

use super::act::{Request, act};
use super::context::Context;
use super::directory_facts::{is_discipline, require_leader};
use super::error::Failure;
use crate::domain::Command;

/// Hands a case over.
pub(crate) async fn hand_over(
    ctx: &Context,
    request: &Request,
    unit: UnitCode,
    leader: Option<StaffId>,
    reason: String,
) -> Result<Vec<u8>, Failure> {
    let is_discipline = is_discipline(ctx, &unit).await?;
    if let Some(leader) = leader {
        require_leader(ctx, leader).await?;
    }
    act(ctx, request, &Command::HandOver { unit, leader, reason, is_discipline }).await
}

/// Sends a matter on to the competent body (REG-10).
pub(crate) async fn transfer(
    ctx: &Context,
    request: &Request,
    unit: UnitCode,
    demand: Option<String>,
    report_by: Option<NaiveDate>,
) -> Result<Vec<u8>, Failure> {
    let is_discipline = is_discipline(ctx, &unit).await?;
    act(ctx, request, &Command::Transfer { unit, demand, report_by, is_discipline }).await
}

/// Forwards an accusation.
pub(crate) async fn forward(ctx: &Context, request: &Request, unit: UnitCode) -> Result<Vec<u8>, Failure> {
    let is_discipline = is_discipline(ctx, &unit).await?;
    act(ctx, request, &Command::Forward { unit, is_discipline }).await
}
