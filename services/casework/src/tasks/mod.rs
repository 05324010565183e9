//! Reconcilers.

pub(crate) mod calendar;
pub(crate) mod timers;
