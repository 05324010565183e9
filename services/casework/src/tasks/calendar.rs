//! After a new calendar is loaded, every open clock is reckoned again (D-4, T7).

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;

use crate::app::context::Context;
use crate::app::reckon::{outdated, reckon_one};

/// Cases per run.
const BATCH: i64 = 100;

/// Brings the clocks of open cases to the present calendar, a batch at a time, each case in its own transaction.
#[derive(Clone, Debug)]
pub(crate) struct NewCalendar(pub(crate) Context);

#[async_trait]
impl Reconciler for NewCalendar {
    async fn run(&self) -> Result<usize, BoxError> {
        let cases = outdated(&self.0, BATCH).await?;
        for case_id in &cases {
            reckon_one(&self.0, *case_id).await?;
        }
        Ok(cases.len())
    }
}
