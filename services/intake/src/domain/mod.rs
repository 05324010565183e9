//! What a petition is and what may be done with it. Pure: no clock, no chance, no database.

/// Types whose content must not be printed.
macro_rules! redacted {
    ($($name:ty),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}
use redacted;

mod case;
mod contact;
mod document;
mod event;
mod import;
mod input;
pub mod likeness;
mod parse;
mod petition;
mod progress;
mod refusal;
mod sight;
mod topic;
mod violation;

pub use case::CaseStanding;
pub use contact::{Amendment, AmendmentInput, ContactChange};
pub use document::{Document, MaskedName, mask_name};
pub use event::{ErasureGround, HOLDERS, PetitionEvent, SealedField};
pub use import::{COLUMNS, ImportColumn, REQUIRED_COLUMNS, column_named, input_of_row};
pub use input::{PetitionInput, PetitionerInput, RepresentativeInput};
pub use parse::{NewPetition, Petitioner, Representative, Rules, Source};
pub use petition::{Decision, Petition, Said};
pub use progress::{ProgressLine, progress};
pub use refusal::Refusal;
pub use sight::{MatterFacts, Sight, sight};
pub use topic::{Topic, TopicCode, Topics};
pub use violation::{Violation, Violations};
