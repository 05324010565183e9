//! `huiyin incarnation`: after a restore from a backup, before the service starts.

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use huiyin_journal::Operator;
use huiyin_kernel::Service;
use huiyin_settings::Settings;

use super::operator::{self, Signed};
use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum Incarnation {
    /// Says that a service's database was restored, so that others notice where it tells something anew. 声明该服务从备份恢复过。
    Raise {
        /// Which was restored. 恢复了哪个服务。
        #[arg(long, value_parser = operator::service)]
        service: Service,
        #[command(flatten)]
        signed: Signed,
    },
}

pub(crate) async fn incarnation(settings: Option<&Path>, command: Incarnation) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    let Incarnation::Raise { service, signed } = command;
    let (name, reason) = signed.read()?;
    let worker = operator::worker(&settings, service).await?;
    let number = Operator::new(&worker, name, reason).raise_incarnation().await?;
    say!("{service} 现为第 {number} 世代，可以启动。 {service} is now in incarnation {number}; it may start.");
    Ok(ExitCode::SUCCESS)
}
