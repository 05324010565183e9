//! Directory over HTTP on a real database.

mod account;
mod bad_input;
mod changes;
mod sign_in;
mod world;
