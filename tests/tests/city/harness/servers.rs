//! The city itself: servers, processes, districts and staff.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use huiyin::local::{LocalOptions, LocalServers};
use huiyin_kernel::Service;
use huiyin_testkit::{eventually, not_yet, scratch_dir};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::citizens::Petition;
use super::clocks::Clocks;
use super::officers::{Officer, sign_in};
use super::process::{Process, huiyin};
use super::roads::Roads;

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
    /// The services reach their servers by proxies.
    pub(crate) roads: bool,
    /// The clocks of the services and of Postgres can be set.
    pub(crate) clocks: bool,
    /// What the services are, when not the program of this tree.
    pub(crate) program: Option<PathBuf>,
}

/// A running city. Everything ends with it.
#[derive(Debug)]
pub(crate) struct TestCity {
    /// The two servers.
    pub(crate) servers: LocalServers,
    /// Every petition that was answered with a number so far.
    pub(crate) answered: Vec<Petition>,
    /// What chance begins with.
    pub(crate) seed: u64,
    /// Lived through so far, of all faults.
    pub(crate) rounds: u64,
    roads: Option<Roads>,
    clocks: Option<Clocks>,
    /// What the services read.
    settings_file: PathBuf,
    processes: BTreeMap<Service, Process>,
    twins: Vec<Process>,
    dir: TempDir,
}

impl TestCity {
    /// Servers, tables, districts, staff and all services but the portal, which holds no data.
    pub(crate) async fn start(options: TestCityOptions) -> Result<Self> {
        let dir = scratch_dir()?;
        let clocks = if options.clocks { Some(Clocks::below(dir.path())?) } else { None };
        let postgres_environment = clocks.as_ref().map_or(Ok(Vec::new()), |clocks| clocks.environment("postgres"))?;
        let local = LocalOptions { settings: options.settings, postgres_environment, ..LocalOptions::default() };
        let servers = LocalServers::start(&dir.path().join("city"), &local).await?;
        let roads = if options.roads { Some(Roads::before(&servers).await?) } else { None };
        let mut settings_file = servers.settings_file.clone();
        if let Some(roads) = &roads {
            let detour = roads.settings(&std::fs::read_to_string(&settings_file)?)?;
            settings_file.set_file_name("settings-by-roads.toml");
            std::fs::write(&settings_file, detour)?;
        }
        let mut city = Self {
            servers,
            answered: Vec::new(),
            seed: huiyin_testkit::seed(),
            rounds: 0,
            roads,
            clocks,
            settings_file,
            processes: BTreeMap::new(),
            twins: Vec::new(),
            dir,
        };
        let password = city.password(ADMINISTRATOR);
        Box::pin(huiyin::founding::found(&city.servers.settings, CITY, ADMINISTRATOR, password)).await?;
        let start = |service| {
            let (address, log) = (city.address(service), city.log(service.name()));
            let (settings, clocks) = (city.settings_file.clone(), city.clocks.clone());
            let program = options.program.clone().map_or_else(huiyin, Ok);
            async move {
                let environment = clocks.map_or(Ok(Vec::new()), |clocks| clocks.environment(service.name()))?;
                let process = Process::start(service, program?, address, &settings, log, environment).await?;
                anyhow::Ok((service, process))
            }
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
        let process = Process::start(service, huiyin()?, self.address(service), &settings, log, Vec::new()).await?;
        self.processes.insert(service, process);
        Ok(())
    }

    /// Every service that keeps something.
    pub(crate) fn services() -> impl Iterator<Item = Service> {
        Service::ALL.into_iter().filter(|service| *service != Service::Portal)
    }

    /// The folder that everything of the city stands in: servers, settings, logs.
    pub(crate) fn dir(&self) -> &std::path::Path {
        self.dir.path()
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

    /// The roads of a city that was started with them.
    pub(crate) fn roads(&self) -> Result<&Roads> {
        self.roads.as_ref().context("this city was started without proxies")
    }

    /// The clocks of a city that was started with them.
    pub(crate) fn clocks(&self) -> Result<&Clocks> {
        self.clocks.as_ref().context("this city was started with true clocks")
    }

    /// One number a service measures, summed over its labels; none when it has not measured it yet.
    pub(crate) async fn measured(&self, service: Service, metric: &str) -> Result<Option<f64>> {
        let text = super::browser()?.get(self.url(service, "/metrics")).send().await?.text().await?;
        let of = |line: &str| {
            let rest = line.strip_prefix(metric)?;
            rest.starts_with(['{', ' ']).then(|| rest.rsplit(' ').next()?.parse::<f64>().ok()).flatten()
        };
        Ok(text.lines().filter_map(of).reduce(|sum, value| sum + value))
    }

    /// Starts a service a second time, by mistake: same database, same NATS, another port.
    pub(crate) async fn start_twin(&mut self, service: Service) -> Result<()> {
        let address = {
            let free = std::net::TcpListener::bind("127.0.0.1:0")?;
            free.local_addr()?.to_string()
        };
        let mut settings: toml::Table = std::fs::read_to_string(&self.settings_file)?.parse()?;
        let bind =
            settings.get_mut("server").and_then(|server| server.get_mut("bind")).and_then(toml::Value::as_table_mut);
        bind.context("[server.bind]")?.insert(service.name().to_owned(), address.clone().into());
        let name = format!("{service}-{}", self.twins.len());
        let file = self.dir.path().join(format!("{name}.toml"));
        std::fs::write(&file, settings.to_string())?;
        let twin = Process::start(service, huiyin()?, address, &file, self.log(&name), Vec::new()).await?;
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

    /// The same in good order: each ends what it has begun.
    pub(crate) async fn stop_twins(&mut self) -> Result<()> {
        for mut twin in self.twins.drain(..) {
            twin.stop().await?;
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
