//! The journal against a real Postgres and a real nats-server.

mod clocks;
mod db;
mod inbox;
mod record;
mod refill;
mod relay;
mod repair;
mod seal;
mod support;
