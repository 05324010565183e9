//! What tests share: real servers, a database of one's own, waiting without sleeping, broken networks, seeds.
//!
//! Where the servers come from, in this order:
//!
//! 1. `HUIYIN_TEST_DATABASE_URL` (a superuser, any database) and `HUIYIN_TEST_NATS_URL`: `script/test` sets
//!    both for its run;
//! 2. programs on this machine: one Postgres and one nats-server per user, started by the first test that
//!    asks, shared by every test process, gone some seconds after the last one ended;
//! 3. with the feature `containers`, a container engine.
//!
//! When none of these works the test fails and says what is missing: no test passes for want of a server.
//!
//! What it does not do: know any service, or the journal; it hands out connection strings and pools.
//!
//! ```no_run
//! # async fn example(migrator: &'static sqlx::migrate::Migrator) -> anyhow::Result<()> {
//! use huiyin_testkit::{TestDb, TestNats, eventually, not_yet};
//!
//! let db = TestDb::create(&[("intake", migrator)]).await?;
//! let api = db.pool("intake_api").await?;
//! let nats = TestNats::dedicated().await?;
//! eventually(|| async { if api.size() > 0 { Ok(()) } else { Err(not_yet("no connection so far")) } }).await?;
//! # drop(nats); Ok(())
//! # }
//! ```

#[cfg(feature = "containers")]
mod containers;
mod db;
mod eventually;
mod nats;
mod postgres;
mod proxy;
mod scratch;
mod seed;
mod servers;
mod shared;

pub use db::{TEST_PASSWORD, TestDb};
pub use eventually::{NeverHappened, NotYet, eventually, eventually_within, not_yet};
pub use huiyin_embedded::{EmbeddedNats, EmbeddedPostgres, NatsOptions, PostgresOptions};
pub use nats::TestNats;
pub use postgres::TestPostgres;
pub use proxy::{Network, Proxy};
pub use scratch::scratch_dir;
pub use seed::{is_long_run, rounds, seed};
