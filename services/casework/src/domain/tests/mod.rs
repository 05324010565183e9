//! The domain against its own table, its rules, and a slow independent oracle.

mod oracle;
mod reviews;
mod rules;
mod table;
mod world;
