//! What the runtime makes of a database, and of a service.

mod grants;
mod start;
