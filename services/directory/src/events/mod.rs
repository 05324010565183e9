//! What directory tells others.

pub mod outgoing;
