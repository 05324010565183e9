//! 交办: naming an officer, and with it the unit.

use huiyin_kernel::{StaffId, UnitCode};

use super::act::{Request, act};
use super::context::Context;
use super::directory_facts::{is_discipline, unit_of_officer};
use super::error::Failure;
use crate::domain::Command;

/// Assigns a case to an officer of the responsible unit, or of `unit`.
pub(crate) async fn assign(
    ctx: &Context,
    request: &Request,
    officer: StaffId,
    unit: Option<UnitCode>,
) -> Result<Vec<u8>, Failure> {
    let officer_unit = unit_of_officer(ctx, officer).await?;
    let is_discipline = is_discipline(ctx, unit.as_ref().unwrap_or(&officer_unit)).await?;
    act(ctx, request, &Command::Assign { officer, officer_unit, unit, is_discipline }).await
}
