//! Reconcilers: each run looks at what is there and does what is due; a run carries no input.

pub(crate) mod erasure;
pub(crate) mod measure;
pub(crate) mod sender;
