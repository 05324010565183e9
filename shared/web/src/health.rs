//! What a service says of itself to those who decide whether to send it work.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

/// The parts a service needs, and how each is. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<RwLock<BTreeMap<&'static str, Result<(), String>>>>);

impl Health {
    /// Says that a part works.
    pub fn well(&self, part: &'static str) {
        self.set(part, Ok(()));
    }

    /// Says that a part does not, in words fit for an operator.
    pub fn ill(&self, part: &'static str, why: impl Into<String>) {
        self.set(part, Err(why.into()));
    }

    /// True when every part works; a service that has not spoken yet is not ready.
    pub fn is_ready(&self) -> bool {
        let parts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !parts.is_empty() && parts.values().all(Result::is_ok)
    }

    /// Each part, with what is wrong with it.
    pub fn parts(&self) -> BTreeMap<&'static str, String> {
        let parts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        parts.iter().map(|(part, state)| (*part, state.clone().err().unwrap_or_else(|| "ok".to_owned()))).collect()
    }

    fn set(&self, part: &'static str, state: Result<(), String>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(part, state);
    }
}
