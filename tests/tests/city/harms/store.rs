//! NATS that lost, or half lost, what it had acknowledged.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::harness::{Dice, TestCity, pause};

/// The store is removed while the server is down.
pub(crate) async fn wiped(city: &mut TestCity, _: &mut Dice) -> Result<()> {
    city.servers.nats.kill().await?;
    empty(&city.servers.nats.store_dir())?;
    Ok(city.servers.nats.restart().await?)
}

/// The store is removed under the running server, which goes on acknowledging what it no longer keeps.
pub(crate) async fn removed_under_the_running_server(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    empty(&city.servers.nats.store_dir())?;
    pause(dice.up_to(Duration::from_secs(2))).await;
    city.servers.nats.kill().await?;
    Ok(city.servers.nats.restart().await?)
}

/// A power failure: what was acknowledged in the last seconds had not reached the disk. Of everything, of the messages alone, or of
/// the durables alone.
pub(crate) async fn older_copy_put_back(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let store = city.servers.nats.store_dir();
    let copy = store.with_extension("older");
    let _ = fs::remove_dir_all(&copy);
    copy_dir(&store, &copy)?;
    pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(1))).await;
    city.servers.nats.kill().await?;
    match dice.below(3) {
        0 => {
            fs::remove_dir_all(&store)?;
            copy_dir(&copy, &store)?;
        }
        part => {
            let part = if part == 1 { "msgs" } else { "obs" };
            for newer in folders(&store, part)? {
                let older = copy.join(newer.strip_prefix(&store)?);
                fs::remove_dir_all(&newer)?;
                if older.is_dir() {
                    copy_dir(&older, &newer)?;
                }
            }
        }
    }
    Ok(city.servers.nats.restart().await?)
}

/// A byte is turned over in the newest block of every stream, its end is cut off, or the index is gone.
pub(crate) async fn corrupted(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    city.servers.nats.kill().await?;
    let mut harmed = 0;
    for messages in folders(&city.servers.nats.store_dir(), "msgs")? {
        let mut blocks: Vec<PathBuf> = fs::read_dir(&messages)?.flatten().map(|entry| entry.path()).collect();
        blocks.retain(|path| path.extension().is_some_and(|extension| extension == "blk"));
        blocks.sort();
        let Some(newest) = blocks.last() else { continue };
        let length = fs::metadata(newest)?.len();
        if length == 0 {
            continue;
        }
        harmed += 1;
        match dice.below(3) {
            0 => turn_over(newest, dice.below(length))?,
            1 => File::options().write(true).open(newest)?.set_len(dice.below(length))?,
            _ => {
                let _ = fs::remove_file(messages.join("index.db"));
            }
        }
    }
    ensure!(harmed > 0, "no stream keeps anything");
    Ok(city.servers.nats.restart().await?)
}

fn turn_over(file: &Path, at: u64) -> Result<()> {
    let file = File::options().read(true).write(true).open(file)?;
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    Ok(file.write_all_at(&[!byte[0]], at)?)
}

fn empty(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).context("the store of NATS")? {
        let path = entry?.path();
        // The server writes meanwhile; what it makes anew is part of the fault.
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
    Ok(())
}

/// All folders of that name below.
fn folders(dir: &Path, name: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|folder| folder == name) {
            found.push(path);
        } else if path.is_dir() {
            found.extend(folders(&path, name)?);
        }
    }
    Ok(found)
}

/// A file that goes away while it is copied was not there at that instant.
fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let copy = to.join(path.file_name().context("a name")?);
        if path.is_dir() {
            copy_dir(&path, &copy)?;
        } else if let Err(error) = fs::copy(&path, &copy) {
            ensure!(error.kind() == std::io::ErrorKind::NotFound, "{} cannot be copied: {error}", path.display());
        }
    }
    Ok(())
}
