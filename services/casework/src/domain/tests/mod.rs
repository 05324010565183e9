//! The domain against its own table, its rules, and a slow independent oracle.

mod archive;
mod competence;
mod evaluation;
mod gates;
mod links;
mod oracle;
mod return_visits;
mod reviews;
mod routing;
mod rules;
mod scenarios;
mod settlement;
mod simple;
mod supervision;
mod supervision_by_rule;
mod supervision_model;
mod table;
mod world;
