//! The domain against its own table, its rules, and a slow independent oracle.

mod oracle;
mod rules;
mod supervision;
mod table;
mod world;
