//! `huiyin up`: a whole city on this machine. The first start loads the demonstration city; later starts find it again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use huiyin_kernel::{BusinessClock, Ids, InfraClock, Service};

use super::say;
use super::serve::stop_asked;
use crate::city::City;
use crate::local::{LocalOptions, LocalServers};
use crate::seed;

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Where everything is kept.
    #[arg(long, default_value = "var")]
    data_dir: PathBuf,
    /// Forget the data of earlier starts.
    #[arg(long)]
    fresh: bool,
    /// The port of the pages, if it is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

pub(crate) async fn up(options: Up) -> anyhow::Result<ExitCode> {
    let dir = options.data_dir.join("city");
    if options.fresh && dir.exists() {
        huiyin_embedded::erase(&dir.join("postgres"))?;
        fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    let logs = options.data_dir.join("log");
    fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
    let log = logs.canonicalize().with_context(|| format!("cannot find {}", logs.display()))?.join("huiyin.log");
    let more = format!("[telemetry]\nfile = {}\n", toml::Value::String(log.display().to_string()));
    let local = LocalOptions { portal_port: Some(options.port), settings: more, ..LocalOptions::default() };
    let mut servers = LocalServers::start(&dir, &local).await?;
    let telemetry = huiyin_telemetry::start(&servers.settings.telemetry, "huiyin").context("telemetry cannot start")?;
    let started = City::start(
        Arc::clone(&servers.settings),
        BusinessClock::System,
        InfraClock::System,
        Ids::Random,
        &Service::ALL,
    )
    .await;
    let city = match started {
        Ok(city) => city,
        Err(error) => {
            servers.stop().await?;
            return Err(error);
        }
    };
    let loaded = seed::first_start(&servers, &dir).await;
    if loaded.is_ok() {
        welcome(&servers, &log);
    }
    let ended = match loaded {
        Ok(()) => tokio::select! {
            asked = stop_asked() => asked,
            () = servers.postgres.ended() => Err(anyhow::anyhow!("Postgres ended; see {}", servers.postgres.log().display())),
            () = servers.nats.ended() => Err(anyhow::anyhow!("nats-server ended; see {}", servers.nats.log().display())),
        },
        Err(error) => Err(error.context("the demonstration city could not be loaded")),
    };
    city.stop().await;
    servers.stop().await?;
    telemetry.stop();
    ended.map(|()| ExitCode::SUCCESS)
}

fn welcome(servers: &LocalServers, log: &Path) {
    let origin = &servers.settings.server.public_origin;
    say!("\n回音已启动 Huiyin is running: {origin}");
    say!("工作人员登录 staff sign-in: {origin}staff/sign-in\n");
    say!("{:<28} {:<24} 口令 password", "身份 who", "账号 login");
    for account in seed::ACCOUNTS {
        say!("{:<28} {:<24} {}", account.who, account.login, servers.password(account.login));
    }
    say!("\n日志 log: {}", log.display());
    say!("Ctrl-C 停止，数据保留；script/server --fresh 重新开始。 Ctrl-C stops, data stays; --fresh begins again.");
}
