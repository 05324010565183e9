//! `huiyin all`, `huiyin intake`, …: runs services against the servers named in the settings until told to stop.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use huiyin_kernel::{Ids, InfraClock, Service};
use huiyin_settings::Settings;

use super::say;
use crate::city::City;

pub(crate) async fn serve(settings: Option<&Path>, services: Vec<Service>) -> anyhow::Result<ExitCode> {
    let settings = Arc::new(Settings::load(settings)?);
    let name = if let [service] = services.as_slice() { service.name() } else { "huiyin" };
    let telemetry = huiyin_telemetry::start(&settings.telemetry, name).context("telemetry cannot start")?;
    let clock = settings.business_clock();
    let city = City::start(Arc::clone(&settings), clock, InfraClock::System, Ids::Random, &services).await?;
    for (service, address) in city.addresses() {
        say!("{service} http://{address}");
    }
    let ended = tokio::select! {
        asked = stop_asked() => asked,
        service = city.hopeless() => {
            Err(anyhow::anyhow!("{service} hears nothing though there is something to hear; please start it again"))
        }
    };
    city.stop().await;
    telemetry.stop();
    ended.map(|()| ExitCode::SUCCESS)
}

/// Returns when the process is asked to end (Ctrl-C, SIGTERM).
pub(crate) async fn stop_asked() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result.context("cannot listen for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}
