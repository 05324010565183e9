#![doc = include_str!("../README.md")]

pub mod app;
pub mod domain;
pub mod events;
mod http;
pub mod store;
mod tasks;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use huiyin_authz::{Jwks, StaffSigner};
use huiyin_kernel::Service;
use huiyin_runtime::{Definition, Parts, Runtime, Task};
use huiyin_settings::{Secret, SettingsError};

pub use http::{openapi, router};

/// The service's migrations.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Directory;

/// Why directory cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A secret is missing.
    #[error("a secret is missing")]
    Settings(#[from] SettingsError),
    /// Argon2 does not work here.
    #[error("passwords cannot be hashed on this machine")]
    Hash(#[source] app::Error),
}

/// What commands need, from what the service is given; also for the operator's commands.
pub fn context(runtime: &Runtime) -> Result<app::Context, StartError> {
    let secrets = &runtime.settings.secrets;
    let signer = StaffSigner::from_seed(&secrets.key(Secret::StaffSigning)?);
    let retired = secrets.retired(Secret::StaffSigning);
    let retired = retired.iter().map(|seed| StaffSigner::from_seed(seed).public().clone());
    let keys = Jwks { keys: std::iter::once(signer.public().clone()).chain(retired).collect() };
    Ok(app::Context {
        db: runtime.api.clone(),
        clock: runtime.clock.clone(),
        infra: runtime.infra.clone(),
        ids: runtime.ids.clone(),
        signer: Arc::new(signer),
        keys,
        passwords: app::Passwords::new().map_err(StartError::Hash)?,
        digest_key: runtime.settings.secrets.key(Secret::InternalToken)?,
        limits: runtime.settings.limits,
    })
}

#[async_trait]
impl Definition for Directory {
    fn service(&self) -> Service {
        Service::Directory
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let context = context(&runtime)?;
        // Directory verifies with its own key; nobody has to be asked.
        runtime.staff_keys.replace(&context.keys);
        let forget = tasks::Forget { db: runtime.worker.clone(), infra: runtime.infra.clone() };
        let task = Task { name: "directory_forget", every: Duration::from_mins(10), wake: None, run: Arc::new(forget) };
        let router = router(context);
        Ok(Parts { router, tasks: vec![task], ..Parts::default() })
    }
}
