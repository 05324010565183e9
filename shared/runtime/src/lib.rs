#![doc = include_str!("../README.md")]

mod definition;
mod migrate;
mod nats_users;
mod ready;
mod running;
mod start;
mod supervise;
mod tasks;

pub use definition::{Definition, Parts, Reconciler, Runtime, Task};
pub use migrate::{MigrateError, migrate};
pub use nats_users::nats_users;
pub use running::{Running, WorkError};
pub use start::{Shared, StartError, start};
