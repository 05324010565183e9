//! The city itself: servers, processes, districts and staff.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use huiyin::local::{LocalOptions, LocalServers};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually, not_yet, scratch_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::officers::{Officer, sign_in};
use super::process::Process;

/// The streets of the city and the pack each one works under.
pub(crate) const STREETS: [(&str, &str); 2] = [("990101001", "street-office"), ("990101002", "wuhan")];

/// One district, two streets, a handful of staff. All invented; no province has the code 99.
const CITY: &str = include_str!("city.toml");
const ADMINISTRATOR: &str = "city-xfj.admin";

/// What differs between tests.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestCityOptions {
    /// More settings, as TOML.
    pub(crate) settings: String,
}

/// A running city. Everything ends with it.
#[derive(Debug)]
pub(crate) struct TestCity {
    /// The two servers.
    pub(crate) servers: LocalServers,
    processes: BTreeMap<Service, Process>,
    twins: Vec<Process>,
    dir: TempDir,
}

impl TestCity {
    /// Servers, tables, districts, staff and all services but the portal, which holds no data.
    pub(crate) async fn start(options: TestCityOptions) -> Result<Self> {
        let dir = scratch_dir()?;
        let local = LocalOptions { settings: options.settings, ..LocalOptions::default() };
        let servers = LocalServers::start(&dir.path().join("city"), &local).await?;
        let mut city = Self { servers, processes: BTreeMap::new(), twins: Vec::new(), dir };
        let password = city.password(ADMINISTRATOR);
        huiyin::founding::found(&city.servers.settings, CITY, ADMINISTRATOR, password).await?;
        let start = |service| {
            let (address, log) = (city.address(service), city.log(service.name()));
            let settings = city.servers.settings_file.clone();
            async move { Ok::<_, anyhow::Error>((service, Process::start(service, address, &settings, log).await?)) }
        };
        let started = futures::future::try_join_all(Self::services().map(start)).await?;
        city.processes = started.into_iter().collect();
        city.open().await?;
        Ok(city)
    }

    /// Starts the portal too.
    pub(crate) async fn open_portal(&mut self) -> Result<()> {
        let (service, log) = (Service::Portal, self.log("portal"));
        let settings = self.servers.settings_file.clone();
        let process = Process::start(service, self.address(service), &settings, log).await?;
        self.processes.insert(service, process);
        Ok(())
    }

    /// Every service that keeps something.
    pub(crate) fn services() -> impl Iterator<Item = Service> {
        Service::ALL.into_iter().filter(|service| *service != Service::Portal)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.dir.path().join(format!("{name}.log"))
    }

    fn address(&self, service: Service) -> String {
        self.servers.settings.bind(service).to_string()
    }

    /// The address of an endpoint.
    pub(crate) fn url(&self, service: Service, path: &str) -> String {
        format!("http://{}{path}", self.address(service))
    }

    /// The password of a login.
    pub(crate) fn password(&self, login: &str) -> String {
        self.servers.password(login)
    }

    /// A service's process.
    pub(crate) fn process(&mut self, service: Service) -> Result<&mut Process> {
        self.processes.get_mut(&service).with_context(|| format!("{service} was not started"))
    }

    /// Starts a service a second time, by mistake: same database, same NATS, another port.
    pub(crate) async fn start_twin(&mut self, service: Service) -> Result<()> {
        let address = {
            let free = std::net::TcpListener::bind("127.0.0.1:0")?;
            free.local_addr()?.to_string()
        };
        let mut settings: toml::Table = std::fs::read_to_string(&self.servers.settings_file)?.parse()?;
        let bind =
            settings.get_mut("server").and_then(|server| server.get_mut("bind")).and_then(toml::Value::as_table_mut);
        bind.context("[server.bind]")?.insert(service.name().to_owned(), address.clone().into());
        let name = format!("{service}-{}", self.twins.len());
        let file = self.dir.path().join(format!("{name}.toml"));
        std::fs::write(&file, settings.to_string())?;
        let twin = Process::start(service, address, &file, self.log(&name)).await?;
        self.twins.push(twin);
        Ok(())
    }

    /// Stops what [`start_twin`](Self::start_twin) started.
    pub(crate) async fn kill_twins(&mut self) -> Result<()> {
        for mut twin in self.twins.drain(..) {
            twin.kill().await?;
        }
        Ok(())
    }

    /// The last lines of every service's log, for the report of a failure.
    pub(crate) fn last_words(&self) -> String {
        let words = self.processes.iter().map(|(service, process)| format!("-- {service}\n{}\n", process.last_words()));
        words.collect()
    }

    /// Gives everybody a password and waits until intake serves both streets.
    async fn open(&self) -> Result<()> {
        let administrator = sign_in(self, ADMINISTRATOR).await?;
        let staff = administrator.list(Service::Directory, "/staff?limit=100").await?;
        for member in &staff {
            let (id, login) =
                (member["staff_id"].as_str().context("an id")?, member["login"].as_str().context("a login")?);
            if login != ADMINISTRATOR {
                let body = json!({ "password": self.password(login) });
                administrator.post(Service::Directory, &format!("/staff/{id}/password"), &body).await?;
            }
        }
        for service in [Service::Intake, Service::Casework, Service::Notification, Service::Ledger] {
            eventually(|| async {
                let ready = super::browser()?.get(self.url(service, "/health/ready")).send().await?;
                if ready.status().is_success() {
                    Ok(())
                } else {
                    Err(not_yet(format!("{service}: {}", ready.text().await?)))
                }
            })
            .await
            .with_context(|| self.last_words())?;
        }
        Ok(())
    }

    /// A clerk's answer to a query, for checks that need no page.
    pub(crate) async fn officer(&self, login: &str) -> Result<Officer<'_>> {
        sign_in(self, login).await
    }

    /// A problem in the answer is an error with the whole answer in it.
    pub(crate) async fn answer(response: reqwest::Response) -> Result<Value> {
        let (status, url) = (response.status(), response.url().path().to_owned());
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{url} answers {status}: {text}");
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).with_context(|| format!("{url} answers {text}"))
    }
}
