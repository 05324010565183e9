//! Which servers a test gets.

use anyhow::{Context, Result};
use tokio::sync::OnceCell;

use crate::shared::SharedServers;

const DATABASE_VARIABLE: &str = "HUIYIN_TEST_DATABASE_URL";
const NATS_VARIABLE: &str = "HUIYIN_TEST_NATS_URL";

/// The pair this process uses, found or started at the first call.
pub(crate) async fn get() -> Result<&'static Addresses> {
    static SERVERS: OnceCell<Addresses> = OnceCell::const_new();
    SERVERS.get_or_try_init(resolve).await
}

#[derive(Debug)]
pub(crate) struct Addresses {
    /// A superuser's.
    pub(crate) database: String,
    pub(crate) nats: String,
    /// Keeps what was started for us alive until this process ends.
    _keeper: Option<Keeper>,
}

#[derive(Debug)]
enum Keeper {
    Shared {
        _servers: SharedServers,
    },
    #[cfg(feature = "containers")]
    Containers {
        _servers: Box<crate::containers::Containers>,
    },
}

async fn resolve() -> Result<Addresses> {
    if let (Ok(database), Ok(nats)) = (std::env::var(DATABASE_VARIABLE), std::env::var(NATS_VARIABLE)) {
        return Ok(Addresses { database, nats, _keeper: None });
    }
    match SharedServers::join().await {
        Ok(servers) => {
            let (database, nats) = (servers.database.clone(), servers.nats.clone());
            Ok(Addresses { database, nats, _keeper: Some(Keeper::Shared { _servers: servers }) })
        }
        Err(local) => without_local_servers(local).await,
    }
}

#[cfg(feature = "containers")]
async fn without_local_servers(local: anyhow::Error) -> Result<Addresses> {
    let servers = crate::containers::Containers::start()
        .await
        .with_context(|| format!("no local servers ({local:#}) and no containers either"))?;
    let (database, nats) = (servers.database.clone(), servers.nats.clone());
    Ok(Addresses { database, nats, _keeper: Some(Keeper::Containers { _servers: Box::new(servers) }) })
}

#[cfg(not(feature = "containers"))]
fn without_local_servers(local: anyhow::Error) -> impl Future<Output = Result<Addresses>> {
    let advice =
        format!("tests need real servers: run script/bootstrap, or set {DATABASE_VARIABLE} and {NATS_VARIABLE}");
    std::future::ready(Err(local).context(advice))
}
