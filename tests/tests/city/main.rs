//! A whole city, every service a process of its own, against a Postgres and a nats-server started for the test: one petition
//! all the way, and everything that may break meanwhile (RELIABILITY §3).
//!
//! The processes are the program `huiyin` as it was last built (`script/test` builds it first). `HUIYIN_TEST_ROUNDS` says how
//! many rounds each fault is lived through (3), `HUIYIN_TEST_SEED` repeats a run.

#![recursion_limit = "256"]

mod access;
mod bad_events;
mod bad_fields;
mod bad_overload;
mod canary;
mod e2e_ledger;
mod e2e_observe;
mod e2e_outside;
mod e2e_spine;
mod e2e_trace;
mod fault_backup;
mod fault_clocks;
mod fault_disks;
mod fault_nats;
mod fault_nemesis;
mod fault_pauses;
mod fault_postgres;
mod fault_roads;
mod fault_services;
mod fault_start;
mod fault_twice;
mod file_destroyed;
mod harms;
mod harness;
mod operator;
mod rolling;
mod verify_tampering;
