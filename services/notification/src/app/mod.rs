//! What the service does, and the only place that opens transactions of its own.

pub(crate) mod addresses;
pub(crate) mod context;
pub(crate) mod lease;
pub(crate) mod read_message;
pub(crate) mod resolve_alarm;
pub(crate) mod send;
pub(crate) mod settle;
pub(crate) mod write_messages;
