//! Pure: which event means a message to whom, and what happens to a message that was tried.

pub(crate) mod attempt;
pub(crate) mod calling;
mod dividing;
pub(crate) mod message;
pub(crate) mod names;
pub(crate) mod plan;
mod reporting;
mod succession;
pub(crate) mod supervising;
pub(crate) mod template;
pub(crate) mod wording;
