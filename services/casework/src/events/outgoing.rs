//! From the journal to what others are told.

use huiyin_journal::Outgoing;

use crate::domain::{Case, Event, public_type, snapshot};

/// The publication of a journal entry: the case as it stands right after it. `None` for what stays inside.
pub(crate) fn publication(case: &Case, event: &Event, entry: usize) -> Option<Outgoing> {
    let body = serde_json::to_vec(&snapshot(case, event)).expect("a snapshot holds only what JSON can write");
    public_type(event).map(|event| Outgoing { entry, event, body })
}
