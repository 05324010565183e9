//! Starts and stops a real Postgres and a real nats-server as child processes.
//!
//! The single-machine city (`huiyin up`) and the tests run against the same servers as a large
//! installation; nothing here imitates them. Each server has its own data directory and its own free
//! ports, remembered in the data directory so that a restart is found at the same address.
//!
//! What it does not do: install servers (`script/bootstrap` does), replicate, back up.
//!
//! How a child ends: [`EmbeddedPostgres::stop`] and `Drop` stop it in good order; when the parent is
//! killed, the kernel tells the child (`PR_SET_PDEATHSIG`, through `setpriv`), so nothing is left behind.
//! Children stand in their own process group: Ctrl-C reaches the parent alone, which stops them last.
//!
//! Postgres refuses to run as root. Under root it runs as the account `postgres`, else `nobody`; should
//! that account be unable to reach the data directory (a checkout below `/root`), the data is kept in
//! `/var/lib/huiyin` and a symbolic link stands where it was asked for.

mod account;
mod binaries;
mod error;
mod nats;
mod ports;
mod postgres;
mod process;

pub use account::erase;
pub use binaries::{MIN_NATS, MIN_POSTGRES, NatsBinary, PostgresBinaries, Version};
pub use error::Error;
pub use nats::{EmbeddedNats, NatsOptions};
pub use postgres::{EmbeddedPostgres, PostgresOptions};
