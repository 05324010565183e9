//! All SQL of intake. Every function takes the open transaction.

pub mod alarm;
pub mod case_status;
pub mod data_key;
pub mod erasure;
pub mod idempotency;
pub mod known;
pub mod likeness;
pub mod petition;
pub mod petitioner;
pub mod registration;
pub mod serial;
pub mod supplement;
pub mod unwatched;

mod word;
