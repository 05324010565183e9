//! What this service reads from the settings: where packs lie.

use std::path::Path;

use anyhow::Context as _;
use huiyin_policy::PackLibrary;

/// The packs of the city's folder beside those compiled in; those alone when there is no such folder.
pub(crate) fn packs(policies: &Path) -> anyhow::Result<PackLibrary> {
    if policies.is_dir() {
        PackLibrary::load(policies).with_context(|| format!("the policy packs in {}", policies.display()))
    } else {
        Ok(PackLibrary::bundled())
    }
}
