//! `huiyin status`: a running city on one page.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use huiyin_settings::Settings;

use super::say;
use crate::status::Status as City;

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// How long to watch, in seconds: what is counted meanwhile is shown as happening now.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

pub(crate) async fn status(settings: Option<&Path>, options: Status) -> anyhow::Result<ExitCode> {
    let city = City::of(&Settings::load(settings)?, Duration::from_secs(options.seconds)).await;
    say!("{city}");
    Ok(if city.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
