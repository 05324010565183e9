//! Pure: the nine elements of a ledger row and how they read.

pub(crate) mod report;
pub(crate) mod row;
pub(crate) mod wording;
