//! The ledger against a real Postgres, fed with events as its consumers hear them.

mod http;
mod report;
