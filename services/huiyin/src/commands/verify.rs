//! `huiyin verify`: the invariants of the whole system, on any city, while it runs or not.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use huiyin_settings::Settings;

use super::say;
use crate::verify::{self, Expected};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A login that may read every schema; `[database] admin_url` of the settings when left out.
    #[arg(long, env = "HUIYIN_ADMIN_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// How long a running city may take to come to rest, in seconds.
    #[arg(long, default_value_t = 60)]
    patience: u64,
}

pub(crate) async fn verify(settings: Option<&Path>, options: Verify) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    let from_settings = || settings.database.admin_url.as_ref().map(|url| url.expose().clone());
    let Some(admin_url) = options.database_url.or_else(from_settings) else {
        bail!("neither --database-url nor [database] admin_url names a login that may read every schema");
    };
    let expected = Expected { seals: Some(settings.files.seals.clone()), ..Expected::default() };
    let patience = Duration::from_secs(options.patience);
    let report = verify::settled(&admin_url, &expected, patience).await.context("nothing was verified")?;
    say!("{report}");
    match report.violations().next() {
        None => {
            say!("全部成立：{} 项不变量，{} 处核对。 All hold.", report.checks.len(), report.examined());
            Ok(ExitCode::SUCCESS)
        }
        Some(first) => {
            say!("首个问题 first violation: {first}");
            Ok(ExitCode::FAILURE)
        }
    }
}
