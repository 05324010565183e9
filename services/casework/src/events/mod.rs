//! What is told, and what is heard.

pub(crate) mod incoming;
pub(crate) mod outgoing;
