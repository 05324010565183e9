//! What the tests of this file's siblings stand on.

mod citizens;
mod clocks;
mod dice;
mod disk;
mod hostile;
mod limits;
mod load;
mod mail;
mod nats_operator;
mod officers;
pub(crate) mod openapi;
mod oracle;
mod process;
mod roads;
mod rounds;
mod servers;
mod traces;

use std::time::Duration;

pub(crate) use citizens::{Citizens, Petition, petition};
pub(crate) use dice::Dice;
pub(crate) use disk::SmallDisk;
pub(crate) use hostile::{CLASSES, hostile, hostile_ids, hostile_queries};
pub(crate) use limits::{Resource, address_space, limit, open_files};
pub(crate) use load::Load;
pub(crate) use mail::MailServer;
pub(crate) use nats_operator::{change_password, operator};
pub(crate) use officers::{Officer, close_case};
pub(crate) use oracle::Oracle;
pub(crate) use process::huiyin;
pub(crate) use rounds::{live_through, recovery};
pub(crate) use servers::{TestCity, TestCityOptions};
pub(crate) use traces::{Span, TraceCollector};

/// Lets machine time pass: the moment at which a fault strikes, or the pause of a client before it asks again. Nothing is waited for
/// with it.
#[expect(clippy::disallowed_methods, reason = "the moment of a fault is drawn by lot; no condition stands for it")]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// A client as outsiders have it: no credential, no trace.
#[expect(clippy::disallowed_methods, reason = "a petitioner's browser, not a service")]
pub(crate) fn browser() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(2))
        .build()?)
}
