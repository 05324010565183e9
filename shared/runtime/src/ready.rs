//! What `/health/ready` tells, and the numbers of the tables.
//!
//! NATS and timers are told of and are no part of readiness: a service whose bus is away takes requests all the same, and what it has to
//! tell waits in its tables. That wait is a metric and an alarm of its own.

use std::time::Duration;

use huiyin_bus::{Bus, BusError};
use huiyin_journal::{Db, DbError, activity, measure_database};
use huiyin_kernel::BusinessClock;
use huiyin_timers::overdue;
use huiyin_web::{Check, Health};
use tokio_util::sync::CancellationToken;

use crate::definition::has_journal;

const EVERY: Duration = Duration::from_secs(5);
/// The database's own state is looked at every so many times.
const SELDOM: u32 = 3;
/// As long as an alarm waits.
const OVERDUE: f64 = 60.0;

/// Looks at a service's parts.
pub(crate) struct Watch {
    pub(crate) api: Db,
    pub(crate) worker: Db,
    pub(crate) bus: Option<Bus>,
    pub(crate) timers: bool,
    pub(crate) clock: BusinessClock,
    pub(crate) health: Health,
}

impl Watch {
    pub(crate) async fn run(self, stop: CancellationToken) {
        // The start goes no further without them.
        self.health.say("migrations", Check::well(true));
        let mut looks = 0_u32;
        loop {
            self.look(looks.is_multiple_of(SELDOM)).await;
            looks = looks.wrapping_add(1);
            tokio::select! {
                () = stop.cancelled() => break,
                () = elapsed() => {}
            }
        }
    }

    async fn look(&self, thoroughly: bool) {
        let database = match self.tables(thoroughly).await {
            Ok(()) => Check::well(true),
            Err(error) => {
                tracing::warn!(service = %self.worker.service(), error = &error as &dyn std::error::Error, "the database does not answer");
                Check::ill(true, "数据库没有应答；恢复后自动就绪", format!("{error}; ready again by itself"))
            }
        };
        let answers = database.ok;
        self.health.say("database", database);
        if let Some(bus) = &self.bus {
            self.health.say("bus", bus_check(&bus.usable()));
        }
        if self.timers && answers && thoroughly {
            self.health.say("timers", self.timers().await);
        }
        let service = self.worker.service().name();
        for (db, login) in [(&self.api, "api"), (&self.worker, "worker")] {
            let (busy, idle) = db.sessions();
            let gauge = |state: &'static str, count: u32| {
                metrics::gauge!("huiyin_database_sessions", "service" => service, "login" => login, "state" => state)
                    .set(f64::from(count));
            };
            gauge("busy", busy);
            gauge("idle", idle);
        }
        for (name, check) in self.health.report().checks.into_iter().filter(|(_, check)| check.needed) {
            metrics::gauge!("huiyin_ready", "service" => service, "check" => name).set(f64::from(u8::from(check.ok)));
        }
    }

    async fn tables(&self, thoroughly: bool) -> Result<(), DbError> {
        if !has_journal(self.worker.service()) {
            return self.worker.ping().await;
        }
        activity(&self.worker).await?;
        if thoroughly && let Err(error) = measure_database(&self.worker).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "the database's own state cannot be seen");
        }
        Ok(())
    }

    async fn timers(&self) -> Check {
        let at = self.clock.is_manual().then(|| self.clock.now());
        match overdue(&self.worker, at).await {
            Ok((_, longest)) if longest <= OVERDUE => Check::well(false),
            Ok((count, longest)) => Check::ill(
                false,
                format!("有 {count} 个期限已到未触发，最久 {longest:.0} 秒"),
                format!("{count} timers are overdue, the first by {longest:.0} s"),
            ),
            Err(error) => Check::ill(false, "期限表读不出", error.to_string()),
        }
    }
}

fn bus_check(usable: &Result<(), BusError>) -> Check {
    match usable {
        Ok(()) => Check::well(false),
        Err(error) => Check::ill(
            false,
            "NATS 不可用；受理照常，事件暂存，恢复后自动送出",
            format!("{error}; requests are served, events wait and are sent later"),
        ),
    }
}

#[expect(clippy::disallowed_methods, reason = "the pause between two looks")]
async fn elapsed() {
    tokio::time::sleep(EVERY).await;
}
