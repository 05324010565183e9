//! `huiyin migrate`: logins, schemas and tables.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use huiyin_settings::Settings;

use super::say;
use crate::SERVICES;

pub(crate) async fn migrate(settings: Option<&Path>) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    let Some(admin) = &settings.database.admin_url else {
        bail!("[database] admin_url is not set: write the address of a login that may create roles and schemas");
    };
    huiyin_runtime::migrate(admin.expose(), &settings, &SERVICES).await.context("the database was not made ready")?;
    say!("数据库已就绪。 The database is ready.");
    Ok(ExitCode::SUCCESS)
}
