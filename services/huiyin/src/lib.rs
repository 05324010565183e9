//! The one binary of Huiyin: every service, and the operator's commands.
//!
//! `huiyin up` is a whole city on one machine: its own Postgres and NATS below a data folder, all services in one process.
//! In a city each service runs by itself: `huiyin intake`, `huiyin casework`, …, from the same image.

pub mod bench;
pub mod city;
pub mod cli;
mod commands;
pub mod demo;
pub mod founding;
pub mod local;
mod seed;
pub mod status;
pub mod verify;

use huiyin_casework::Casework;
use huiyin_directory::Directory;
use huiyin_intake::Intake;
use huiyin_ledger::Ledger;
use huiyin_notification::Notification;
use huiyin_portal::Portal;
use huiyin_runtime::Definition;
use huiyin_scheduling::Scheduling;

/// Every service, in the order they are started.
pub const SERVICES: [&'static dyn Definition; 7] =
    [&Directory, &Intake, &Casework, &Scheduling, &Notification, &Ledger, &Portal];
