//! After a new calendar is loaded, every open clock is reckoned again (D-4, T7).

use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use huiyin_journal::BoxError;
use huiyin_kernel::CaseId;
use huiyin_runtime::Reconciler;

use crate::app::context::Context;
use crate::app::reckon::{outdated, reckon_batch};
use crate::store::cases::Outdated;

/// Cases in one transaction.
const BATCH: usize = 200;
/// Batches under way at once: while the database writes some, another is reckoned.
const AT_ONCE: usize = 3;
/// Cases per run.
const RUN: i64 = 2000;

/// Brings the clocks of open cases to the present calendar, a batch at a time. What it has done is seen from the cases themselves:
/// stopped in the middle, it goes on where it stood.
#[derive(Debug)]
pub(crate) struct NewCalendar {
    ctx: Context,
    round: Mutex<Round>,
}

/// One way through all cases.
#[derive(Clone, Debug, Default)]
struct Round {
    /// How far it has come.
    after: Option<Outdated>,
    /// Cases that could not be reckoned: left to the next round.
    failed: usize,
}

impl NewCalendar {
    pub(crate) fn new(ctx: Context) -> Self {
        Self { ctx, round: Mutex::default() }
    }

    fn round(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Reconciler for NewCalendar {
    async fn run(&self) -> Result<usize, BoxError> {
        let after = self.round().after.clone();
        let cases = outdated(&self.ctx, after.as_ref(), RUN).await?;
        if cases.is_empty() {
            return match take(&mut *self.round()).failed {
                0 => Ok(0),
                failed => Err(format!("{failed} cases cannot be reckoned with the new calendar").into()),
            };
        }
        let ids: Vec<CaseId> = cases.iter().map(|(_, case)| *case).collect();
        let batches: Vec<Vec<CaseId>> = ids.chunks(BATCH).map(<[CaseId]>::to_vec).collect();
        let batches = stream::iter(batches).map(|batch| async move { reckon_batch(&self.ctx, &batch).await });
        let failed: Vec<usize> = batches.buffer_unordered(AT_ONCE).try_collect().await?;
        let mut round = self.round();
        *round = Round { after: cases.into_iter().last(), failed: round.failed + failed.iter().sum::<usize>() };
        Ok(ids.len())
    }
}
