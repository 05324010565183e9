//! The same servers in containers.

use anyhow::{Context, Result};
use testcontainers::{
    ContainerAsync, GenericImage, ImageExt,
    core::{IntoContainerPort, WaitFor, wait::LogWaitStrategy},
    runners::AsyncRunner,
};

/// Removed together with this handle; when the process is killed, by the engine's own clean-up.
#[derive(Debug)]
pub(crate) struct Containers {
    pub(crate) database: String,
    pub(crate) nats: String,
    _running: (ContainerAsync<GenericImage>, ContainerAsync<GenericImage>),
}

impl Containers {
    pub(crate) async fn start() -> Result<Self> {
        let (name, tag) = image("HUIYIN_TEST_POSTGRES_IMAGE", "postgres:17");
        // The image says it twice: first of the server that only makes the cluster and listens to nobody outside.
        let ready = LogWaitStrategy::stderr("database system is ready to accept connections").with_times(2);
        let postgres = GenericImage::new(name, tag)
            .with_exposed_port(5432.tcp())
            .with_wait_for(WaitFor::log(ready))
            .with_env_var("POSTGRES_USER", "huiyin")
            .with_env_var("POSTGRES_PASSWORD", crate::TEST_PASSWORD)
            .with_cmd(["-c", "max_connections=200"])
            .start()
            .await
            .context("a Postgres container")?;
        let (name, tag) = image("HUIYIN_TEST_NATS_IMAGE", "nats:2.14");
        let nats = GenericImage::new(name, tag)
            .with_exposed_port(4222.tcp())
            .with_wait_for(WaitFor::message_on_stderr("Server is ready"))
            .with_cmd(["-js"])
            .start()
            .await
            .context("a NATS container")?;
        let database_at = format!("{}:{}", postgres.get_host().await?, postgres.get_host_port_ipv4(5432).await?);
        let nats_at = format!("{}:{}", nats.get_host().await?, nats.get_host_port_ipv4(4222).await?);
        Ok(Self {
            database: format!("postgres://huiyin:{}@{database_at}/postgres", crate::TEST_PASSWORD),
            nats: format!("nats://{nats_at}"),
            _running: (postgres, nats),
        })
    }
}

/// `name:tag`, from the environment for registries of one's own.
fn image(variable: &str, usual: &str) -> (String, String) {
    let wanted = std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    match wanted.rsplit_once(':') {
        // What stands behind the last colon may be a registry's port.
        Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
        _ => (wanted, "latest".to_owned()),
    }
}
