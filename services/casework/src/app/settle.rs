//! 登记调解、和解协议: the head or main leader of a unit signs for it (REG-27).

use chrono::NaiveDate;
use huiyin_contracts::casework::SettlementKind;
use huiyin_kernel::StaffId;

use super::act::{Request, act};
use super::context::Context;
use super::error::Failure;
use crate::domain::{Command, Settle};
use crate::store::directory;

/// What was agreed on.
#[derive(Debug)]
pub(crate) struct Agreed {
    pub(crate) kind: SettlementKind,
    pub(crate) agreed_on: NaiveDate,
    pub(crate) facts_found: String,
    pub(crate) terms: String,
    pub(crate) duties: Vec<(String, NaiveDate)>,
}

/// Records an agreement.
pub(crate) async fn settle(
    ctx: &Context,
    request: &Request,
    agreed: Agreed,
    signed_by: StaffId,
) -> Result<Vec<u8>, Failure> {
    let roles = ["unit_head", "main_leader"];
    let signer_heads = directory::unit_of_staff(&mut *ctx.api.look_up().await?, signed_by, &roles).await?;
    let Agreed { kind, agreed_on, facts_found, terms, duties } = agreed;
    let settle = Settle { kind, agreed_on, facts_found, terms, duties, signed_by, signer_heads };
    act(ctx, request, &Command::RecordSettlement(settle)).await
}
