//! What comes in. The ledger publishes nothing.

pub(crate) mod incoming;
