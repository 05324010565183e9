//! Casework against a real Postgres, through its router, its consumers and its timers.

mod access;
mod after;
mod batches;
mod clocks;
mod competence;
mod documents;
mod events;
mod library;
mod links;
mod lists;
mod new_calendar;
mod parts;
mod reviews;
mod roads;
mod settlement;
mod simple;
mod succession;
mod supervision;
mod together;
mod world;
