//! The commands, one file each, and the shell they share. Transactions are opened here and nowhere else.

pub(crate) mod act;
pub(crate) mod archive;
pub(crate) mod assign;
pub(crate) mod audit_timers;
pub(crate) mod batches;
pub(crate) mod calls;
pub(crate) mod carry_out;
pub(crate) mod competence;
pub(crate) mod context;
pub(crate) mod directory_facts;
pub(crate) mod documents;
pub(crate) mod error;
pub(crate) mod fire;
pub(crate) mod hand_over;
pub(crate) mod open_case;
pub(crate) mod packs;
pub(crate) mod petition_changed;
pub(crate) mod read;
pub(crate) mod receive;
pub(crate) mod reckon;
pub(crate) mod reply;
pub(crate) mod settle;
pub(crate) mod site_visit;
pub(crate) mod succession;
pub(crate) mod together;
pub(crate) mod turn;
