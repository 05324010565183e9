#![doc = include_str!("../README.md")]

mod bounds;
mod canonical;
mod entry;
mod error;
mod explain;
mod library;
mod pack;
mod policy;
mod reader;
pub mod rules;

pub use canonical::CanonicalError;
pub use error::{Bound, PackError, PackErrors, Place, PolicyError, Problem};
pub use library::PackLibrary;
pub use policy::{InForce, Policy, Title};
pub use rules::Rule;
