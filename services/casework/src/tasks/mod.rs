//! Reconcilers.

pub(crate) mod batches;
pub(crate) mod calendar;
pub(crate) mod timers;
