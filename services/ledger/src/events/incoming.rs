//! Every public event, as the newest snapshot of its aggregate. A batch becomes one statement per kind of row.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use huiyin_contracts::{AggregateKind, Audience};
use huiyin_journal::{Consumer, HandleError, Handler, Mode, Received, Tx};
use huiyin_kernel::Service;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::store::project;

/// Hears which districts there are.
pub(crate) const DISTRICTS: &str = "ledger__directory";

/// One consumer per service that publishes.
pub(crate) const OWNERS: [(&str, Service); 5] = [
    (DISTRICTS, Service::Directory),
    ("ledger__intake", Service::Intake),
    ("ledger__casework", Service::Casework),
    ("ledger__scheduling", Service::Scheduling),
    ("ledger__notification", Service::Notification),
];

pub(crate) fn consumers() -> Vec<Consumer> {
    let handler: Arc<dyn Handler> = Arc::new(Project);
    OWNERS
        .into_iter()
        .map(|(name, owner)| Consumer {
            name,
            owner,
            audience: Audience::Public,
            mode: Mode::Snapshot,
            handler: Arc::clone(&handler),
        })
        .collect()
}

struct Project;

#[async_trait]
impl Handler for Project {
    async fn handle(&self, tx: &mut Tx, event: &Received) -> Result<(), HandleError> {
        self.handle_batch(tx, std::slice::from_ref(event)).await
    }

    async fn handle_batch(&self, tx: &mut Tx, events: &[Received]) -> Result<(), HandleError> {
        // Open for as long as the batch takes: every event's trace shows when it took effect here.
        let _spans: Vec<_> = events.iter().map(Received::span).collect();
        // Ids are ordered within a kind and kinds always come in one order, so two batches never lock crosswise.
        for (kind, events) in newest(events) {
            match kind {
                AggregateKind::District => project::districts(tx, &decode(&events)?).await?,
                AggregateKind::Unit => project::units(tx, &decode(&events)?).await?,
                AggregateKind::Staff => project::staff(tx, &decode(&events)?).await?,
                AggregateKind::Petition => project::petitions(tx, &decode(&events)?).await?,
                AggregateKind::Case => project::cases(tx, &decode(&events)?).await?,
                AggregateKind::Session => project::sessions(tx, &decode(&events)?).await?,
                AggregateKind::Visit => project::visits(tx, &decode(&events)?).await?,
                AggregateKind::Message => project::messages(tx, &decode(&events)?).await?,
                // Rounds and venues are read through their sessions; of calls what came of them stands with the matters.
                AggregateKind::Round | AggregateKind::Venue | AggregateKind::Call => {}
            }
        }
        Ok(())
    }
}

/// The newest event of each aggregate, in the order of kinds and ids.
fn newest(events: &[Received]) -> BTreeMap<AggregateKind, Vec<&Received>> {
    let mut last = BTreeMap::<(AggregateKind, Uuid), &Received>::new();
    for event in events {
        let key = (event.envelope.aggregate_kind, event.envelope.aggregate_id);
        let newer = last.get(&key).is_none_or(|known| known.envelope.sequence < event.envelope.sequence);
        if newer {
            last.insert(key, event);
        }
    }
    let mut by_kind = BTreeMap::<AggregateKind, Vec<&Received>>::new();
    for ((kind, _), event) in last {
        by_kind.entry(kind).or_default().push(event);
    }
    by_kind
}

fn decode<T: DeserializeOwned>(events: &[&Received]) -> Result<Vec<T>, HandleError> {
    events.iter().map(|event| event.decode()).collect()
}
