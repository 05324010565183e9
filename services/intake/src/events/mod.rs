//! What intake hears and what it tells.

pub mod incoming;
pub mod outgoing;
