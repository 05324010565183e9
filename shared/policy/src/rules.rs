//! The rules by subject, typed. Each is read with its source; [`Rule`] dereferences to its values.

mod approvals;
mod archive;
mod clocks;
mod decline;
mod evaluation;
mod extension;
mod gates;
mod ownership;
mod petition;
mod quota;
mod scheduling;
mod supervision;

use std::ops::Deref;

use serde::Deserialize;

use crate::{entry::Entry, reader::RuleValue};

pub use approvals::{ApprovalRules, Chain, Special};
pub use archive::{Retention, Term};
pub use clocks::{Clock, ClockRules, ClockStart, WarningMark, Warnings};
pub use decline::{DeclineKind, DeclineReason, DeclineRule, DeclineRules};
pub use evaluation::{EvaluationRules, Outcomes, Scale};
pub use extension::{Approver, ExtensionKinds, ExtensionRules, Total};
pub use gates::{Condition, GateRules, MatterIs, OnSpot, PromiseLetter, Step, StepBy, StepCommand, Steps};
pub use ownership::{CaseCalls, LeaderKey, LeaderKeys, LedCases, OwnershipRules, Platform};
pub use petition::PetitionRules;
pub use quota::{Measure, Quota, QuotaPeriod};
pub use scheduling::{
    AppointmentStep, AppointmentSteps, NamingKinds, Publication, PublishedField, SchedulingRules, SessionKinds,
    SessionShift, ShiftPolicy,
};
pub use supervision::{HandOversInARow, SupervisionGround, SupervisionGroundRule, SupervisionRules};

/// The values of one rule, with where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule<T> {
    values: T,
    path: String,
    source: String,
    pack: String,
    in_principle: bool,
}

impl<T> Rule<T> {
    pub(crate) fn new(path: &str, entry: &Entry, values: T) -> Self {
        Self {
            values,
            path: path.to_owned(),
            source: entry.source.clone(),
            pack: entry.pack.clone(),
            in_principle: entry.in_principle,
        }
    }

    /// The rule's name, for example `clocks.handling`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The article the values come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The pack that sets it.
    pub fn pack(&self) -> &str {
        &self.pack
    }

    /// True for a soft gate (原则上): it may be waived with a reason, which is kept.
    pub const fn is_in_principle(&self) -> bool {
        self.in_principle
    }
}

impl<T> Deref for Rule<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.values
    }
}

/// A number of people, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// How many.
    pub value: u32,
}

impl RuleValue for Count {
    fn fault(&self) -> Option<(String, String)> {
        (self.value == 0).then(|| ("人数至少为1。".to_owned(), "the number is at least 1.".to_owned()))
    }
}

/// A number of calendar days, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// How many.
    pub value: u32,
}

impl RuleValue for Days {
    fn fault(&self) -> Option<(String, String)> {
        (self.value == 0).then(|| ("天数至少为1。".to_owned(), "the number of days is at least 1.".to_owned()))
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Whether.
    pub value: bool,
}

impl RuleValue for Flag {}

/// A struct of rules, read from the group `$group`: the field's name is the rule's name.
macro_rules! rules {
    ($(#[$doc:meta])* $name:ident in $group:literal { $($(#[$field_doc:meta])* $field:ident: $value:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $crate::Rule<$value>,)*
        }

        impl $name {
            pub(crate) fn read(reader: &mut $crate::reader::Reader<'_>) -> Option<Self> {
                // All are read before any is missed, so that every fault is reported at once.
                $(let $field = reader.take(concat!($group, ".", stringify!($field)));)*
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}
use rules;
