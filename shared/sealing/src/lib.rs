#![doc = include_str!("../README.md")]

mod blind_index;
mod data_key;
mod error;
mod key_ring;
mod place;
mod suite;

pub use blind_index::BlindIndex;
pub use data_key::DataKey;
pub use error::SealingError;
pub use key_ring::{KekId, KeyRing};
pub use place::Place;
