//! Several services in one process: `huiyin all`, `huiyin up`, demonstrations and end-to-end tests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use futures::future::{join_all, select_all, try_join_all};
use huiyin_journal::Activity;
use huiyin_kernel::{BusinessClock, Ids, InfraClock, Service};
use huiyin_runtime::{Running, Shared};
use huiyin_settings::Settings;

use crate::SERVICES;

/// Running services.
#[derive(Debug)]
pub struct City {
    running: Vec<(Service, Running)>,
}

impl City {
    /// Starts `services`, in the order of [`SERVICES`]. When one cannot start, those already started are stopped.
    pub async fn start(
        settings: Arc<Settings>,
        clock: BusinessClock,
        infra: InfraClock,
        ids: Ids,
        services: &[Service],
    ) -> anyhow::Result<Self> {
        let mut city = Self { running: Vec::new() };
        for definition in SERVICES.into_iter().filter(|d| services.contains(&d.service())) {
            let service = definition.service();
            let shared = Shared {
                settings: Arc::clone(&settings),
                clock: clock.clone(),
                infra: infra.clone(),
                ids: ids.clone(),
            };
            match Box::pin(huiyin_runtime::start(definition, shared)).await {
                Ok(running) => city.running.push((service, running)),
                Err(error) => {
                    city.stop().await;
                    return Err(error).with_context(|| format!("{service} cannot start"));
                }
            }
        }
        Ok(city)
    }

    /// Where each service listens.
    pub fn addresses(&self) -> impl Iterator<Item = (Service, SocketAddr)> + '_ {
        self.running.iter().map(|(service, running)| (*service, running.address))
    }

    /// Returns when a service can only be helped by a new process.
    pub async fn hopeless(&self) -> Service {
        let each = self.running.iter().map(|(service, running)| {
            Box::pin(async move {
                running.hopeless().await;
                *service
            })
        });
        select_all(each).await.0
    }

    /// What is still under way, in all services together.
    pub async fn activity(&self) -> anyhow::Result<Activity> {
        let each = self.running.iter().map(|(service, running)| async move {
            running.activity().await.with_context(|| format!("{service} cannot say what it is doing"))
        });
        let mut all = Activity::default();
        for activity in try_join_all(each).await? {
            all += activity;
        }
        Ok(all)
    }

    /// The next business instant at which anything is due.
    pub async fn next_due(&self) -> anyhow::Result<Option<DateTime<Utc>>> {
        let each = try_join_all(self.running.iter().map(|(_, running)| running.next_due())).await?;
        Ok(each.into_iter().flatten().min())
    }

    /// Waits until nothing is pending, waiting, undelivered or unacknowledged anywhere; answers what is left (parked events).
    pub async fn quiet(&self, patience: Duration) -> anyhow::Result<Activity> {
        let settled = async {
            let mut calm = 0;
            loop {
                // A service that cannot say (its streams are being made, a server comes back) is not at rest.
                let quiet = self.activity().await.ok().filter(Activity::is_quiet);
                calm = if quiet.is_some() { calm + 1 } else { 0 };
                // Twice in a row: an effect may begin between two looks at two services.
                if let (2, Some(activity)) = (calm, quiet) {
                    return activity;
                }
                pause().await;
            }
        };
        match tokio::time::timeout(patience, settled).await {
            Ok(activity) => Ok(activity),
            Err(_) => anyhow::bail!("the city did not come to rest within {patience:?}: {:?}", self.activity().await?),
        }
    }

    /// Fires what is due and runs every task now, without waiting for the next poll; answers how much was done.
    pub async fn work(&mut self) -> anyhow::Result<usize> {
        let each = self.running.iter_mut().map(|(service, running)| async move {
            running.work().await.with_context(|| format!("{service} fails at its work"))
        });
        Ok(try_join_all(each).await?.into_iter().sum())
    }

    /// Stops all services at once: each bears that another has already gone, as it bears a failed one.
    pub async fn stop(self) {
        join_all(self.running.into_iter().map(|(_, running)| running.stop())).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a pause between two looks, in machine time; nothing is decided by it")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}
