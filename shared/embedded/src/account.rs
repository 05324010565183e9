//! Under which account Postgres runs, and where that account can reach its data.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
};

use nix::unistd::{Uid, User, geteuid};

use crate::Error;

/// Where data goes that the Postgres account cannot reach at the place asked for.
const FALLBACK_ROOT: &str = "/var/lib/huiyin";

/// The account a child runs as, when it is not the parent's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// `None` for an ordinary user: the child is simply theirs.
    pub(crate) fn for_postgres() -> Result<Option<Self>, Error> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| user.uid != Uid::from_raw(0))
            .map(|user| Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
            .ok_or(Error::NoAccount)
    }

    fn may_pass(self, dir: &Path) -> bool {
        let Ok(meta) = fs::metadata(dir) else { return true };
        let bit = match (meta.uid() == self.uid, meta.gid() == self.gid) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        meta.mode() & bit != 0
    }

    /// Gives a file or directory to the account.
    pub(crate) fn give(self, path: &Path) -> Result<(), Error> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(Error::file("change the owner of", path))
    }
}

/// Makes the directory (mode 0700, owned by the account) and returns where it really is.
pub(crate) fn make_private_dir(wanted: &Path, account: Option<Account>) -> Result<PathBuf, Error> {
    let wanted = std::path::absolute(wanted).map_err(Error::file("resolve", wanted))?;
    // A link left by an earlier start, or set by the operator, is followed.
    let wanted = fs::canonicalize(&wanted).unwrap_or(wanted);
    let parent = wanted.parent().unwrap_or(Path::new("/")).to_path_buf();
    fs::create_dir_all(&parent).map_err(Error::file("create", &parent))?;

    let reachable = account.is_none_or(|account| parent.ancestors().all(|dir| account.may_pass(dir)));
    let dir = if reachable { wanted } else { relocate(&wanted)? };
    if !dir.is_dir() {
        fs::create_dir(&dir).map_err(Error::file("create", &dir))?;
    }
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).map_err(Error::file("set permissions of", &dir))?;
    if let Some(account) = account {
        account.give(&dir)?;
    }
    Ok(dir)
}

/// A new directory each time: a link that is gone means that its data was given up, or that the checkout was moved and
/// the data goes on belonging to the link's new place.
fn relocate(wanted: &Path) -> Result<PathBuf, Error> {
    let root = Path::new(FALLBACK_ROOT);
    fs::create_dir_all(root).map_err(Error::file("create", root))?;
    if wanted.is_dir() {
        // Empty, or made by someone else: `remove_dir` refuses a directory that holds anything.
        fs::remove_dir(wanted).map_err(Error::file("replace", wanted))?;
    }
    let _ = fs::remove_file(wanted);
    let made = tempfile::Builder::new().prefix("server-").tempdir_in(root).map_err(Error::file("create in", root))?;
    let dir = made.keep();
    symlink(&dir, wanted).map_err(Error::file("link", wanted))?;
    Ok(dir)
}

/// Removes a stopped server's directory with everything in it, wherever it really lies. Nothing there is no error.
pub fn erase(dir: &Path) -> Result<(), Error> {
    let remove = |path: &Path| match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", path)(error)),
        _ => Ok(()),
    };
    if let Ok(elsewhere) = fs::read_link(dir) {
        remove(&elsewhere)?;
        return fs::remove_file(dir).map_err(Error::file("remove", dir));
    }
    remove(dir)
}
