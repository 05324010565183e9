use std::path::{Path, PathBuf};

use crate::binaries::Version;

/// Why a server could not be started or stopped. Each message is one line and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{program} is not installed: need {needed} or newer; run script/bootstrap")]
    NotInstalled { program: &'static str, needed: Version },

    #[error("{program} {found} is too old: need {needed} or newer; run script/bootstrap")]
    TooOld { program: &'static str, found: Version, needed: Version },

    #[error("{program} at {path} does not say its version; run script/bootstrap")]
    UnreadableVersion { program: &'static str, path: PathBuf },

    #[error(
        "Postgres refuses to run as root and no account to run it as was found: install setpriv (util-linux) and create the account `postgres`"
    )]
    NoAccount,

    #[error("{program} already runs on {dir} (process {pid}): stop it first")]
    AlreadyRunning { program: &'static str, dir: PathBuf, pid: u32 },

    #[error("{program} did not start: {reason}; its log is {log}")]
    DidNotStart { program: &'static str, reason: String, log: PathBuf },

    #[error("{program} is not running")]
    NotRunning { program: &'static str },

    #[error("cannot {action} {path}")]
    File {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    #[error("cannot run {program}")]
    Spawn {
        program: String,
        #[source]
        source: std::io::Error,
    },

    #[error("cannot find a free port on 127.0.0.1")]
    NoPort(#[source] std::io::Error),

    #[error("cannot signal process {pid}")]
    Signal {
        pid: u32,
        #[source]
        source: nix::Error,
    },
}

impl Error {
    /// For `map_err`: names the file and what was being done to it.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { action, path, source }
    }
}
