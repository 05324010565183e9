//! All SQL of the portal.

pub(crate) mod sessions;
