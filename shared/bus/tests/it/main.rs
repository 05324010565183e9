//! The bus against a real nats-server, and against ones that only pretend.

mod permissions;
mod server;
mod topology;
