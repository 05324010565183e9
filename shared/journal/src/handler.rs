//! What a service does when it hears of an event.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use huiyin_contracts::{Audience, Envelope};
use huiyin_kernel::Service;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::{BoxError, DbError, RecordError, Tx};

/// An event as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The envelope with the verbatim body.
    pub envelope: Envelope,
}

impl Received {
    /// A span for its effect, continuing the trace of what led to it.
    pub fn span(&self) -> tracing::Span {
        let event = &self.envelope;
        let span = tracing::info_span!("consume", otel.kind = "consumer", event.id = %event.event_id, event.r#type = event.type_name,
            aggregate.id = %event.aggregate_id, sequence = event.sequence, trace.id = tracing::field::Empty);
        huiyin_telemetry::continue_from(&span, event.traceparent.as_deref());
        span
    }

    /// Reads the body. A body that cannot be read parks the event: reading it again would give the same result.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, HandleError> {
        serde_json::from_slice(&self.envelope.body).map_err(|error| HandleError::Park {
            reason: format!("the body of {} cannot be read: {error}", self.envelope.type_name),
        })
    }
}

/// Why an event had no effect.
#[derive(Debug)]
pub enum HandleError {
    /// It may succeed later: tried again with growing pauses, and parked after many attempts.
    Retry(BoxError),
    /// It will not succeed by itself: parked at once, with the reason shown to the operator.
    Park {
        /// What the operator should know; no personal data.
        reason: String,
    },
}

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry(error) => write!(f, "failed, to be tried again: {error}"),
            Self::Park { reason } => write!(f, "cannot take effect: {reason}"),
        }
    }
}

impl From<DbError> for HandleError {
    fn from(error: DbError) -> Self {
        Self::Retry(error.into())
    }
}

impl From<RecordError> for HandleError {
    fn from(error: RecordError) -> Self {
        Self::Retry(error.into())
    }
}

impl From<sqlx::Error> for HandleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Retry(error.into())
    }
}

/// The effects of one consumer. Runs inside the transaction that advances the inbox, on the worker's login: an effect happens
/// exactly once or not at all. Effects outside the database belong into a row of their own (I3).
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// One event. Types the handler does not care for return `Ok` at once.
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError>;

    /// Several events, each aggregate's in order. On error nothing of the batch counts, and the events come again one by one.
    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        for event in events {
            self.handle(tx, event).instrument(event.span()).await?;
        }
        Ok(())
    }
}

/// How a consumer follows an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Every event of the audience in sequence; a later one waits until the gap is filled.
    Stepwise,
    /// The newest snapshot known; older ones are skipped.
    Snapshot,
}

/// One consumer: whose events, and what to do with them.
#[derive(Clone)]
pub struct Consumer {
    /// `<service>__<owner>` or `<service>__<owner>_<purpose>`, lower case; never renamed, because the inbox is kept by it.
    pub name: &'static str,
    /// Whose events.
    pub owner: Service,
    /// Which of them.
    pub audience: Audience,
    /// How they are followed.
    pub mode: Mode,
    /// What they do.
    pub handler: Arc<dyn Handler>,
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("name", &self.name)
            .field("owner", &self.owner)
            .field("audience", &self.audience)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
