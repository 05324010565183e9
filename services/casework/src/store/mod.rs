//! All SQL of this service. Every function takes the open transaction or connection.

pub(crate) mod batches;
pub(crate) mod calls;
pub(crate) mod cases;
pub(crate) mod destruction;
pub(crate) mod directory;
pub(crate) mod early_visits;
pub(crate) mod library;
pub(crate) mod packs;
pub(crate) mod participation;
pub(crate) mod succession;
pub(crate) mod worklist;
