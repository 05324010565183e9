//! Hearing what a durable has for us, one pull at a time.
//!
//! A pull asks for what is there and is over: no stream of messages is kept open, because a kept one can go silent for good after
//! a change of leader or a reconnect. Every answer has a deadline; after any doubt the handle is thrown away and made anew.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::{Consumer, pull};
use bytes::Bytes;
use futures::StreamExt;
use huiyin_contracts::{Envelope, EnvelopeError};
use tokio::time::timeout;

use crate::connection::{DEADLINE, within};
use crate::{Bus, BusError, ConsumerSpec};

/// A message as it came.
#[derive(Debug)]
pub struct Delivery {
    /// What it says, if it is an event of ours.
    pub envelope: Result<Envelope, EnvelopeError>,
    /// Its subject, for the log.
    pub subject: String,
    /// Its body, verbatim.
    pub body: Bytes,
    acker: Acker,
}

/// Tells the server that a message has been dealt with.
pub struct Acker(jetstream::message::Acker);

impl fmt::Debug for Acker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acker")
    }
}

/// How a durable stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConsumerState {
    /// Messages in the stream that it has not been given.
    pub undelivered: u64,
    /// Messages given and not acknowledged.
    pub unacknowledged: u64,
    /// The stream sequence up to which all is acknowledged.
    pub ack_floor: u64,
    /// The highest stream sequence given.
    pub delivered: u64,
}

/// A durable being heard.
#[derive(Debug)]
pub struct Subscription {
    bus: Bus,
    spec: ConsumerSpec,
    handle: Option<Consumer<pull::Config>>,
}

impl Subscription {
    /// Nothing is asked of the server yet.
    pub const fn new(bus: Bus, spec: ConsumerSpec) -> Self {
        Self { bus, spec, handle: None }
    }

    /// Which durable.
    pub const fn spec(&self) -> &ConsumerSpec {
        &self.spec
    }

    /// Waits up to `patience` for a first message, then takes what else is there, up to `most`. An empty answer is no error.
    pub async fn pull(&mut self, most: usize, patience: Duration) -> Result<Vec<Delivery>, BusError> {
        self.bus.usable()?;
        let answer = self.pull_once(most, patience).await;
        if answer.is_err() {
            self.handle = None;
        }
        answer
    }

    async fn pull_once(&mut self, most: usize, patience: Duration) -> Result<Vec<Delivery>, BusError> {
        let doing = || format!("deliver to {}", self.spec.durable);
        let handle = match self.handle.take() {
            Some(handle) => handle,
            None => self.find().await?,
        };
        let mut deliveries = Vec::new();
        let ready = handle.fetch().max_messages(most).messages();
        let ready = within(doing, ready).await?.map_err(|error| BusError::request(doing(), error))?;
        collect(ready, DEADLINE, doing, &mut deliveries).await?;
        if deliveries.is_empty() && !patience.is_zero() {
            let wait = handle.batch().max_messages(1).expires(patience).messages();
            let wait = within(doing, wait).await?.map_err(|error| BusError::request(doing(), error))?;
            collect(wait, patience + Duration::from_secs(2), doing, &mut deliveries).await?;
        }
        self.handle = Some(handle);
        Ok(deliveries)
    }

    /// How the durable stands.
    pub async fn state(&self) -> Result<ConsumerState, BusError> {
        self.bus.usable()?;
        let handle = self.find().await?;
        let info = handle.cached_info();
        Ok(ConsumerState {
            undelivered: info.num_pending,
            unacknowledged: info.num_ack_pending as u64,
            ack_floor: info.ack_floor.stream_sequence,
            delivered: info.delivered.stream_sequence,
        })
    }

    async fn find(&self) -> Result<Consumer<pull::Config>, BusError> {
        let missing =
            || BusError::Missing { what: format!("the durable {} on {}", self.spec.durable, self.spec.stream) };
        self.bus.find_consumer(&self.spec).await?.ok_or_else(missing)
    }
}

async fn collect(
    mut batch: pull::Batch,
    patience: Duration,
    doing: impl Fn() -> String,
    into: &mut Vec<Delivery>,
) -> Result<(), BusError> {
    let until = tokio::time::Instant::now() + patience;
    loop {
        match tokio::time::timeout_at(until, batch.next()).await {
            Ok(Some(Ok(message))) => into.push(Delivery::from(message)),
            Ok(None) => return Ok(()),
            // What has come is dealt with first; the doubt will show again.
            Ok(Some(Err(_))) | Err(_) if !into.is_empty() => return Ok(()),
            Ok(Some(Err(error))) => return Err(BusError::request(doing(), error)),
            Err(_) => return Err(BusError::TimedOut { doing: doing() }),
        }
    }
}

impl From<jetstream::Message> for Delivery {
    fn from(message: jetstream::Message) -> Self {
        let (message, acker) = message.split();
        let headers = message.headers.as_ref();
        let find =
            |name: &'static str| headers.and_then(|headers| headers.get(name)).map(async_nats::HeaderValue::as_str);
        Self {
            envelope: Envelope::from_headers(find, message.payload.clone()),
            subject: message.subject.to_string(),
            body: message.payload,
            acker: Acker(acker),
        }
    }
}

impl Delivery {
    /// The envelope, the body, and the means to acknowledge it.
    pub fn split(self) -> (Result<Envelope, EnvelopeError>, Bytes, Acker) {
        (self.envelope, self.body, self.acker)
    }
}

impl Acker {
    /// Acknowledges. A lost acknowledgement costs a repetition, which the inbox knows; so nobody waits for its confirmation.
    pub async fn ack(&self) -> Result<(), BusError> {
        match timeout(DEADLINE, self.0.ack()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(BusError::request("take an acknowledgement", error)),
            Err(_) => Err(BusError::TimedOut { doing: "take an acknowledgement".to_owned() }),
        }
    }
}
