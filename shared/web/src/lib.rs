//! The HTTP kit of every service: strict reading, answers that help, limits that hold.
//!
//! * What cannot be read is answered with a [`Problem`] (RFC 9457) in Chinese and English that names the field, the rule and an
//!   example; nothing is stored and nothing is ever a 5xx ([`Json`], [`Query`], [`Path`]).
//! * Who calls is told by signed tokens alone ([`StaffActor`], [`ServiceCaller`]).
//! * [`kit`] lays limits, traces, metrics and security headers around a router. Every request runs in a task of its own, so
//!   that a client that hangs up cannot stop a commit half-way (D5).
//! * [`listen`] takes the connections: slow, over-long or ambiguous requests hold up nobody.
//! * [`Client`] is the only road from one service to another.
//!
//! It knows no database and no bus.

mod address;
mod body;
mod caller;
mod client;
mod detached;
mod health;
mod idempotency;
mod json;
mod kit;
mod listen;
mod openapi;
mod pages;
mod path;
mod problem;
mod query;
mod rate;
mod scan;
mod slow_reader;

pub use address::{CLIENT_ADDRESS_HEADER, ClientAddress};
pub use body::read_body;
pub use caller::{MaybeStaff, OwnToken, SERVICE_HEADER, ServiceCaller, StaffActor, StaffToken};
pub use client::{Call, CallError, Client};
pub use detached::{detached, drained};
pub use health::{Check, Health, Report as HealthReport};
pub use idempotency::IdempotencyKey;
pub use json::Json;
pub use kit::{Face, KitState, kit};
pub use listen::listen;
pub use openapi::documented;
pub use pages::{Page, PageLimit, PageLimitError, Pages};
pub use path::Path;
pub use problem::{FieldProblem, Problem};
pub use query::Query;
pub use rate::RateLimiter;

pub use axum::http::StatusCode;
