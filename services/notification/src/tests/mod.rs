//! The service on a real Postgres, with a mail server that keeps what it is given.

mod erasure;
mod mailbox;
mod sending;
mod support;
mod telling;
