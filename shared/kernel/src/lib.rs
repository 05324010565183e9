#![doc = include_str!("../README.md")]

mod actor;
mod clock;
mod district;
mod document;
mod id;
mod id_source;
mod number;
mod phone;
mod redacted;
mod text;

pub use actor::{Actor, Role, Service};
pub use clock::{BusinessClock, CITY_ZONE, InfraClock, ManualClock};
pub use district::{DistrictCode, DistrictCodeError, DistrictLevel};
pub use document::{DocumentKind, IdNumber, IdNumberError};
pub use id::{
    CallId, CaseId, CommandId, EventId, MessageId, PetitionId, RoundId, SessionId, StaffId, TimerId, UnitCode,
    UnitCodeError, VenueId, VisitId,
};
pub use id_source::{IdSequence, Ids};
pub use number::{NumberError, PetitionNumber, QueryCode};
pub use phone::{Phone, PhoneError};
pub use redacted::Redacted;
pub use text::{Text, TextError};
