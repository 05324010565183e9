//! `huiyin verify`: the invariants of the whole system, on any city, while it runs or not.

use std::path::{Path, PathBuf};
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
    /// How long what is under way in a running city may take, in seconds.
    #[arg(long, default_value_t = 60)]
    patience: u64,
    /// The folder with the files of seals, kept elsewhere; `[files] seals` of the settings when left out. 封存文件所在目录。
    #[arg(long)]
    seals: Option<PathBuf>,
    /// Holds the seals against the tables alone, where their files cannot be read. 不核对封存文件。
    #[arg(long, conflicts_with = "seals")]
    without_seal_files: bool,
}

/// On standard error, so that the report can be kept by itself.
fn progress(check: &'static str, examined: i64) {
    use std::io::Write as _;
    let _ = if examined == 0 {
        writeln!(std::io::stderr(), "核验 checking {check}")
    } else {
        writeln!(std::io::stderr(), "核验 checking {check}: {examined}")
    };
}

pub(crate) async fn verify(settings: Option<&Path>, options: Verify) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    let from_settings = || settings.database.admin_url.as_ref().map(|url| url.expose().clone());
    let Some(admin_url) = options.database_url.or_else(from_settings) else {
        bail!("neither --database-url nor [database] admin_url names a login that may read every schema");
    };
    let folder = options.seals.unwrap_or_else(|| settings.files.seals.clone());
    let seals = (!options.without_seal_files).then_some(folder);
    let expected = Expected { seals, progress: Some(progress), ..Expected::default() };
    let patience = Duration::from_secs(options.patience);
    let report = verify::live(&admin_url, &expected, patience).await.context("nothing was verified")?;
    say!("{report}");
    // What can never be comes before what may still pass.
    let broken = report.violations().find(|violation| !violation.settles);
    match broken.or_else(|| report.violations().next()) {
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
