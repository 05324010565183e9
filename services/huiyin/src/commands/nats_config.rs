//! `huiyin nats-config`: users and permissions for nats-server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use huiyin_settings::Settings;

use super::say;

#[derive(Debug, Args)]
pub(crate) struct NatsConfig {
    /// Write it there instead of to standard output: it holds passwords.
    #[arg(long)]
    output: Option<PathBuf>,
}

pub(crate) fn nats_config(settings: Option<&Path>, options: NatsConfig) -> anyhow::Result<ExitCode> {
    let users = huiyin_runtime::nats_users(&Settings::load(settings)?)?;
    if let Some(file) = options.output {
        fs::write(&file, users).with_context(|| format!("cannot write {}", file.display()))?;
    } else {
        say!("{users}");
    }
    Ok(ExitCode::SUCCESS)
}
