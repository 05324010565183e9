//! Why settings cannot be used, in one line each.

use std::path::PathBuf;

/// Why the settings cannot be used. The text names the place and says what to write.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the settings file {}; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{place}: this is not valid TOML: {message}")]
    Syntax {
        /// File and line.
        place: String,
        /// What the parser says.
        message: String,
    },
    /// One key is unknown or its value cannot be used.
    #[error("{place}: {key}: {message}; docs/settings.default.toml shows every key with an example")]
    Value {
        /// File and line, or the environment variable.
        place: String,
        /// The key, dotted.
        key: String,
        /// What is wrong, and what may be written.
        message: String,
    },
    /// No master secret, and not every secret has a file of its own.
    #[error(
        "no secret for {wanted}: set HUIYIN__SECRETS__MASTER or `master_file` in [secrets] to at least 32 characters \
         (openssl rand -hex 32 makes one)"
    )]
    NoSecret {
        /// The secret that is missing.
        wanted: String,
    },
    /// A secret is there but cannot be used.
    #[error("{place}: {message}")]
    BadSecret {
        /// Where the secret stands.
        place: String,
        /// What is wrong with it; never the secret itself.
        message: String,
    },
}
