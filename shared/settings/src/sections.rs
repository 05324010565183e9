//! The sections of the settings file, as they stand in it. Meaning and defaults: `docs/settings.default.toml`.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use chrono::{DateTime, Utc};
use huiyin_kernel::{Redacted, Service};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};
use url::Url;

/// The whole file, before its secrets are read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) server: Server,
    pub(crate) database: Database,
    pub(crate) nats: Nats,
    pub(crate) smtp: Smtp,
    pub(crate) secrets: SecretsSection,
    pub(crate) time: Time,
    pub(crate) limits: Limits,
    pub(crate) files: Files,
    pub(crate) telemetry: Telemetry,
}

/// `[server]`: where services listen and are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address in people's browsers.
    #[serde(deserialize_with = "address")]
    pub public_origin: Url,
    /// Whose `X-Forwarded-For` is believed: the reverse proxies of this installation. Nobody's when empty.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Where each service listens.
    pub bind: BTreeMap<Service, SocketAddr>,
    /// Where services are found when that is not where they listen.
    #[serde(deserialize_with = "addresses")]
    pub urls: BTreeMap<Service, Url>,
}

/// `[database]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// The host, or a folder holding a Unix socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The database; every service has its own schema in it.
    pub name: String,
    /// The login that may create roles and schemas; for `huiyin migrate` alone.
    pub admin_url: Option<Redacted<String>>,
    /// Whole addresses for single logins.
    pub urls: BTreeMap<String, Redacted<String>>,
    /// Pool sizes.
    pub connections: Connections,
}

/// `[database.connections]`: the most connections per process and purpose.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    /// For answering requests.
    pub api: u32,
    /// For relay, consumers, timers and tasks.
    pub worker: u32,
}

/// `[nats]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    /// The server, or several separated by commas.
    pub url: String,
    /// Bytes each stream may hold; a full one refuses new messages until old ones are 14 days old.
    pub stream_bytes: i64,
    /// Copies of each stream: 3 in a cluster.
    pub replicas: usize,
    /// Systems of others that may hear public events: a name, and the subjects it hears.
    pub outside: BTreeMap<String, Vec<String>>,
}

/// `[smtp]`: the road for e-mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The sender's address.
    pub from: String,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// The account; empty for none.
    pub username: String,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// Not at all; only within one machine or a closed network.
    None,
    /// Plain at first, then `STARTTLS`, required.
    Starttls,
    /// TLS from the first byte.
    Implicit,
}

/// `[secrets]` as written; see [`crate::Secrets`] for what comes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretsSection {
    pub(crate) master: Option<Redacted<String>>,
    pub(crate) master_file: Option<PathBuf>,
    pub(crate) files: BTreeMap<String, PathBuf>,
    pub(crate) retired: BTreeMap<String, Vec<PathBuf>>,
}

/// `[time]`: which business clock runs.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The machine's time, or time moved by hand.
    pub mode: TimeMode,
    /// Where a manual clock stands at first.
    pub start: Option<DateTime<Utc>>,
}

/// The kinds of business clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeMode {
    /// The machine's time.
    System,
    /// Time moved by hand, in demonstrations and tests.
    Manual,
}

/// `[limits]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests worked on at once, per process.
    pub requests_in_flight: usize,
    /// Connections open at once, per process; later ones wait.
    pub connections: usize,
    /// The longest a request's header may take, the pause before it on a kept connection included; in seconds.
    pub header_seconds: u64,
    /// The longest a request's body may take, in seconds.
    pub body_seconds: u64,
    /// The longest a request may take, in seconds.
    pub request_seconds: u64,
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// The largest import file, in bytes.
    pub import_bytes: usize,
    /// Wrong passwords per login in 15 minutes.
    pub sign_in_failures: u32,
    /// Petition look-ups per address and minute.
    pub lookups_per_minute: u32,
}

/// `[files]`: folders.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Policy packs and calendars.
    pub policies: PathBuf,
    /// Seals of the journals.
    pub seals: PathBuf,
    /// Attachments.
    pub attachments: PathBuf,
    /// The fonts of documents; the places where distributions put them when left out.
    pub fonts: Option<PathBuf>,
}

/// `[telemetry]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// What is logged, as an `env-filter` directive.
    pub log: String,
    /// How.
    pub format: LogFormat,
    /// Where; standard output when left out.
    pub file: Option<PathBuf>,
    /// Where traces go, OTLP over HTTP.
    #[serde(default, deserialize_with = "optional_address")]
    pub otlp_endpoint: Option<Url>,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}

fn read_address<E: Error>(text: &str) -> Result<Url, E> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| E::custom("must be an address such as http://127.0.0.1:8080"))
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    read_address(&String::deserialize(deserializer)?)
}

fn optional_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    Option::<String>::deserialize(deserializer)?.as_deref().map(read_address).transpose()
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: String| {
        let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        net.map_err(|_| D::Error::custom("must be addresses or networks such as 10.0.0.5 or 10.0.0.0/24"))
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
}

fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Service, Url>, D::Error> {
    let texts = BTreeMap::<Service, String>::deserialize(deserializer)?;
    texts.into_iter().map(|(service, text)| Ok((service, read_address(&text)?))).collect()
}
