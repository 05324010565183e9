//! The pack of a case: the one it began with, whatever the folder holds today (D-5).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use huiyin_policy::{PackLibrary, Policy};
use sqlx::PgConnection;

use super::error::Failure;
use crate::store;

/// Packs for new cases by id, and packs in use by content.
#[derive(Debug)]
pub(crate) struct Packs {
    library: PackLibrary,
    in_use: RwLock<HashMap<String, Arc<Policy>>>,
}

impl Packs {
    pub(crate) fn new(library: PackLibrary) -> Self {
        Self { library, in_use: RwLock::default() }
    }

    /// The pack in force now under that id, for a case about to begin.
    pub(crate) fn for_new_case(&self, id: &str) -> Option<Arc<Policy>> {
        self.library.resolve(id).ok()
    }

    /// The pack with that content, as it was kept when the first case began with it.
    pub(crate) async fn of_case(&self, conn: &mut PgConnection, hash: &str) -> Result<Arc<Policy>, Failure> {
        let known = self.in_use.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned();
        if let Some(policy) = known {
            return Ok(policy);
        }
        let canonical =
            store::packs::find(conn, hash).await?.ok_or_else(|| Failure::PackLost { hash: hash.to_owned() })?;
        let policy = Arc::new(Policy::from_canonical(&canonical)?);
        self.in_use.write().unwrap_or_else(PoisonError::into_inner).insert(hash.to_owned(), Arc::clone(&policy));
        Ok(policy)
    }
}
