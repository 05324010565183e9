//! What comes in, one function per kind of event, and what goes out.

pub(crate) mod incoming;
pub(crate) mod outgoing;
