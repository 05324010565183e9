//! Signing in, staying in, getting out: the only places of the portal that open a transaction.

pub(crate) mod resume;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sweep;
