#![doc = include_str!("../README.md")]
//!
//! Every page is made of calls to the other services. A button is shown as casework says it is allowed, and a refusal is shown in the
//! words of the service that refuses. Citizens get no cookie at all.
//!
//! A page never carries personal data, a number or a code in its address: looking up is a form. No script, font or style from
//! elsewhere, and none inline: the content security policy forbids it, and a test looks at every page.

mod app;
mod desk;
mod domain;
mod failure;
mod http;
mod secret;
mod store;
mod tasks;
mod upstream;

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_journal::Db;
use huiyin_kernel::{BusinessClock, InfraClock, Service};
use huiyin_runtime::{Definition, Parts, Runtime};
use huiyin_settings::{Settings, SettingsError};
use huiyin_web::{Client, Face};

/// The portal's own table: sessions.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The web pages as a service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Portal;

#[async_trait]
impl Definition for Portal {
    fn service(&self) -> Service {
        Service::Portal
    }

    fn migrator(&self) -> &'static sqlx::migrate::Migrator {
        &MIGRATOR
    }

    async fn build(&self, runtime: Arc<Runtime>) -> anyhow::Result<Parts> {
        let desk = desk::Desk::new(&runtime)?;
        if !desk.origin.is_https() {
            tracing::warn!(
                origin = desk.origin.as_str(),
                "the public address is plain http: session cookies go without `Secure` and the `__Host-` prefix; use https in a city"
            );
        }
        let tasks = vec![tasks::sweep(runtime.worker.clone(), runtime.infra.clone())];
        let face = Some(http::face(&desk));
        Ok(Parts { router: http::router(desk), tasks, face, ..Parts::default() })
    }
}

/// The pages over given parts, and how their refusals look, without a service around them.
pub fn pages(
    settings: &Settings,
    http: Client,
    db: Db,
    clock: BusinessClock,
    infra: InfraClock,
) -> Result<(axum::Router, Face), SettingsError> {
    let desk = desk::Desk::from_parts(settings, http, db, clock, infra)?;
    let face = http::face(&desk);
    Ok((http::router(desk), face))
}
