//! Reconcilers.

pub(crate) mod batches;
pub(crate) mod calendar;
pub(crate) mod succession;
pub(crate) mod timers;
