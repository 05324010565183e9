//! What is told to others, and what is heard from them.

pub mod incoming;
pub mod outgoing;
