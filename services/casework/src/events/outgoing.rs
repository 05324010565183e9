//! From the journal to what others are told.

use huiyin_contracts::casework::CaseSnapshot;
use huiyin_journal::Outgoing;
use huiyin_policy::Policy;

use crate::domain::{Case, Event, public_type, snapshot};

/// The publication of a journal entry: the case as it stands right after it. `None` for what stays inside.
pub(crate) fn publication(case: &Case, event: &Event, policy: &Policy, entry: usize) -> Option<Outgoing> {
    let told_as = public_type(event)?;
    let evaluation = case.evaluation_told(policy);
    let may_ask_appointment = case.may_ask_appointment(policy);
    let told = CaseSnapshot { evaluation, may_ask_appointment, ..snapshot(case, event) };
    let body = serde_json::to_vec(&told).expect("a snapshot holds only what JSON can write");
    Some(Outgoing { entry, event: told_as, body })
}
