//! `huiyin health`: a question to a service on this machine, where it listens by the settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use huiyin_kernel::Service;
use huiyin_settings::Settings;

use super::say;

const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Debug, Args)]
pub(crate) struct Health {
    /// Which service.
    #[arg(value_parser = service)]
    service: Service,
    /// Only whether the process answers, not whether it can do its work.
    #[arg(long)]
    live: bool,
}

fn service(name: &str) -> Result<Service, String> {
    let known = || Service::ALL.map(Service::name).join(", ");
    Service::named(name).ok_or_else(|| format!("no such service; one of {}", known()))
}

pub(crate) async fn health(settings: Option<&Path>, health: &Health) -> anyhow::Result<ExitCode> {
    let address = reachable(Settings::load(settings)?.bind(health.service));
    let url = format!("http://{address}/health/{}", if health.live { "live" } else { "ready" });
    #[expect(clippy::disallowed_methods, reason = "one question to this machine, as a stranger would ask it")]
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().context("no HTTP client")?;
    let answer = client.get(&url).send().await.with_context(|| format!("{} does not answer", health.service))?;
    let status = answer.status();
    say!("{} {status} {}", health.service, answer.text().await.unwrap_or_default());
    Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A service that listens everywhere is asked on the loopback.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        let asked = |bind: &str| reachable(bind.parse().expect("an address")).to_string();
        assert_eq!(asked("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(asked("[::]:8080"), "[::1]:8080");
        assert_eq!(asked("10.1.2.3:8080"), "10.1.2.3:8080");
    }
}
