//! `huiyin nats-config`: users and permissions for nats-server.

use std::path::Path;
use std::process::ExitCode;

use huiyin_settings::Settings;

use super::say;

pub(crate) fn nats_config(settings: Option<&Path>) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    say!("{}", huiyin_bus::authorization(|identity| settings.nats_user(identity))?);
    Ok(ExitCode::SUCCESS)
}
