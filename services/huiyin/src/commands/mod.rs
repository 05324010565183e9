//! One file per command.

pub(crate) mod bench;
pub(crate) mod calendar;
pub(crate) mod demo;
pub(crate) mod found;
pub(crate) mod health;
pub(crate) mod incarnation;
pub(crate) mod migrate;
pub(crate) mod nats_config;
mod operator;
pub(crate) mod parked;
pub(crate) mod policy;
pub(crate) mod serve;
pub(crate) mod status;
pub(crate) mod up;
pub(crate) mod verify;

/// The one road to standard output.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        // A closed pipe is the reader's choice.
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}
pub(crate) use say;
