//! Disks that are full.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;

use super::limits::{Resource, family, limit};

/// A folder on a disk of its own, small enough to be filled. Where nothing can be mounted (no root, a locked container), the server is
/// forbidden to make its files longer instead: its writes fail all the same.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    at: PathBuf,
    mounted: bool,
}

impl SmallDisk {
    /// Puts the folder with what stands in it on a tmpfs with `room` bytes to spare. No server may use it meanwhile.
    pub(crate) fn under(at: &Path, room: u64) -> Result<Self> {
        let (at, size) = (at.to_owned(), size_of(at)? + room);
        let aside = at.with_extension("aside");
        fs::rename(&at, &aside).with_context(|| format!("{} cannot be put aside", at.display()))?;
        let owner = fs::metadata(&aside)?;
        fs::create_dir(&at)?;
        let mounted = run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], &at).is_ok();
        if !mounted {
            eprintln!("nothing can be mounted here: files are kept from growing instead of filling a disk");
            fs::remove_dir(&at)?;
            fs::rename(&aside, &at)?;
            return Ok(Self { at, mounted });
        }
        let disk = Self { at, mounted };
        fs::set_permissions(&disk.at, fs::Permissions::from_mode(owner.mode() & 0o7777))?;
        chown(&disk.at, Some(owner.uid()), Some(owner.gid()))?;
        run("cp", &["-a", "-T", &aside.display().to_string()], &disk.at)?;
        Ok(disk)
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    /// Not a byte more goes on it. `server` is the process that writes there.
    pub(crate) fn fill(&self, server: u32) -> Result<()> {
        if !self.mounted {
            return family(server).into_iter().try_for_each(|pid| limit(pid, Resource::FileSize, "4096"));
        }
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).context("the ballast")?;
        let block = [0; 4096];
        loop {
            match ballast.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.raw_os_error() == Some(Errno::ENOSPC as i32) => return Ok(()),
                Err(error) => bail!("the disk cannot be filled: {error}"),
            }
        }
    }

    /// There is room again.
    pub(crate) fn free(&self, server: Option<u32>) -> Result<()> {
        if self.mounted {
            return fs::remove_file(self.ballast()).context("the ballast");
        }
        for pid in server.into_iter().flat_map(family) {
            // One of them may have ended meanwhile.
            let _ = limit(pid, Resource::FileSize, "unlimited");
        }
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.mounted {
            let _ = run("umount", &["-l"], &self.at);
        }
    }
}

fn size_of(dir: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(dir).with_context(|| format!("{} cannot be read", dir.display()))? {
        let entry = entry?;
        let meta = entry.metadata()?;
        size += if meta.is_dir() { 4096 + size_of(&entry.path())? } else { meta.len().next_multiple_of(4096) };
    }
    Ok(size)
}

fn run(program: &str, arguments: &[&str], at: &Path) -> Result<()> {
    let done = Command::new(program).args(arguments).arg(at).output().with_context(|| program.to_owned())?;
    ensure!(done.status.success(), "{program} {}: {}", at.display(), String::from_utf8_lossy(&done.stderr));
    Ok(())
}
