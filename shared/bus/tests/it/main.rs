//! The bus against a real nats-server, and against ones that only pretend.

mod outside;
mod permissions;
mod server;
mod topology;
