//! Running the effects of a batch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use huiyin_contracts::CATALOGUE;
use uuid::Uuid;

use super::Inbox;
use super::plan::{Arrival, Verdict};
use crate::{DbError, HandleError, Received, Tx};

static KNOWN_TYPES: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| CATALOGUE.iter().map(|entry| entry.event.type_name()).collect());

impl Inbox {
    /// Runs every effect of the plan; answers those that failed, by event. What failed has left no trace in the transaction.
    pub(super) async fn run_effects(
        &self,
        tx: &mut Tx,
        judged: &[(Arrival, Verdict)],
    ) -> Result<BTreeMap<Uuid, HandleError>, DbError> {
        let effects: Vec<Received> = judged
            .iter()
            .filter(|(arrival, verdict)| *verdict == Verdict::Effect && self.is_known(&arrival.event.type_name))
            .map(|(arrival, _)| Received { envelope: arrival.event.clone() })
            .collect();
        if effects.is_empty() {
            return Ok(BTreeMap::new());
        }
        let batch = tx.savepoint("batch").await?;
        match self.consumer.handler.handle_batch(tx, &effects).await {
            Ok(()) => {
                tx.release(batch).await?;
                return Ok(BTreeMap::new());
            }
            Err(error) => {
                tracing::debug!(consumer = self.consumer.name, %error, "a batch failed; trying its events one by one");
                tx.rollback_to(batch).await?;
            }
        }
        self.run_singly(tx, &effects).await
    }

    async fn run_singly(&self, tx: &mut Tx, effects: &[Received]) -> Result<BTreeMap<Uuid, HandleError>, DbError> {
        let mut failed = BTreeMap::new();
        let mut stopped = BTreeSet::new();
        for event in effects {
            if stopped.contains(&event.envelope.aggregate_id) {
                continue;
            }
            let single = tx.savepoint("single").await?;
            match self.consumer.handler.handle_batch(tx, std::slice::from_ref(event)).await {
                Ok(()) => tx.release(single).await?,
                Err(error) => {
                    tx.rollback_to(single).await?;
                    stopped.insert(event.envelope.aggregate_id);
                    failed.insert(event.envelope.event_id.uuid(), error);
                }
            }
        }
        Ok(failed)
    }

    /// A type that this release does not know comes from a newer owner; the head moves past it as past any type the handler does
    /// not care for.
    fn is_known(&self, type_name: &str) -> bool {
        let known = KNOWN_TYPES.contains(type_name);
        if !known {
            metrics::counter!("huiyin_inbox_unknown_type_total", "consumer" => self.consumer.name).increment(1);
        }
        known
    }
}
