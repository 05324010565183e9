//! The kit over HTTP, without a database.

mod callers;
mod client;
mod hostile;
mod json;
mod kit;
mod support;
