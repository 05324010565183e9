//! Intake over HTTP on a real database.

mod access;
mod appointments;
mod bad_input;
mod documents;
mod erasure;
mod evaluation;
mod guesses;
mod idempotency;
mod imports;
mod likeness;
mod privacy;
mod registration;
mod reviews;
mod rotation;
mod staff;
mod watchdog;
mod world;
mod writer;
