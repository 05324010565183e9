//! Casework against a real Postgres, through its router, its consumers and its timers.

mod access;
mod after;
mod appointments;
mod batches;
mod calls;
mod clocks;
mod competence;
mod destruction;
mod documents;
mod events;
mod library;

mod links;
mod lists;
mod new_calendar;
mod owner;
mod parts;
mod recusal;
mod reviews;
mod roads;
mod settlement;
mod simple;
mod succession;
mod supervision;
mod together;
mod world;
