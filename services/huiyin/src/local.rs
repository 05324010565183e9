//! A Postgres and a NATS of one's own below a data folder: what `huiyin up`, demonstrations and benchmarks stand on.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use hmac::{Hmac, KeyInit, Mac};
use huiyin_embedded::{EmbeddedNats, EmbeddedPostgres, NatsOptions, PostgresOptions};
use huiyin_kernel::{Redacted, Service};
use huiyin_settings::Settings;
use sha2::Sha256;
use sqlx::{Connection as _, Executor as _};

use crate::SERVICES;

const DATABASE: &str = "huiyin";
const SUPERUSER: &str = "huiyin";

/// Two servers and the settings that lead to them.
#[derive(Debug)]
pub struct LocalServers {
    /// The Postgres.
    pub postgres: EmbeddedPostgres,
    /// The nats-server.
    pub nats: EmbeddedNats,
    /// Settings for services that use them.
    pub settings: Arc<Settings>,
    /// The same as a file, for services in processes of their own and for the operator's commands.
    pub settings_file: PathBuf,
    master: String,
}

/// What differs between a city to look at, a demonstration and a benchmark.
#[derive(Clone, Debug, Default)]
pub struct LocalOptions {
    /// The portal's port, if that is free; otherwise any.
    pub portal_port: Option<u16>,
    /// More settings, as TOML; they win.
    pub settings: String,
    /// Variables in the environment of Postgres.
    pub postgres_environment: Vec<(String, String)>,
    /// Most sessions of Postgres, where the usual number is too few.
    pub postgres_sessions: Option<usize>,
}

impl LocalServers {
    /// Starts both servers, makes the database and brings its tables up to date. Doing it again finds everything again.
    pub async fn start(dir: &Path, options: &LocalOptions) -> anyhow::Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("cannot make the data folder {}", dir.display()))?;
        let dir = &dir.canonicalize().with_context(|| format!("cannot find {}", dir.display()))?;
        let master = master_secret(&dir.join("secrets"))?;
        let fresh = PostgresOptions::new(dir.join("postgres"), SUPERUSER, superuser_password(&master));
        let postgres_options = options
            .postgres_environment
            .iter()
            .fold(fresh, |options, (name, value)| options.with_environment(name, value));
        let postgres_options = options
            .postgres_sessions
            .into_iter()
            .fold(postgres_options, |options, most| options.with_setting("max_connections", most.to_string()));
        let postgres = EmbeddedPostgres::start(postgres_options).await?;
        create_database(&postgres).await?;
        let ports = ports(dir, options.portal_port)?;
        // The users of nats-server come from the settings, and the settings name its port: first without, then with.
        let draft = Settings::from_toml(&settings(dir, postgres.port(), "nats://127.0.0.1:4222", &ports, options)?)?;
        let users = huiyin_runtime::nats_users(&draft)?;
        let nats = EmbeddedNats::start(NatsOptions::new(dir.join("nats"), users)).await?;
        let text = settings(dir, postgres.port(), &nats.url(), &ports, options)?;
        let settings = Arc::new(Settings::from_toml(&text)?);
        let settings_file = dir.join("settings.toml");
        fs::write(&settings_file, text).with_context(|| format!("cannot write {}", settings_file.display()))?;
        huiyin_runtime::migrate(&postgres.admin_url(DATABASE), &settings, &SERVICES)
            .await
            .context("the database was not made ready")?;
        Ok(Self { postgres, nats, settings, settings_file, master })
    }

    /// An address of the database for its administrator, for checks that look across schemas.
    pub fn admin_url(&self) -> String {
        self.postgres.admin_url(DATABASE)
    }

    /// A password that belongs to `label` and to this installation.
    pub fn password(&self, label: &str) -> String {
        self.passwords().of(label)
    }

    /// The passwords of this installation, for those who outlive the borrow of its servers.
    pub fn passwords(&self) -> Passwords {
        Passwords { master: Redacted::new(self.master.clone()) }
    }

    /// Stops both servers.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.nats.stop().await?;
        self.postgres.stop().await?;
        Ok(())
    }
}

/// A password for every label.
#[derive(Clone, Debug)]
pub struct Passwords {
    master: Redacted<String>,
}

impl Passwords {
    /// The password that belongs to `label`.
    pub fn of(&self, label: &str) -> String {
        derive(self.master.expose(), label)[..16].to_owned()
    }
}

fn derive(master: &str, label: &str) -> String {
    let mut mac = <Hmac<Sha256>>::new_from_slice(master.as_bytes()).expect("an HMAC takes any key length");
    mac.update(b"huiyin-local:");
    mac.update(label.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn superuser_password(master: &str) -> String {
    derive(master, "postgres-superuser")
}

/// The master secret of this installation; made on the first start, readable by its owner alone.
fn master_secret(dir: &Path) -> anyhow::Result<String> {
    let path = dir.join("master");
    if let Ok(secret) = fs::read_to_string(&path) {
        if secret.trim().len() < 32 {
            bail!("{} holds fewer than 32 characters: restore it from a backup, or start with --fresh", path.display());
        }
        return Ok(secret.trim().to_owned());
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("no random bytes")?;
    let secret = hex::encode(bytes);
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    fs::write(&path, &secret).with_context(|| format!("cannot write {}", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).context("cannot protect the master secret")?;
    Ok(secret)
}

async fn create_database(postgres: &EmbeddedPostgres) -> anyhow::Result<()> {
    let mut admin =
        sqlx::PgConnection::connect(&postgres.admin_url("postgres")).await.context("Postgres lets nobody in")?;
    let created = admin.execute("create database huiyin").await;
    let there_already =
        matches!(&created, Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P04"));
    if !there_already {
        created.context("the database cannot be created")?;
    }
    admin.close().await.context("the connection to Postgres did not end well")
}

/// Ports below those that the system gives to outgoing connections: such a connection would take the port again before the service
/// listens on it. Where the search begins differs from process to process, so that cities started at once rarely meet.
fn quiet_ports() -> impl Iterator<Item = u16> {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    let start = u16::try_from(std::process::id().wrapping_mul(37) % u32::from(COUNT)).unwrap_or_default();
    (0..COUNT).map(move |step| FIRST + (start + step) % COUNT)
}

/// A port for every service: those of the last start where they are free.
fn ports(dir: &Path, portal: Option<u16>) -> anyhow::Result<Vec<(Service, u16)>> {
    let file = dir.join("ports.toml");
    let remembered: toml::Table = fs::read_to_string(&file).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut taken = Vec::new();
    let mut ports = Vec::new();
    for service in Service::ALL {
        let wish = portal.filter(|_| service == Service::Portal);
        let last = remembered.get(service.name()).and_then(toml::Value::as_integer).and_then(|p| u16::try_from(p).ok());
        let bind = |port: u16| TcpListener::bind(("127.0.0.1", port)).ok();
        let listener = [last, wish].into_iter().flatten().chain(quiet_ports()).find_map(bind);
        let listener = listener.context("no port is free on 127.0.0.1")?;
        ports.push((service, listener.local_addr().context("a port without a number")?.port()));
        taken.push(listener); // held until all are chosen, so that no two services get one
    }
    let lines: Vec<String> = ports.iter().map(|(service, port)| format!("{service} = {port}\n")).collect();
    let text = lines.concat();
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(ports)
}

fn settings(
    dir: &Path,
    postgres_port: u16,
    nats_url: &str,
    ports: &[(Service, u16)],
    options: &LocalOptions,
) -> anyhow::Result<String> {
    let portal = ports.iter().find(|(service, _)| *service == Service::Portal).map_or(8080, |(_, port)| *port);
    let folder = |name: &str| toml::Value::String(dir.join(name).display().to_string());
    let bind: Vec<String> = ports.iter().map(|(service, port)| format!("{service} = \"127.0.0.1:{port}\"\n")).collect();
    let bind = bind.concat();
    let text = format!(
        "[server]\npublic_origin = \"http://127.0.0.1:{portal}\"\n[server.bind]\n{bind}\
         [database]\nport = {postgres_port}\nname = \"{DATABASE}\"\n[nats]\nurl = \"{nats_url}\"\n\
         [smtp]\nhost = \"\"\n[secrets]\nmaster_file = {}\n[files]\nseals = {}\nattachments = {}\n",
        folder("secrets/master"),
        folder("seals"),
        folder("attachments"),
    );
    let mut table: toml::Table = text.parse().context("the settings of this installation")?;
    merge(&mut table, options.settings.parse().context("the additional settings")?);
    Ok(table.to_string())
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}
