//! The domain against its own table, its rules, and a slow independent oracle.

mod gates;
mod oracle;
mod reviews;
mod routing;
mod rules;
mod table;
mod world;
