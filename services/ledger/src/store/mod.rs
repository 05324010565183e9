//! All SQL of this service; every function takes the open transaction.

pub(crate) mod emptied;
pub(crate) mod list;
pub(crate) mod names;
pub(crate) mod project;
pub(crate) mod report;
pub(crate) mod summary;
