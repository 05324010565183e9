//! What becomes of a timer's row: pure, so that every interleaving can be tried (`model`).

use chrono::{DateTime, Utc};

use crate::Fired;

/// What is written into the row, in the transaction of the consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowChange {
    /// It has fired, with effect or without. The handler may have cancelled it as part of its consequence; it has fired all the same.
    Fired,
    /// It waits, if it is still armed, for a later date.
    Later(DateTime<Utc>),
}

/// What a firing does to the row.
pub(crate) const fn after(fired: Fired) -> RowChange {
    match fired {
        Fired::Effect | Fired::Stale => RowChange::Fired,
        Fired::Rearm(later) => RowChange::Later(later),
    }
}
