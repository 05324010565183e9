//! Every event type there is, with the shape of its body: what documents, permissions and stepwise consumers read.

use schemars::{Schema, schema_for};

use crate::{EventType, casework, directory, intake, notification, scheduling};

/// One type of event and its body.
#[derive(Debug)]
pub struct Entry {
    /// The type.
    pub event: EventType,
    /// Name of the body's type.
    pub body: &'static str,
    /// JSON Schema of the body.
    pub schema: fn() -> Schema,
}

macro_rules! catalogue {
    ($($body:ty: $($event:expr),+;)*) => {
        /// Every event type, in the order of owner and aggregate. Only ever added to.
        pub const CATALOGUE: &[Entry] = &[$($(
            Entry { event: $event, body: stringify!($body), schema: || schema_for!($body) },
        )+)*];
    };
}

catalogue! {
    directory::DistrictSnapshot: directory::DISTRICT_CHANGED;
    directory::UnitSnapshot: directory::UNIT_CHANGED;
    directory::StaffSnapshot: directory::STAFF_CHANGED;
    intake::PetitionSnapshot: intake::REGISTERED, intake::AMENDED, intake::WITHDRAWN, intake::RESTORED,
        intake::REVIEW_ASKED, intake::APPOINTMENT_ASKED, intake::EVALUATED, intake::ERASED;
    intake::ContactSealed: intake::CONTACT;
    casework::CaseSnapshot: casework::OPENED, casework::ACCEPTED, casework::POINTED, casework::DECLINED,
        casework::FORWARDED, casework::TRANSFERRED, casework::OBJECTED,
        casework::OBJECTION_ANSWERED, casework::ASSIGNED, casework::HANDED_OVER, casework::STEP_DONE, casework::STEP_WAIVED, casework::PROPOSED,
        casework::RETURNED, casework::APPROVED, casework::REPLIED, casework::DELIVERED, casework::SETTLED_ON_SPOT,
        casework::PROMISED, casework::EXTENDED, casework::DUE_SOON, casework::OVERDUE,
        casework::DEADLINE_MOVED, casework::TAKEN_BY_LEADER,
        casework::WITHDRAWN, casework::RESUMED, casework::CLOSED, casework::REVIEW_ASKED, casework::REVIEW_DECLINED,
        casework::HEARING_HELD, casework::REVIEW_PROPOSED, casework::REVIEW_RETURNED, casework::REVIEW_ANSWERED,
        casework::REVIEW_DELIVERED, casework::REVIEW_WITHDRAWN, casework::SUPERVISION_ORDERED,
        casework::SUPERVISION_ANSWERED, casework::SUPERVISION_RETURNED, casework::SUPERVISION_CONCLUDED,
        casework::ADVISED, casework::ADVICE_ANSWERED, casework::CONVERTED_TO_ORDINARY, casework::PAPER_GIVEN,
        casework::SETTLEMENT_RECORDED, casework::DUTY_DONE, casework::COMPETENCE_REFERRED, casework::COMPETENCE_DECIDED,
        casework::RESULT_REPORTED, casework::REPORTED_UP, casework::PART_GIVEN, casework::PART_DONE,
        casework::PART_TAKEN_BACK, casework::DEFERRED, casework::DEFERRED_SETTLED, casework::LIBRARY_ADDED,
        casework::LIBRARY_REMOVED, casework::PLAN_SET, casework::LEADER_SELECTED, casework::LEADER_ANSWERED,
        casework::SELECTION_PUBLISHED, casework::LEADER_INSTRUCTED, casework::APPOINTMENT_ASKED, casework::MATERIAL_GIVEN,
        casework::APPOINTMENT_FIXED, casework::CONSULTED, casework::SUCCEEDED, casework::MEASURE_TAKEN,
        casework::RECTIFICATION_REPORTED, casework::EVALUATED, casework::DISPUTED,
        casework::RETURN_VISITED, casework::ARCHIVED, casework::SIGNED_FOR, casework::RECUSED, casework::DESTROYED;
    casework::CallSnapshot: casework::CALL_RAISED, casework::CALL_REPLIED, casework::CALL_REMINDED;
    scheduling::SessionSnapshot: scheduling::SESSION_PUBLISHED, scheduling::SESSION_CHANGED,
        scheduling::SESSION_CANCELLED, scheduling::SESSION_HELD;
    scheduling::RoundSnapshot: scheduling::ROUND_PUBLISHED;
    scheduling::VisitSnapshot: scheduling::VISIT_BOOKED, scheduling::VISIT_REGISTERED, scheduling::VISIT_CANCELLED,
        scheduling::VISIT_CONCLUDED;
    notification::MessageSnapshot: notification::SENT, notification::FAILED, notification::UNREACHABLE;
}

/// The entry of a type by its full name.
pub fn entry(type_name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.event.type_name() == type_name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::casework::CASE_EVENTS;

    #[test]
    fn every_type_has_one_entry() {
        let names: BTreeSet<String> = CATALOGUE.iter().map(|e| e.event.type_name()).collect();
        assert_eq!(names.len(), CATALOGUE.len());
        assert!(CASE_EVENTS.iter().all(|event| names.contains(&event.type_name())));
    }
}
