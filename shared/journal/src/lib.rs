#![doc = include_str!("../README.md")]

mod activity;
pub mod chain;
mod clock;
mod consumer_loop;
mod db;
mod error;
mod gauges;
mod handler;
mod history;
mod idempotency;
mod inbox;
mod incarnation;
#[cfg(test)]
mod model;
mod pauses;
mod problem;
mod publications;
mod rebuild;
mod record;
mod relay;
mod repair;
pub mod schema;
mod seal;
mod sql;
mod tx;
mod wakes;

pub use activity::{Activity, activity};
pub use consumer_loop::{ConsumeError, ConsumerLoop};
pub use db::{Db, PoolOptions};
pub use error::{BoxError, DbError, RecordError};
pub use gauges::measure_database;
pub use handler::{Consumer, HandleError, Handler, Mode, Received};
pub use history::{HistoryRow, history};
pub use huiyin_telemetry::traceparent;
pub use idempotency::{Idempotency, IdempotencyHit};
pub use inbox::{Applied, Inbox, Operator, ParkedEvent, ParkedKind, Retries, parked_events};
pub use publications::{
    Changed, ChangedAsk, FetchAsk, HttpSource, OwnSource, PageAsk, Publication, PublicationPage, Range, Source,
    SourceError, Told, XidMark, internal_router,
};
pub use rebuild::{Rebuild, RebuildProgress, begin_rebuild, rebuild_progress};
pub use record::{Aggregate, Change, Entry, Outgoing, record, record_traced};
pub use relay::{Relay, RelayError, Relayed};
pub use repair::{Repair, RepairError, Repaired};
pub use seal::{ChainReport, Finding, Seal, SealError, Sealer, VerifyError, verify_chains};
pub use tx::{ReadTx, Savepoint, Tx, open_aggregates};
pub use wakes::Wakes;
