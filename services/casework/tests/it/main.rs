//! Casework against a real Postgres, through its router, its consumers and its timers.

mod access;
mod clocks;
mod documents;
mod events;
mod lists;
mod reviews;
mod roads;
mod supervision;
mod together;
mod world;
