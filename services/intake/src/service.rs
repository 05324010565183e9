use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use async_trait::async_trait;
use huiyin_calendar::Calendar;
use huiyin_contracts::Audience;
use huiyin_journal::{BoxError, Consumer, Mode};
use huiyin_kernel::Service;
use huiyin_policy::PackLibrary;
use huiyin_runtime::{Definition, Parts, Reconciler, Runtime, Task};

use crate::{
    MIGRATOR,
    app::{self, Context, HandOverWatchdog, HearCases, HearDirectory, Rewrap, SignTexts, WRITERS, WatchAgain},
    config::Config,
    http::{self, HttpState},
    vault::Vault,
};

/// Intake (来件登记).
#[derive(Clone, Copy, Debug)]
pub struct Intake;

#[async_trait]
impl Definition for Intake {
    fn service(&self) -> Service {
        Service::Intake
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let settings = &runtime.settings;
        // One more than there are writers: an import takes a session too.
        let inserter = runtime.writer(WRITERS + 1).await?;
        let folder = &settings.files.policies;
        let packs = if folder.is_dir() { PackLibrary::load(folder) } else { Ok(PackLibrary::bundled()) };
        let calendar = Calendar::of_policies(folder);
        let context = Arc::new(Context::new(
            runtime.api.clone(),
            runtime.worker.clone(),
            inserter,
            runtime.clock.clone(),
            runtime.ids.clone(),
            Vault::from_secrets(&settings.secrets)?,
            packs.context("the policy packs cannot be read")?,
            calendar.context("the calendars cannot be read")?,
            runtime.http.clone(),
        ));
        let state = HttpState::new(context.clone(), Config::new(&settings.limits));
        Ok(Parts {
            router: http::router(state),
            consumers: vec![
                Consumer {
                    name: "intake__casework",
                    owner: Service::Casework,
                    audience: Audience::Public,
                    mode: Mode::Snapshot,
                    handler: Arc::new(HearCases(context.clone())),
                },
                Consumer {
                    name: "intake__directory",
                    owner: Service::Directory,
                    audience: Audience::Public,
                    mode: Mode::Snapshot,
                    handler: Arc::new(HearDirectory),
                },
            ],
            timers: Some(Arc::new(HandOverWatchdog(context.clone()))),
            tasks: vec![
                Task {
                    name: "intake_rewrap_keys",
                    every: Duration::from_mins(10),
                    wake: None,
                    run: Arc::new(Rewrap(context.clone())),
                },
                Task {
                    name: "intake_sign_texts",
                    every: Duration::from_secs(5),
                    wake: None,
                    run: Arc::new(SignTexts(context.clone())),
                },
                Task {
                    name: "intake_timer_audit",
                    every: Duration::from_mins(2),
                    wake: None,
                    run: Arc::new(WatchAgain(context.clone())),
                },
                Task {
                    name: "intake_watch_alarms",
                    every: Duration::from_secs(15),
                    wake: None,
                    run: Arc::new(WatchAlarms(context)),
                },
            ],
            ..Parts::default()
        })
    }
}

/// Shows the open alarms as a metric and in the log. An alarm does not make the service unready: it goes on taking petitions in.
#[derive(Debug)]
struct WatchAlarms(Arc<Context>);

#[async_trait]
impl Reconciler for WatchAlarms {
    async fn run(&self) -> Result<usize, BoxError> {
        let open = app::open_alarms(&self.0).await?;
        metrics::gauge!("huiyin_intake_not_handed_over").set(open.not_handed_over as f64);
        metrics::gauge!("huiyin_intake_erasures_unconfirmed").set(open.unconfirmed_erasures as f64);
        if open.not_handed_over > 0 {
            tracing::error!(open = open.not_handed_over, "petitions wait for a case beyond their time");
        }
        Ok(0)
    }
}
