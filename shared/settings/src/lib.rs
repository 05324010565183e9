//! The settings of every service: one TOML file, the environment over it, and secrets derived from one master secret.
//!
//! The defaults *are* the documentation: `docs/settings.default.toml` is compiled in and read first, then the given
//! file, then `HUIYIN__SECTION__KEY` variables. An unknown key, a wrong value or a missing secret stops the start with one line
//! that says where it stands and what to write. Secrets are never printed and never written back.
//!
//! It knows nothing of what a setting does; each service reads its own.

mod error;
mod load;
mod login;
mod secrets;
mod sections;
mod urls;

pub use error::SettingsError;
pub use load::{DEFAULTS, Settings};
pub use login::{Login, LoginKind, NatsIdentity};
pub use secrets::{Secret, Secrets};
pub use sections::{
    Connections, Database, Files, Limits, LogFormat, Nats, Server, Smtp, SmtpTls, Telemetry, Time, TimeMode,
};
pub use urls::ServiceUrls;
