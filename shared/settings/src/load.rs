//! Defaults, then the file, then the environment.

use std::{fs, net::SocketAddr, path::Path};

use huiyin_kernel::{BusinessClock, Redacted, Service};
use serde::Deserialize as _;
use toml::{Table, Value, de::DeTable};

use crate::{
    Database, Files, Limits, Login, Nats, NatsIdentity, Secret, Secrets, Server, ServiceUrls, SettingsError, Smtp,
    Telemetry, Time, TimeMode, sections::File,
};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../../../docs/settings.default.toml");
const PREFIX: &str = "HUIYIN__";

/// Everything a process must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where services listen and are found.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The bus.
    pub nats: Nats,
    /// The mail road.
    pub smtp: Smtp,
    /// Passwords and keys.
    pub secrets: Secrets,
    /// The business clock.
    pub time: Time,
    /// Limits.
    pub limits: Limits,
    /// Folders.
    pub files: Files,
    /// Logs and traces.
    pub telemetry: Telemetry,
}

impl Settings {
    /// Reads the defaults, the file if one is given, and `HUIYIN__…` variables of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        let text = match file {
            None => None,
            Some(path) => Some(
                fs::read_to_string(path)
                    .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?,
            ),
        };
        let name = file.map(|path| path.display().to_string()).unwrap_or_default();
        Self::read(text.as_deref().map(|text| (name.as_str(), text)), std::env::vars())
    }

    /// Reads settings from a text alone, without file or environment: for tests and tools.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        Self::read(Some(("settings", text)), std::iter::empty())
    }

    /// Reads the defaults, a named text and variables.
    pub fn read(
        file: Option<(&str, &str)>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut merged: Table = toml::from_str(DEFAULTS).expect("a test reads the documented defaults");
        if let Some((name, text)) = file {
            add_file(&mut merged, name, text)?;
        }
        for (variable, value) in environment {
            if let Some(path) = variable.strip_prefix(PREFIX) {
                add_variable(&mut merged, &variable, path, &value)?;
            }
        }
        let file = File::deserialize(Value::Table(merged)).map_err(|error| SettingsError::Value {
            place: "settings".to_owned(),
            key: "file".to_owned(),
            message: one_line(error.message()),
        })?;
        let settings = Self {
            server: file.server,
            database: file.database,
            nats: file.nats,
            smtp: file.smtp,
            secrets: Secrets::read(file.secrets)?,
            time: file.time,
            limits: file.limits,
            files: file.files,
            telemetry: file.telemetry,
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |key: &str, message: &str| {
            Err(SettingsError::Value { place: "settings".to_owned(), key: key.to_owned(), message: message.to_owned() })
        };
        if self.time.mode == TimeMode::Manual && self.time.start.is_none() {
            return wrong("time.start", "a manual clock needs a start, for example 2022-01-01T00:00:00+08:00");
        }
        if let Some(login) =
            self.database.urls.keys().find(|name| !Login::all().any(|login| login.to_string() == **name))
        {
            return wrong(&format!("database.urls.{login}"), "no such login; write for example intake_api");
        }
        let limits = &self.limits;
        if limits.requests_in_flight == 0
            || limits.request_seconds == 0
            || limits.body_bytes == 0
            || limits.import_bytes == 0
        {
            return wrong("limits", "a limit of 0 would refuse everything");
        }
        if limits.sign_in_failures == 0 || limits.lookups_per_minute == 0 {
            return wrong("limits", "a rate of 0 would refuse everybody");
        }
        for (name, subjects) in &self.nats.outside {
            if name.is_empty()
                || name.len() > 32
                || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            {
                return wrong(&format!("nats.outside.{name}"), "write a name of a-z, 0-9 and _, at most 32 long");
            }
            if subjects.is_empty() || !subjects.iter().all(|subject| is_public(subject)) {
                return wrong(
                    &format!("nats.outside.{name}"),
                    "write the public subjects it hears, for example [\"huiyin.casework.case.closed.v1.*\"] or [\"huiyin.intake.>\"]",
                );
            }
        }
        if self.database.connections.api == 0 || self.database.connections.worker == 0 {
            return wrong("database.connections", "each pool needs at least 1 connection");
        }
        if !matches!(self.server.public_origin.scheme(), "http" | "https") || self.server.public_origin.path() != "/" {
            return wrong(
                "server.public_origin",
                "write scheme and host only, for example https://xinfang.example.gov.cn",
            );
        }
        self.secrets.key(Secret::InternalToken).map(|_| ())
    }

    /// The address at which `login` reaches the database, its password included.
    pub fn database_url(&self, login: Login) -> Result<Redacted<String>, SettingsError> {
        if let Some(url) = self.database.urls.get(&login.to_string()) {
            return Ok(url.clone());
        }
        let Database { host, port, name, .. } = &self.database;
        let password = self.secrets.password(Secret::Database(login))?;
        let password: String = url::form_urlencoded::byte_serialize(password.expose().as_bytes()).collect();
        let password = Redacted::new(password.replace('+', "%20"));
        let url = if host.starts_with('/') {
            let folder: String = url::form_urlencoded::byte_serialize(host.as_bytes()).collect();
            format!("postgres://{login}:{}@localhost:{port}/{name}?host={folder}", password.expose())
        } else {
            format!("postgres://{login}:{}@{host}:{port}/{name}", password.expose())
        };
        Ok(Redacted::new(url))
    }

    /// The NATS user and password of an identity.
    pub fn nats_user(&self, identity: NatsIdentity) -> Result<(String, Redacted<String>), SettingsError> {
        Ok((identity.to_string(), self.secrets.password(Secret::Nats(identity))?))
    }

    /// The NATS user and password of a system of others, `outside_<name>`.
    pub fn outside_user(&self, name: &str) -> Result<(String, Redacted<String>), SettingsError> {
        Ok((format!("outside_{name}"), self.secrets.outside_password(name)?))
    }

    /// Where a service listens.
    pub fn bind(&self, service: Service) -> SocketAddr {
        self.server.bind.get(&service).copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Where services find each other.
    pub fn service_urls(&self) -> ServiceUrls {
        let urls =
            self.server.bind.iter().fold(ServiceUrls::default(), |urls, (service, at)| urls.listening(*service, *at));
        self.server.urls.iter().fold(urls, |urls, (service, url)| urls.with(*service, url.clone()))
    }

    /// The business clock these settings ask for.
    pub fn business_clock(&self) -> BusinessClock {
        match (self.time.mode, self.time.start) {
            (TimeMode::Manual, Some(start)) => BusinessClock::manual(start),
            (TimeMode::Manual | TimeMode::System, _) => BusinessClock::System,
        }
    }
}

/// Lays the file over the defaults. Only when the result cannot be used are its keys tried one by one, to name the line.
fn add_file(merged: &mut Table, name: &str, text: &str) -> Result<(), SettingsError> {
    let file: Table = toml::from_str(text).map_err(|error| SettingsError::Syntax {
        place: place(name, text, error.span().map_or(0, |span| span.start)),
        message: one_line(error.message()),
    })?;
    let before = merged.clone();
    overlay(merged, file.clone());
    if File::deserialize(Value::Table(merged.clone())).is_ok() {
        return Ok(());
    }
    let spans = DeTable::parse(text).map(|table| key_starts(table.get_ref())).unwrap_or_default();
    let mut so_far = before;
    for (path, value) in leaves(&file) {
        put(&mut so_far, &path, value);
        if let Err(error) = File::deserialize(Value::Table(so_far.clone())) {
            let start = spans.iter().find(|(at, _)| *at == path).map_or(0, |(_, start)| *start);
            let (place, key) = (place(name, text, start), path.join("."));
            return Err(SettingsError::Value { place, key, message: one_line(error.message()) });
        }
    }
    Ok(())
}

/// A variable is taken as text where text will do, else as a TOML value (a number, `true`).
fn add_variable(merged: &mut Table, variable: &str, path: &str, value: &str) -> Result<(), SettingsError> {
    let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
    let mut with_text = merged.clone();
    put(&mut with_text, &path, Value::String(value.to_owned()));
    let as_text = File::deserialize(Value::Table(with_text.clone()));
    let Err(error) = as_text else {
        *merged = with_text;
        return Ok(());
    };
    if let Ok(mut parsed) = toml::from_str::<Table>(&format!("v = {value}"))
        && let Some(value) = parsed.remove("v")
    {
        let mut with_value = merged.clone();
        put(&mut with_value, &path, value);
        if File::deserialize(Value::Table(with_value.clone())).is_ok() {
            *merged = with_value;
            return Ok(());
        }
    }
    let (place, key) = (variable.to_owned(), path.join("."));
    Err(SettingsError::Value { place, key, message: one_line(error.message()) })
}

/// `huiyin.<owner>.<…>`: what one owner tells everybody. Wildcards may stand behind the owner only, so that no other lane is meant.
fn is_public(subject: &str) -> bool {
    let tokens: Vec<&str> = subject.split('.').collect();
    let plain = |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let [first, owner, rest @ ..] = tokens.as_slice() else { return false };
    let Some((last, between)) = rest.split_last() else { return false };
    *first == "huiyin"
        && Service::named(owner).is_some()
        && between.iter().all(|token| *token == "*" || plain(token))
        && (matches!(*last, "*" | ">") || plain(last))
}

fn overlay(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => overlay(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn put(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            } else {
                *inner = Value::Table(Table::new());
            }
        }
    }
}

fn leaves(table: &Table) -> Vec<(Vec<String>, Value)> {
    let mut all = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) if !inner.is_empty() => {
                all.extend(leaves(inner).into_iter().map(|(mut path, value)| {
                    path.insert(0, key.clone());
                    (path, value)
                }));
            }
            Value::Table(_)
            | Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => all.push((vec![key.clone()], value.clone())),
        }
    }
    all
}

fn key_starts(table: &DeTable<'_>) -> Vec<(Vec<String>, usize)> {
    let mut all = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().to_string();
        all.push((vec![name.clone()], key.span().start));
        if let Some(inner) = value.get_ref().as_table() {
            all.extend(key_starts(inner).into_iter().map(|(mut path, start)| {
                path.insert(0, name.clone());
                (path, start)
            }));
        }
    }
    all
}

fn place(name: &str, text: &str, start: usize) -> String {
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    format!("{name}:{line}")
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
