//! What abolished units still answer for goes to their successors (REG-16, WH-11).

use std::sync::Mutex;

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;

use crate::app::context::Context;
use crate::app::succession::{Round, move_batch, next_batch};

/// Cases per run, all in one transaction.
const BATCH: i64 = 200;

/// Goes round the abolished units, a batch of one unit's matters at a time. What is done is seen from the cases themselves: stopped in the
/// middle, it goes on; a matter that comes back later (a review, an answer sent back) is found by the next round.
#[derive(Debug)]
pub(crate) struct Successions {
    ctx: Context,
    round: Mutex<Round>,
}

impl Successions {
    pub(crate) fn new(ctx: Context) -> Self {
        Self { ctx, round: Mutex::default() }
    }

    fn came_to(&self, round: Round) {
        *self.round.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = round;
    }
}

#[async_trait]
impl Reconciler for Successions {
    async fn run(&self) -> Result<usize, BoxError> {
        let round = self.round.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let Some((successor, cases)) = next_batch(&self.ctx, &round, BATCH).await? else {
            self.came_to(Round::default());
            return Ok(0);
        };
        self.came_to(Round { unit: Some(successor.from.clone()), after: cases.last().copied() });
        let moved = move_batch(&self.ctx, &successor, &cases).await?;
        if moved > 0 {
            tracing::info!(unit = %successor.from, to = %successor.to, moved, "matters of an abolished unit went to its successor");
        }
        Ok(cases.len())
    }
}
