//! Reconcilers.

pub(crate) mod calendar;
pub(crate) mod succession;
pub(crate) mod timers;
