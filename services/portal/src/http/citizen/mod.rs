//! What anybody may do: hand in a petition, follow it, see who receives where and when, read how it works. No cookie, no account.

pub(super) mod document;
pub(super) mod help;
pub(super) mod home;
pub(super) mod led_cases;
pub(super) mod petition;
pub(super) mod receipt;
pub(super) mod receptions;
pub(super) mod sheet;
pub(super) mod track;
