//! 实地督查: recording a supervision visit, which a supervisor or main leader headed (SZ-11).

use chrono::NaiveDate;
use huiyin_kernel::StaffId;

use super::act::{Request, act};
use super::context::Context;
use super::directory_facts::may_head_a_visit;
use super::error::Failure;
use crate::domain::{Command, Supervise};

/// Records a visit.
pub(crate) async fn site_visit(
    ctx: &Context,
    request: &Request,
    head: StaffId,
    visited_on: NaiveDate,
    finding: String,
) -> Result<Vec<u8>, Failure> {
    let may_head = may_head_a_visit(ctx, head).await?;
    act(ctx, request, &Command::Supervise(Supervise::Visit { head, may_head, visited_on, finding })).await
}
