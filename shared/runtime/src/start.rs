//! Starting a service.
//!
//! The database must be there and its migrations applied, else the start fails with one clear line. NATS need not be: its loops wait
//! for it.

use std::net::SocketAddr;
use std::sync::Arc;

use huiyin_authz::{ServiceCredential, StaffKeys};
use huiyin_bus::{
    Bus, BusError, BusOptions, ConsumerSpec, StreamLimits, Subscription, Topology, durable_name, may_hear, owns_stream,
    stream_name,
};
use huiyin_journal::{
    Consumer, ConsumerLoop, Db, DbError, HttpSource, Inbox, PoolOptions, Relay, Repair, Sealer, Wakes, internal_router,
};
use huiyin_kernel::{BusinessClock, Ids, InfraClock, Service};
use huiyin_settings::{Login, LoginKind, NatsIdentity, Secret, Settings, SettingsError};
use huiyin_timers::TimerRunner;
use huiyin_web::{Client, Face, Health, KitState, kit, listen};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::definition::has_journal;
use crate::nats_users::outside_users;
use crate::ready::Watch;
use crate::supervise::supervise;
use crate::tasks::Runner;
use crate::{Definition, Parts, Running, Runtime};

/// What the services of one process share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// All settings.
    pub settings: Arc<Settings>,
    /// Deadlines, sessions, reports.
    pub clock: BusinessClock,
    /// Tokens, retries, acknowledgements.
    pub infra: InfraClock,
    /// Identifiers.
    pub ids: Ids,
}

/// A service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A secret or address is missing.
    #[error("{service} cannot start: the settings are incomplete")]
    Settings {
        /// Which service.
        service: Service,
        /// What is missing.
        #[source]
        source: SettingsError,
    },
    /// No database.
    #[error("{service} cannot start: {login} cannot use the database")]
    Database {
        /// Which service.
        service: Service,
        /// Which login.
        login: Login,
        /// Why.
        #[source]
        source: DbError,
    },
    /// The tables are older than the program.
    #[error("{service} cannot start: its tables lack migration {missing}; please run `huiyin migrate`")]
    NotMigrated {
        /// Which service.
        service: Service,
        /// The first one missing.
        missing: i64,
    },
    /// The bus' address is wrong.
    #[error("{service} cannot start: the NATS address is wrong")]
    Bus {
        /// Which service.
        service: Service,
        /// Why.
        #[source]
        source: BusError,
    },
    /// The address to listen on is taken.
    #[error("{service} cannot start: it cannot listen on {address}")]
    Listen {
        /// Which service.
        service: Service,
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A consumer is named otherwise than its permissions.
    #[error("{service} cannot start: its consumer {found} must be named {wanted}")]
    ConsumerName {
        /// Which service.
        service: Service,
        /// As it is.
        found: &'static str,
        /// As it must be.
        wanted: String,
    },
    /// A consumer listens to what the service may not hear, or to what nobody tells.
    #[error("{service} cannot start: {consumer} listens to what it may not hear, or to nobody")]
    ConsumerAudience {
        /// Which service.
        service: Service,
        /// Which consumer.
        consumer: &'static str,
    },
    /// Its parts could not be built.
    #[error("{service} cannot start")]
    Build {
        /// Which service.
        service: Service,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Starts a service.
pub async fn start(definition: &dyn Definition, shared: Shared) -> Result<Running, StartError> {
    let service = definition.service();
    let starting = Starting { service, shared };
    let wakes = Wakes::default();
    let connections = starting.shared.settings.database.connections;
    let api = starting.database(LoginKind::Api, connections.api, &wakes).await?;
    let worker = starting.database(LoginKind::Worker, connections.worker, &wakes).await?;
    check_migrations(definition, &worker).await?;
    let credential =
        ServiceCredential::new(&starting.settings(starting.shared.settings.secrets.key(Secret::InternalToken))?);
    let urls = starting.shared.settings.service_urls();
    let runtime = Arc::new(Runtime {
        service,
        settings: Arc::clone(&starting.shared.settings),
        clock: starting.shared.clock.clone(),
        infra: starting.shared.infra.clone(),
        ids: starting.shared.ids.clone(),
        http: Client::new(service, credential.clone(), starting.shared.infra.clone(), urls.clone()),
        urls,
        staff_keys: StaffKeys::default(),
        credential,
        health: Health::default(),
        wakes,
        api,
        worker,
    });
    let parts = definition
        .build(Arc::clone(&runtime))
        .await
        .map_err(|source| StartError::Build { service, source: source.into() })?;
    for consumer in &parts.consumers {
        check_consumer(service, consumer)?;
    }
    starting.run(&runtime, parts).await
}

struct Starting {
    service: Service,
    shared: Shared,
}

impl Starting {
    fn settings<T>(&self, result: Result<T, SettingsError>) -> Result<T, StartError> {
        result.map_err(|source| StartError::Settings { service: self.service, source })
    }

    async fn database(&self, kind: LoginKind, max: u32, wakes: &Wakes) -> Result<Db, StartError> {
        let login = Login::new(self.service, kind);
        let url = self.settings(self.shared.settings.database_url(login))?;
        let options = PoolOptions { max, wakes: wakes.clone(), ..PoolOptions::default() };
        Db::connect(url.expose(), self.service, options).await.map_err(|source| StartError::Database {
            service: self.service,
            login,
            source,
        })
    }

    async fn bus(&self, identity: NatsIdentity) -> Result<Bus, StartError> {
        let (user, password) = self.settings(self.shared.settings.nats_user(identity))?;
        let url = self.shared.settings.nats.url.clone();
        Bus::connect(BusOptions { url, identity: user, password: Some(password) })
            .await
            .map_err(|source| StartError::Bus { service: self.service, source })
    }

    async fn run(&self, runtime: &Arc<Runtime>, parts: Parts) -> Result<Running, StartError> {
        let service = self.service;
        let (stop_http, stop_loops) = (CancellationToken::new(), CancellationToken::new());
        let hopeless = CancellationToken::new();
        let (http, loops) = (TaskTracker::new(), TaskTracker::new());
        let address = self.shared.settings.bind(service);
        let listen = |source| StartError::Listen { service, address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (buses, subscriptions) = self.run_bus(runtime, &parts.consumers, (&stop_loops, &hopeless), &loops).await?;
        let timers = parts.timers.map(|handler| {
            let make = {
                let (worker, clock, infra) = (runtime.worker.clone(), runtime.clock.clone(), runtime.infra.clone());
                move || TimerRunner::new(worker.clone(), Arc::clone(&handler), clock.clone(), infra.clone())
            };
            let by_hand = make();
            supervise(&loops, &stop_loops, format!("{service} timers"), move |stop| make().run(stop));
            by_hand
        });
        let tasks: Arc<Vec<Runner>> =
            Arc::new(parts.tasks.into_iter().map(|task| Runner::new(service, task)).collect());
        for runner in tasks.iter().cloned() {
            supervise(&loops, &stop_loops, format!("{service} {}", runner.task.name), move |stop| {
                runner.clone().run(stop)
            });
        }
        let (watched, bus, has_timers) = (Arc::clone(runtime), buses.first().cloned(), timers.is_some());
        supervise(&loops, &stop_loops, format!("{service} health"), move |stop| {
            let watch = Watch {
                api: watched.api.clone(),
                worker: watched.worker.clone(),
                bus: bus.clone(),
                timers: has_timers,
                clock: watched.clock.clone(),
                health: watched.health.clone(),
            };
            watch.run(stop)
        });
        serve(runtime, parts.router, parts.face, listener, &stop_http, &http);
        tracing::info!(%service, %address, "started");
        let (api, worker) = (runtime.api.clone(), runtime.worker.clone());
        Ok(Running {
            service,
            address,
            api,
            worker,
            buses,
            subscriptions,
            timers,
            tasks,
            hopeless,
            stop_http,
            stop_loops,
            http,
            loops,
        })
    }

    /// Relay, consumers, repair roads and seals.
    async fn run_bus(
        &self,
        runtime: &Runtime,
        consumers: &[Consumer],
        (stop, hopeless): (&CancellationToken, &CancellationToken),
        loops: &TaskTracker,
    ) -> Result<(Vec<Bus>, Vec<Subscription>), StartError> {
        let service = self.service;
        if !has_journal(service) {
            return Ok((Vec::new(), Vec::new()));
        }
        let bus = self.bus(NatsIdentity::Service(service)).await?;
        let nats = &self.shared.settings.nats;
        let limits =
            StreamLimits { max_bytes: nats.stream_bytes, replicas: nats.replicas.max(1), ..StreamLimits::default() };
        let outside = self.settings(outside_users(&self.shared.settings))?.into_iter().flat_map(|user| user.durables);
        let topology = Topology::new(self.bus(NatsIdentity::Topology).await?, limits).with_outside(outside.collect());
        let worker = runtime.worker.clone();
        {
            let (worker, bus, topology) = (worker.clone(), bus.clone(), topology.clone());
            supervise(loops, stop, format!("{service} relay"), move |stop| {
                Relay::new(worker.clone(), bus.clone(), topology.clone()).run(stop)
            });
        }
        let sealer = Sealer::new(worker.clone(), &runtime.settings.files.seals);
        supervise(loops, stop, format!("{service} sealer"), move |stop| sealer.clone().run(stop));
        let mut subscriptions = Vec::new();
        for consumer in consumers {
            let inbox = Inbox::new(worker.clone(), consumer.clone());
            // What an older release could not do, this one may.
            if let Err(error) = inbox.retry_parked().await {
                tracing::warn!(%service, consumer = consumer.name, error = &error as &dyn std::error::Error, "parked events are not tried again");
            }
            let source = Arc::new(HttpSource::new(runtime.http.clone(), consumer.owner));
            let (heard, listened, keeper, hopeless) = (inbox.clone(), bus.clone(), topology.clone(), hopeless.clone());
            supervise(loops, stop, format!("{} consumer", consumer.name), move |stop| {
                let consumer = ConsumerLoop::new(heard.clone(), listened.clone(), keeper.clone());
                consumer.giving_up(hopeless.clone()).run(stop)
            });
            let bus_for_repair = bus.clone();
            supervise(loops, stop, format!("{} repair", consumer.name), move |stop| {
                Repair::new(inbox.clone(), Arc::<HttpSource>::clone(&source)).run(bus_for_repair.clone(), stop)
            });
            let spec = ConsumerSpec {
                stream: stream_name(consumer.owner, consumer.audience),
                durable: durable_name(service, consumer.owner, consumer.audience),
            };
            subscriptions.push(Subscription::new(bus.clone(), spec));
        }
        Ok((vec![bus, topology.bus().clone()], subscriptions))
    }
}

fn serve(
    runtime: &Runtime,
    router: axum::Router,
    face: Option<Face>,
    listener: TcpListener,
    stop: &CancellationToken,
    tracker: &TaskTracker,
) {
    let service = runtime.service;
    let router = if has_journal(service) { router.merge(internal_router(runtime.worker.clone())) } else { router };
    let mut state = KitState::new(
        service,
        runtime.settings.limits,
        runtime.infra.clone(),
        runtime.staff_keys.clone(),
        runtime.credential.clone(),
        (service != Service::Directory).then(|| runtime.http.clone()),
        runtime.health.clone(),
    )
    .trusting(&runtime.settings.server.trusted_proxies);
    state.face = face;
    tracker.spawn(listen(listener, kit(router, state), runtime.settings.limits, stop.clone()));
}

async fn check_migrations(definition: &dyn Definition, worker: &Db) -> Result<(), StartError> {
    let service = definition.service();
    let applied = worker.applied_migrations().await.map_err(|source| StartError::Database {
        service,
        login: Login::new(service, LoginKind::Worker),
        source,
    })?;
    let lacking = definition
        .migrator()
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
        .find(|migration| !applied.contains(&migration.version));
    match lacking {
        Some(migration) => Err(StartError::NotMigrated { service, missing: migration.version }),
        None => Ok(()),
    }
}

fn check_consumer(service: Service, consumer: &Consumer) -> Result<(), StartError> {
    let wanted = durable_name(service, consumer.owner, consumer.audience);
    if consumer.name != wanted {
        return Err(StartError::ConsumerName { service, found: consumer.name, wanted });
    }
    if !may_hear(service, consumer.audience) || !owns_stream(consumer.owner, consumer.audience) {
        return Err(StartError::ConsumerAudience { service, consumer: consumer.name });
    }
    Ok(())
}
