//! All SQL of this service; every function takes the open transaction.

pub(crate) mod alarms;
pub(crate) mod erasure;
pub(crate) mod gathering;
pub(crate) mod messages;
pub(crate) mod names;
pub(crate) mod projections;
pub(crate) mod recipients;
