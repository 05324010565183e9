//! Batches of documents: making them, and taking away what is older than an hour.

use async_trait::async_trait;
use huiyin_journal::BoxError;
use huiyin_runtime::Reconciler;

use crate::app::batches::{make_next, sweep};
use crate::app::context::Context;

/// Makes one document after the other.
#[derive(Clone, Debug)]
pub(crate) struct MakeBatches(pub(crate) Context);

#[async_trait]
impl Reconciler for MakeBatches {
    async fn run(&self) -> Result<usize, BoxError> {
        Ok(make_next(&self.0).await?)
    }
}

/// Deletes what is older than an hour.
#[derive(Clone, Debug)]
pub(crate) struct SweepBatches(pub(crate) Context);

#[async_trait]
impl Reconciler for SweepBatches {
    async fn run(&self) -> Result<usize, BoxError> {
        sweep(&self.0).await?;
        Ok(0)
    }
}
