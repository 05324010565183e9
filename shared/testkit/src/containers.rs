//! The same servers in containers.

use anyhow::{Context, Result};
use testcontainers::{
    ContainerAsync, GenericImage, ImageExt,
    core::{IntoContainerPort, WaitFor},
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
        let postgres = GenericImage::new("postgres", "17")
            .with_exposed_port(5432.tcp())
            .with_wait_for(WaitFor::message_on_stderr("database system is ready to accept connections"))
            .with_env_var("POSTGRES_USER", "huiyin")
            .with_env_var("POSTGRES_PASSWORD", crate::TEST_PASSWORD)
            .with_cmd(["-c", "max_connections=200"])
            .start()
            .await
            .context("a Postgres container")?;
        let nats = GenericImage::new("nats", "2.14")
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
