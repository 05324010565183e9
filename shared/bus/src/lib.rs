#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod outside;
pub mod permissions;
mod publish;
mod subscription;
mod topology;
mod topology_keeper;
mod version;

pub use connection::{Bus, BusOptions, StreamState};
pub use error::BusError;
pub use outside::{OutsideDurable, OutsideUser, outside_durables};
pub use permissions::authorization;
pub use publish::{Outbound, Outcome};
pub use subscription::{Acker, ConsumerState, Delivery, Subscription};
pub use topology::{ConsumerSpec, StreamLimits, StreamSpec, durable_name, may_hear, owns_stream, stream_name, streams};
pub use topology_keeper::{Ensured, Topology, TopologyError};
pub use version::{MIN_SERVER, ServerVersion};
