//! What the runtime makes of a database, and of a service.

mod grants;
mod row_security;
mod start;
