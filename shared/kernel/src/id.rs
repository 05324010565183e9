//! Typed identifiers: a UUIDv7 per kind of thing, so that a case id cannot be passed where a petition id belongs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The bare identifier, for the database and the wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A petition (信访件) as it was handed in; owned by intake.
    PetitionId;
    /// A case (信访事项办理): the city's handling of one petition; owned by casework.
    CaseId;
    /// A call for matters fit for leaders (征集案件通知); owned by casework.
    CallId;
    /// A reception session (接访场次); owned by scheduling.
    SessionId;
    /// A round (一轮大接访): sessions that together cover every street; owned by scheduling.
    RoundId;
    /// One visitor's turn in a session (接访登记); owned by scheduling.
    VisitId;
    /// A reception place (接访场所); owned by scheduling.
    VenueId;
    /// A member of staff (工作人员), leaders included; owned by directory.
    StaffId;
    /// A message to one recipient (通知); owned by notification.
    MessageId;
    /// A durable timer (期限计时器).
    TimerId;
    /// One journal entry, and the event published from it.
    EventId;
    /// One command, from HTTP (its Idempotency-Key) or from an event or timer (that one's id).
    CommandId;
}

/// The code of a unit (单位), such as `990101-housing`: lower-case letters, digits and dashes, 2–64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct UnitCode(String);

/// The text is not a unit code.
#[derive(Debug, thiserror::Error)]
#[error("a unit code has 2 to 64 lower-case letters, digits or dashes, for example 990101-housing")]
pub struct UnitCodeError;

impl UnitCode {
    /// Reads a unit code.
    pub fn parse(text: &str) -> Result<Self, UnitCodeError> {
        let shaped = (2..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if shaped { Ok(Self(text.to_owned())) } else { Err(UnitCodeError) }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UnitCode {
    type Error = UnitCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<UnitCode> for String {
    fn from(code: UnitCode) -> Self {
        code.0
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
