//! What the operating system lets a running process have: files, memory, file sizes.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A resource of `prlimit(1)`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource {
    /// Open files and connections.
    Files,
    /// Address space, in bytes.
    Memory,
    /// The length of any file it writes, in bytes.
    FileSize,
}

impl Resource {
    const fn option(self) -> &'static str {
        match self {
            Self::Files => "nofile",
            Self::Memory => "as",
            Self::FileSize => "fsize",
        }
    }
}

/// Sets the soft limit of a running process; the hard one stays, so that it can be taken back.
pub(crate) fn limit(pid: u32, resource: Resource, to: &str) -> Result<()> {
    let option = format!("--{}={to}:", resource.option());
    let done = Command::new("prlimit").args(["--pid", &pid.to_string(), &option]).output().context("prlimit")?;
    ensure!(done.status.success(), "prlimit {option}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// How many files and connections a process has open.
pub(crate) fn open_files(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd")).context("the open files of a process")?.count())
}

/// How much address space a process has taken, in bytes.
pub(crate) fn address_space(pid: u32) -> Result<u64> {
    let pages = fs::read_to_string(format!("/proc/{pid}/statm")).context("the memory of a process")?;
    let pages: u64 = pages.split_whitespace().next().context("a size")?.parse()?;
    Ok(pages * 4096)
}

/// A process and its children.
pub(crate) fn family(pid: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = |child: &u32| {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).ok()?;
        // The name before it may hold anything, brackets too.
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    let children = ids.filter(|child| parent(child) == Some(pid));
    std::iter::once(pid).chain(children).collect()
}
