//! The domain against its own table, its rules, and a slow independent oracle.

mod archive;
mod competence;
mod deferral;
mod evaluation;
mod fitting;
mod gates;
mod law;
mod library;
mod links;
mod measures;
mod oracle;
mod oracle_reviews;
mod parts;
mod return_visits;
mod reviews;
mod routing;
mod rules;
mod scenarios;
mod settlement;
mod simple;
mod succession;
mod supervision;
mod supervision_by_rule;
mod supervision_model;
mod table;
mod world;
