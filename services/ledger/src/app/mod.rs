//! What the service does.

pub(crate) mod context;
pub(crate) mod page;
pub(crate) mod rebuild;
pub(crate) mod sight;
