//! The roads between the services and their two servers, by way of proxies that misbehave on command.

use anyhow::{Context, Result};
use huiyin::local::LocalServers;
use huiyin_testkit::{Network, Proxy};

/// One proxy before each server.
#[derive(Debug)]
pub(crate) struct Roads {
    pub(crate) nats: Proxy,
    pub(crate) postgres: Proxy,
}

impl Roads {
    pub(crate) async fn before(servers: &LocalServers) -> Result<Self> {
        let nats = Proxy::before(&servers.nats.url()).await.context("the road to NATS")?;
        let postgres = Proxy::before(&servers.admin_url()).await.context("the road to Postgres")?;
        Ok(Self { nats, postgres })
    }

    /// The settings of services that take these roads.
    pub(crate) fn settings(&self, direct: &str) -> Result<String> {
        let mut settings: toml::Table = direct.parse().context("the settings")?;
        let mut set = |section: &str, key: &str, value: toml::Value| {
            let table = settings.entry(section).or_insert_with(|| toml::Table::new().into());
            table.as_table_mut().with_context(|| format!("[{section}]"))?.insert(key.to_owned(), value);
            anyhow::Ok(())
        };
        set("nats", "url", format!("nats://{}", self.nats.address()).into())?;
        set("database", "port", i64::from(self.postgres.address().port()).into())?;
        Ok(settings.to_string())
    }

    /// Both roads behave alike.
    pub(crate) fn set(&self, network: Network) {
        self.nats.set(network);
        self.postgres.set(network);
    }
}
