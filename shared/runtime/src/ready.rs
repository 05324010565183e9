//! What `/health/ready` tells, and the numbers of the tables.
//!
//! NATS is no part of readiness: a service whose bus is away takes requests all the same, and what it has to tell waits in its tables. That
//! wait is a metric and an alarm of its own.

use std::time::Duration;

use huiyin_journal::{Db, activity};
use huiyin_web::Health;
use tokio_util::sync::CancellationToken;

use crate::definition::has_journal;

const EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn watch(worker: Db, health: Health, stop: CancellationToken) {
    loop {
        let seen =
            if has_journal(worker.service()) { activity(&worker).await.map(|_| ()) } else { worker.ping().await };
        match seen {
            Ok(()) => health.well("database"),
            Err(error) => {
                tracing::warn!(service = %worker.service(), error = &error as &dyn std::error::Error, "the database does not answer");
                health.ill("database", error.to_string());
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = elapsed() => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the pause between two looks")]
async fn elapsed() {
    tokio::time::sleep(EVERY).await;
}
