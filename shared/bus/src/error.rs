//! Why the bus does not work just now.

use crate::{MIN_SERVER, ServerVersion};

/// The bus does not work just now. Nothing is lost by it: what is to be sent stands in the database.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No connection; it is being sought all the time.
    #[error("not connected to NATS")]
    Disconnected,
    /// The server must be replaced by a newer one.
    #[error(
        "the nats-server is version {found}, and {MIN_SERVER} is the oldest that is safe: it would ignore settings in silence; please install a newer one"
    )]
    TooOld {
        /// Its version.
        found: String,
    },
    /// There is no such stream or consumer, or this identity may not see it.
    #[error("{what} does not exist on the nats-server, or may not be used with this login")]
    Missing {
        /// Which.
        what: String,
    },
    /// No answer, or an answer that says no.
    #[error("NATS did not {doing}")]
    Request {
        /// What was asked.
        doing: String,
        /// Why.
        #[source]
        source: async_nats::Error,
    },
    /// No answer in time.
    #[error("NATS did not {doing} in time")]
    TimedOut {
        /// What was asked.
        doing: String,
    },
    /// The address cannot be read.
    #[error("the NATS address cannot be read")]
    Address(#[source] async_nats::Error),
}

impl BusError {
    pub(crate) fn request(doing: impl Into<String>, source: impl Into<async_nats::Error>) -> Self {
        Self::Request { doing: doing.into(), source: source.into() }
    }

    pub(crate) fn check_version(text: &str) -> Result<(), Self> {
        match ServerVersion::parse(text) {
            Some(version) if version >= MIN_SERVER => Ok(()),
            _ => Err(Self::TooOld { found: text.to_owned() }),
        }
    }
}
