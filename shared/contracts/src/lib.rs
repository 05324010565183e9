#![doc = include_str!("../README.md")]

pub mod casework;
mod catalogue;
pub mod directory;
mod envelope;
mod event_type;
pub mod intake;
pub mod notification;
pub mod scheduling;

pub use catalogue::{CATALOGUE, Entry, entry};
pub use envelope::{Envelope, EnvelopeError};
pub use event_type::{AggregateKind, Audience, EventType};
