//! What the directory knows of those a command names.

use huiyin_kernel::{StaffId, UnitCode};

use super::context::Context;
use super::error::Failure;
use crate::store::directory;

/// Is that unit a discipline body? Refused when it is not known.
pub(crate) async fn is_discipline(ctx: &Context, unit: &UnitCode) -> Result<bool, Failure> {
    let known = directory::unit(&mut *ctx.api.look_up().await?, unit).await?;
    known.map(|unit| unit.is_discipline()).ok_or(Failure::Unknown { field: "unit" })
}

/// The unit of an officer who may be given cases.
pub(crate) async fn unit_of_officer(ctx: &Context, officer: StaffId) -> Result<UnitCode, Failure> {
    let unit = directory::unit_of_staff(&mut *ctx.api.look_up().await?, officer, &["officer"]).await?;
    unit.ok_or(Failure::Unknown { field: "officer" })
}

/// May that person head a supervision visit (SZ-11)?
pub(crate) async fn may_head_a_visit(ctx: &Context, head: StaffId) -> Result<bool, Failure> {
    let roles = ["supervisor", "main_leader"];
    Ok(directory::unit_of_staff(&mut *ctx.api.look_up().await?, head, &roles).await?.is_some())
}

/// Is that a leader who may own cases?
pub(crate) async fn require_leader(ctx: &Context, leader: StaffId) -> Result<(), Failure> {
    let roles = ["leader", "main_leader", "unit_head"];
    let unit = directory::unit_of_staff(&mut *ctx.api.look_up().await?, leader, &roles).await?;
    unit.map(drop).ok_or(Failure::Unknown { field: "leader" })
}
