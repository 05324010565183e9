//! The names a message shows, looked up once for an event.

use std::collections::HashMap;

use huiyin_kernel::{DistrictCode, StaffId, UnitCode};

/// Names by code. What is not known yet is shown by its code: a message late is worse than a code in it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) units: HashMap<String, String>,
    pub(crate) districts: HashMap<String, String>,
    /// Name and post.
    pub(crate) staff: HashMap<StaffId, (String, Option<String>)>,
}

impl Names {
    pub(crate) fn unit(&self, code: &UnitCode) -> String {
        self.units.get(code.as_str()).cloned().unwrap_or_else(|| code.to_string())
    }

    pub(crate) fn district(&self, code: &DistrictCode) -> String {
        self.districts.get(code.as_str()).cloned().unwrap_or_else(|| code.to_string())
    }

    pub(crate) fn leader(&self, id: Option<StaffId>) -> (String, Option<String>) {
        id.and_then(|id| self.staff.get(&id).cloned()).unwrap_or_else(|| ("接访领导".to_owned(), None))
    }
}
