//! `huiyin found`: the first act in a new installation, after `huiyin migrate`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use huiyin_settings::Settings;

use super::say;
use crate::founding;

#[derive(Debug, Args)]
pub(crate) struct Found {
    /// The city file; demo/city.toml is one.
    city: PathBuf,
    /// The login in it that becomes the first to sign in.
    #[arg(long)]
    administrator: String,
    /// A file holding its password.
    #[arg(long)]
    password_file: PathBuf,
}

pub(crate) async fn found(settings: Option<&Path>, found: Found) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let (city, password) = (read(&found.city)?, read(&found.password_file)?);
    founding::found(&settings, &city, &found.administrator, password.trim().to_owned()).await?;
    say!(
        "城市已建立，{0} 可以登录并为其他人设置口令。 The city is founded: {0} can sign in and give the others their passwords.",
        found.administrator
    );
    Ok(ExitCode::SUCCESS)
}
