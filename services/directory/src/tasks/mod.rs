//! What directory does by itself.

mod forget;

pub(crate) use forget::Forget;
