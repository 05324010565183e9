//! Publishing many at once, and telling what is known of each.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishAckFuture, PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use bytes::Bytes;
use futures::future::join_all;
use tokio::time::{Instant, timeout_at};

use crate::Bus;

/// A message to be published.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Its subject.
    pub subject: String,
    /// The stream that must take it.
    pub stream: String,
    /// By which the server knows a repetition.
    pub message_id: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body, verbatim.
    pub body: Bytes,
}

/// What is known of a published message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The expected stream says that it has it, under this sequence. (Not that it will have it after a power failure.)
    Stored {
        /// Its place in the stream.
        sequence: u64,
    },
    /// The server has seen the id before. That is no proof that the message is there: the id outlives a purge, a deletion
    /// and, in some versions, a message that was never stored.
    Duplicate,
    /// Nobody knows; it may be stored.
    Unknown,
    /// No stream takes the subject: it has been lost or never made.
    NoStream,
    /// The server or the client says no, and will say so again.
    Refused(String),
}

impl Bus {
    /// Publishes in order, all in flight at once, and waits for the answers until the deadline.
    pub async fn publish(&self, messages: Vec<Outbound>, deadline: Duration) -> Vec<Outcome> {
        let until = Instant::now() + deadline;
        let mut sent = Vec::with_capacity(messages.len());
        for message in messages {
            let stream = message.stream.clone();
            let answer = match timeout_at(until, self.send(message)).await {
                Ok(sending) => sending,
                Err(_) => Err(PublishError::new(PublishErrorKind::TimedOut)),
            };
            sent.push((stream, answer));
        }
        join_all(sent.into_iter().map(|(stream, answer)| async move {
            let answer = match answer {
                Ok(ack) => {
                    timeout_at(until, ack).await.unwrap_or_else(|_| Err(PublishError::new(PublishErrorKind::TimedOut)))
                }
                Err(error) => Err(error),
            };
            outcome(&stream, answer)
        }))
        .await
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that publishes; the relay alone calls it")]
    async fn send(&self, message: Outbound) -> Result<PublishAckFuture, PublishError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &message.headers {
            headers.insert(*name, value.as_str());
        }
        let publish = PublishMessage::build()
            .headers(headers)
            .message_id(&message.message_id)
            .expected_stream(&message.stream)
            .payload(message.body);
        self.context().send_publish(message.subject, publish).await
    }
}

fn outcome(stream: &str, answer: Result<PublishAck, PublishError>) -> Outcome {
    match answer {
        Ok(ack) if ack.stream != stream => Outcome::Refused(format!("stored in {} instead of {stream}", ack.stream)),
        Ok(ack) if ack.duplicate => Outcome::Duplicate,
        Ok(ack) => Outcome::Stored { sequence: ack.sequence },
        Err(error) => match error.kind() {
            PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe | PublishErrorKind::MaxAckPending => {
                Outcome::Unknown
            }
            PublishErrorKind::StreamNotFound => Outcome::NoStream,
            PublishErrorKind::WrongLastMessageId
            | PublishErrorKind::WrongLastSequence
            | PublishErrorKind::MaxPayloadExceeded
            | PublishErrorKind::Other => Outcome::Refused(error.to_string()),
        },
    }
}
