#![doc = include_str!("../README.md")]

mod arm;
mod decide;
mod guard;
mod handler;
#[cfg(test)]
mod model;
mod overdue;
mod rows;
mod runner;
pub mod schema;
mod sql;

pub use arm::{Arm, arm, cancel, cancel_all, next_due};
pub use guard::{ClockFault, SLACK};
pub use handler::{Due, FireError, Fired, TimerHandler};
pub use overdue::overdue;
pub use runner::{Step, TimerError, TimerRunner};
