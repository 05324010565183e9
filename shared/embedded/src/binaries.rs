//! Finding the servers, and refusing those that are too old.

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Error;

/// The oldest Postgres that is supported.
pub const MIN_POSTGRES: Version = Version([15, 0, 0]);
/// The oldest nats-server that is supported. Older ones accept settings they do not know without a word
/// (filters of several subjects among them) and lack later security fixes.
pub const MIN_NATS: Version = Version([2, 12, 7]);

/// A server's version: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub [u32; 3]);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        match (minor, patch) {
            (0, 0) => write!(f, "{major}"),
            (_, 0) => write!(f, "{major}.{minor}"),
            _ => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

impl Version {
    /// Reads the first thing that looks like a version out of what `--version` prints:
    /// `postgres (PostgreSQL) 15.18 (Debian …)`, `nats-server: v2.15.1`, `postgres (PostgreSQL) 19beta2`.
    pub fn parse(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let word = word.strip_prefix('v').unwrap_or(word);
            if !word.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            let mut numbers = [0; 3];
            for (slot, part) in numbers.iter_mut().zip(word.split('.')) {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                *slot = digits.parse().ok()?;
            }
            Some(Self(numbers))
        })
    }
}

/// A Postgres installation's folder of programs.
#[derive(Debug, Clone)]
pub struct PostgresBinaries {
    /// Holds `postgres`, `initdb`, `psql`.
    pub dir: PathBuf,
    pub version: Version,
}

impl PostgresBinaries {
    /// `HUIYIN_POSTGRES_BIN` alone when it is set; else the first on `PATH` that is new enough, else the
    /// newest below `/usr/lib/postgresql` or `/usr/pgsql-*`.
    pub fn find() -> Result<Self, Error> {
        let candidates = match env::var_os("HUIYIN_POSTGRES_BIN") {
            Some(dir) => vec![PathBuf::from(dir)],
            None => path_dirs().chain(packaged_postgres()).collect(),
        };
        let complete =
            candidates.into_iter().filter(|dir| dir.join("postgres").is_file() && dir.join("initdb").is_file());
        let (path, version) = first_new_enough("PostgreSQL", MIN_POSTGRES, complete.map(|dir| dir.join("postgres")))?;
        // `PATH` often holds links into the folder where the rest of the programs are.
        let path = fs::canonicalize(&path).unwrap_or(path);
        let dir = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Ok(Self { dir, version })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// A nats-server program.
#[derive(Debug, Clone)]
pub struct NatsBinary {
    pub path: PathBuf,
    pub version: Version,
}

impl NatsBinary {
    /// `HUIYIN_NATS_SERVER` alone when it is set; else the first that is new enough on `PATH`, or in
    /// `var/tools` of this directory or one above it.
    pub fn find() -> Result<Self, Error> {
        let candidates: Vec<PathBuf> = match env::var_os("HUIYIN_NATS_SERVER") {
            Some(path) => vec![PathBuf::from(path)],
            None => path_dirs().map(|dir| dir.join("nats-server")).chain(tools_above()).collect(),
        };
        let (path, version) =
            first_new_enough("nats-server", MIN_NATS, candidates.into_iter().filter(|path| path.is_file()))?;
        Ok(Self { path, version })
    }
}

fn path_dirs() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// Newest first.
fn packaged_postgres() -> Vec<PathBuf> {
    let subdirs = |root: &str| -> Vec<PathBuf> {
        fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path().join("bin")).collect()
    };
    let mut found = subdirs("/usr/lib/postgresql");
    found.extend(subdirs("/usr").into_iter().filter(|dir| dir.to_string_lossy().contains("/pgsql-")));
    let number = |dir: &PathBuf| -> u32 {
        let digits: String = dir.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    found.sort_by_key(|dir| std::cmp::Reverse(number(dir)));
    found
}

fn tools_above() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    here.ancestors().map(|dir| dir.join("var/tools/nats-server")).collect()
}

/// The first candidate that is new enough. When there is none, the error names the newest seen.
fn first_new_enough(
    program: &'static str,
    needed: Version,
    candidates: impl Iterator<Item = PathBuf>,
) -> Result<(PathBuf, Version), Error> {
    let mut best_seen = None;
    let mut unreadable = None;
    for path in candidates {
        match version_of(&path) {
            Some(version) if version >= needed => return Ok((path, version)),
            Some(version) => best_seen = best_seen.max(Some(version)),
            None => unreadable = Some(path),
        }
    }
    Err(match (best_seen, unreadable) {
        (Some(found), _) => Error::TooOld { program, found, needed },
        (None, Some(path)) => Error::UnreadableVersion { program, path },
        (None, None) => Error::NotInstalled { program, needed },
    })
}

fn version_of(program: &Path) -> Option<Version> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Version::parse(&String::from_utf8_lossy(&output.stdout))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn versions_are_read_from_what_the_servers_print() {
        let read = |text| Version::parse(text).map(|version| version.0);
        assert_eq!(read("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some([15, 18, 0]));
        assert_eq!(read("postgres (PostgreSQL) 19beta2"), Some([19, 0, 0]));
        assert_eq!(read("nats-server: v2.15.1"), Some([2, 15, 1]));
        assert_eq!(read("nats-server: v2.12.7-RC.3"), Some([2, 12, 7]));
        assert_eq!(read("command not found"), None);
    }

    #[test]
    fn an_old_server_is_refused_in_one_line_and_a_newer_one_behind_it_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let fake = |name: &str, version: &str| {
            let path = dir.path().join(name);
            fs::write(&path, format!("#!/bin/sh\necho 'nats-server: v{version}'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let old = fake("old", "2.9.10");
        let new = fake("new", "2.14.0");

        let refused = first_new_enough("nats-server", MIN_NATS, [old.clone()].into_iter()).unwrap_err();
        assert_eq!(refused.to_string(), "nats-server 2.9.10 is too old: need 2.12.7 or newer; run script/bootstrap");

        let (taken, version) = first_new_enough("nats-server", MIN_NATS, [old, new.clone()].into_iter()).unwrap();
        assert_eq!((taken, version), (new, Version([2, 14, 0])));

        let missing = first_new_enough("PostgreSQL", MIN_POSTGRES, std::iter::empty()).unwrap_err();
        assert_eq!(missing.to_string(), "PostgreSQL is not installed: need 15 or newer; run script/bootstrap");
    }
}
