use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A directory that goes away with its handle and that the Postgres account may pass through.
pub fn scratch_dir() -> Result<TempDir> {
    let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().context("a temporary directory")?;
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o711))?;
    Ok(dir)
}
