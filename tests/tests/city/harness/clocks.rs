//! Clocks that jump: libfaketime between a process and the kernel's wall clock. The monotonic clock stays true, as it does in life.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The clocks of the processes of a city, each in a file of its own.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    dir: PathBuf,
    library: PathBuf,
}

impl Clocks {
    /// All clocks are right.
    pub(crate) fn below(dir: &Path) -> Result<Self> {
        let library = library().context("libfaketime is not installed: run script/bootstrap")?;
        Ok(Self { dir: dir.to_owned(), library })
    }

    /// What a process needs in its environment so that its clock can be set.
    pub(crate) fn environment(&self, of: &str) -> Result<Vec<(String, String)>> {
        self.set(of, 0)?;
        let variables = [
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file(of).display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        Ok(variables.map(|(name, value)| (name.to_owned(), value)).to_vec())
    }

    /// From now on its clock is wrong by so many seconds.
    pub(crate) fn set(&self, of: &str, seconds: i64) -> Result<()> {
        let next = self.dir.join(format!("clock-{of}.next"));
        fs::write(&next, format!("{seconds:+}\n")).context("a clock")?;
        // In one step: a half-written file would be another jump.
        fs::rename(&next, self.file(of)).context("a clock")
    }

    fn file(&self, of: &str) -> PathBuf {
        self.dir.join(format!("clock-{of}"))
    }
}

/// Where distributions put it.
fn library() -> Option<PathBuf> {
    let folders = ["/usr/lib", "/usr/lib64"].iter().filter_map(|root| fs::read_dir(root).ok()).flatten().flatten();
    let folders = folders.map(|entry| entry.path()).flat_map(|dir| [dir.join("faketime"), dir]);
    folders.map(|dir| dir.join("libfaketimeMT.so.1")).find(|library| library.is_file())
}
