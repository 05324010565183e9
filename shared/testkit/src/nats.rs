use anyhow::{Context, Result};
use huiyin_embedded::{EmbeddedNats, NatsOptions};
use tempfile::TempDir;

use crate::servers;

/// A nats-server for a test: one of its own, or the one all tests of the run share.
#[derive(Debug)]
pub struct TestNats {
    url: String,
    prefix: String,
    own: Option<(EmbeddedNats, TempDir)>,
}

impl TestNats {
    /// A process of the test's own, open to everyone: streams may have any name, the server may be killed.
    pub async fn dedicated() -> Result<Self> {
        Self::start(|dir| NatsOptions::for_tests(dir.join("nats"))).await
    }

    /// The same with accounts, users and permissions.
    pub async fn dedicated_with(config: &str) -> Result<Self> {
        Self::start(|dir| NatsOptions::new(dir.join("nats"), config).with_limits(64 << 20, 64 << 30)).await
    }

    async fn start(options: impl FnOnce(&std::path::Path) -> NatsOptions) -> Result<Self> {
        let dir = crate::scratch_dir()?;
        let server = EmbeddedNats::start(options(dir.path())).await.context("a nats-server of the test's own")?;
        Ok(Self { url: server.url(), prefix: String::new(), own: Some((server, dir)) })
    }

    /// The server shared by the run. Streams and subjects must begin with [`prefix`](Self::prefix).
    pub async fn shared() -> Result<Self> {
        let url = servers::get().await?.nats.clone();
        let prefix = format!("t{}", crate::db::unique());
        Ok(Self { url, prefix, own: None })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Keeps tests on the shared server apart; empty on a dedicated one.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    pub async fn client(&self) -> Result<async_nats::Client> {
        async_nats::connect(&self.url).await.with_context(|| format!("cannot connect to {}", self.url))
    }

    /// The process, to stop, kill or restart.
    ///
    /// # Errors
    /// On the shared server, which belongs to other tests as well.
    pub fn server(&mut self) -> Result<&mut EmbeddedNats> {
        self.own.as_mut().map(|(server, _)| server).context("the shared nats-server is not this test's to command")
    }
}
