//! Forms: what was sent, what is asked, and what was wrong with it.

mod field;
mod posted;
mod sheet;

pub(crate) use field::{Choice, Field};
pub(crate) use posted::Posted;
pub(crate) use sheet::{Section, Sheet};
