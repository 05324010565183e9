//! Scheduling against a real Postgres.

mod harness;

mod appointments;
mod bad_input;
mod booking;
mod calendar_import;
mod competent;
mod destruction;
mod documents;
mod hall;
mod incoming;
mod journal;
mod matters;
mod publication;
mod quotas;
mod rounds;
mod schedule;
