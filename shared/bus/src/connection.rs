//! One connection under one identity.
//!
//! Connecting never waits and never gives up. async-nats accepts publishes while disconnected and forgets them on some roads, so
//! everything here asks [`Bus::usable`] first and has a deadline of its own.

use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::consumer::{Consumer, pull};
use async_nats::jetstream::stream::{self, ConsumerErrorKind};
use async_nats::jetstream::{self, ErrorCode};
use async_nats::{Client, ConnectOptions, Event};
use chrono::{DateTime, Utc};
use huiyin_kernel::Redacted;
use tokio::sync::watch;

use crate::{BusError, ConsumerSpec};

/// The longest wait for an answer of the server.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);

/// Where and as whom to connect.
#[derive(Clone, Debug)]
pub struct BusOptions {
    /// One or more addresses, separated by commas.
    pub url: String,
    /// The identity: a service's name or `topology`. Also the prefix of its reply subjects.
    pub identity: String,
    /// Its password; none on an open server.
    pub password: Option<Redacted<String>>,
}

/// A connection. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Client,
    context: jetstream::Context,
    connects: watch::Receiver<u64>,
}

/// A stream as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamState {
    /// When it was made; a later time than last seen means that it was lost and made again.
    pub created_at: DateTime<Utc>,
    /// The newest sequence; going back means that acknowledged messages were lost.
    pub last_seq: u64,
    /// Messages in it.
    pub messages: u64,
}

impl Bus {
    /// Begins to connect; returns at once, whether or not the server can be reached.
    pub async fn connect(options: BusOptions) -> Result<Self, BusError> {
        let (connected, connects) = watch::channel(0_u64);
        let identity = options.identity.clone();
        metrics::gauge!("huiyin_bus_connected", "identity" => identity.clone()).set(0.0);
        let mut connect = ConnectOptions::new()
            .name(format!("huiyin-{identity}"))
            .custom_inbox_prefix(format!("_INBOX_{identity}"))
            .ping_interval(Duration::from_secs(5))
            .connection_timeout(Duration::from_secs(5))
            .request_timeout(Some(DEADLINE))
            .retry_on_initial_connect()
            .reconnect_delay_callback(|attempt| Duration::from_millis(100 << attempt.min(5)))
            .event_callback(move |event| {
                let (connected, identity) = (connected.clone(), identity.clone());
                async move { note(&event, &identity, &connected) }
            });
        if let Some(password) = options.password {
            connect = connect.user_and_password(options.identity, password.expose().clone());
        }
        let servers: Vec<String> = options.url.split(',').map(|url| url.trim().to_owned()).collect();
        let client = connect.connect(servers).await.map_err(|error| BusError::Address(error.into()))?;
        let context = jetstream::ContextBuilder::new().timeout(DEADLINE).ack_timeout(DEADLINE).build(client.clone());
        Ok(Self { client, context, connects })
    }

    /// Whether the bus can be used just now, and if not, why.
    pub fn usable(&self) -> Result<(), BusError> {
        match self.client.connection_state() {
            State::Connected => BusError::check_version(&self.client.server_info().version),
            State::Pending | State::Disconnected => Err(BusError::Disconnected),
        }
    }

    /// Changes with every new connection.
    pub fn connects(&self) -> watch::Receiver<u64> {
        self.connects.clone()
    }

    /// Gives the connection up and makes a new one, when this one is of no use though it seems to live.
    pub async fn reconnect(&self) {
        if let Err(error) = self.client.force_reconnect().await {
            tracing::warn!(%error, "a new connection to NATS cannot be asked for");
        }
    }

    /// Closes the connection after what is queued has been sent.
    pub async fn close(&self) {
        let _ = tokio::time::timeout(DEADLINE, self.client.drain()).await;
    }

    /// A stream as it stands.
    pub async fn stream_state(&self, stream: &str) -> Result<StreamState, BusError> {
        self.usable()?;
        let stream = self.stream_info(stream).await?;
        let created = stream.created;
        Ok(StreamState {
            created_at: DateTime::from_timestamp(created.timestamp(), created.timestamp_subsec_nanos())
                .unwrap_or_default(),
            last_seq: stream.state.last_sequence,
            messages: stream.state.messages,
        })
    }

    pub(crate) async fn stream_info(&self, name: &str) -> Result<stream::Info, BusError> {
        let doing = || format!("describe the stream {name}");
        match within(doing, self.context.get_stream(name)).await? {
            Ok(stream) => Ok(stream.cached_info().clone()),
            Err(error) => Err(missing_or(error, name, doing())),
        }
    }

    pub(crate) async fn find_consumer(&self, spec: &ConsumerSpec) -> Result<Option<Consumer<pull::Config>>, BusError> {
        let doing = || format!("describe the durable {}", spec.durable);
        let (durable, stream) = (spec.durable.as_str(), spec.stream.as_str());
        let asked = self.context.get_consumer_from_stream::<pull::Config, _, _>(durable, stream);
        let error = match within(doing, asked).await? {
            Ok(consumer) => return Ok(Some(consumer)),
            Err(error) => error,
        };
        let code =
            if let ConsumerErrorKind::JetStream(answer) = error.kind() { Some(answer.error_code()) } else { None };
        match code {
            Some(ErrorCode::CONSUMER_NOT_FOUND) => Ok(None),
            Some(ErrorCode::STREAM_NOT_FOUND) => Err(BusError::Missing { what: format!("the stream {stream}") }),
            Some(_) | None => Err(BusError::request(doing(), error)),
        }
    }

    pub(crate) const fn context(&self) -> &jetstream::Context {
        &self.context
    }
}

fn note(event: &Event, identity: &str, connected: &watch::Sender<u64>) {
    if matches!(event, Event::Connected) {
        tracing::info!(identity, "connected to NATS");
        connected.send_modify(|count| *count += 1);
    } else {
        tracing::warn!(identity, %event, "NATS");
    }
    let stands = match event {
        Event::Connected => Some(1.0),
        Event::Disconnected | Event::Closed => Some(0.0),
        _ => None,
    };
    if let Some(stands) = stands {
        metrics::gauge!("huiyin_bus_connected", "identity" => identity.to_owned()).set(stands);
    }
    metrics::counter!("huiyin_bus_connection_events_total", "identity" => identity.to_owned()).increment(1);
}

/// Waits no longer than [`DEADLINE`].
pub(crate) async fn within<T>(doing: impl Fn() -> String, work: impl IntoFuture<Output = T>) -> Result<T, BusError> {
    tokio::time::timeout(DEADLINE, work).await.map_err(|_| BusError::TimedOut { doing: doing() })
}

fn missing_or(error: jetstream::context::GetStreamError, name: &str, doing: String) -> BusError {
    use jetstream::context::GetStreamErrorKind::{EmptyName, InvalidStreamName, JetStream, Request};
    match error.kind() {
        JetStream(answer) if answer.error_code() == ErrorCode::STREAM_NOT_FOUND => {
            BusError::Missing { what: format!("the stream {name}") }
        }
        JetStream(_) | EmptyName | InvalidStreamName | Request => BusError::request(doing, error),
    }
}
