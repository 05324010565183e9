//! Due timers as they are taken.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

use crate::Due;

/// A timer as it stands in its table.
#[derive(Debug, FromRow)]
pub(crate) struct Row {
    pub(crate) timer_id: Uuid,
    pub(crate) aggregate_id: Uuid,
    pub(crate) kind: String,
    pub(crate) generation: i32,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) attempts: i32,
}

impl Row {
    /// What its handler is told.
    pub(crate) fn due(&self) -> Due {
        Due {
            timer_id: self.timer_id,
            aggregate_id: self.aggregate_id,
            kind: self.kind.clone(),
            generation: self.generation,
            due_at: self.due_at,
        }
    }
}

/// Cuts timers in order of date into runs that hold each aggregate once at most: fired run after run, the order of dates is kept (T5).
pub(crate) fn runs(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut runs: Vec<Vec<Row>> = Vec::new();
    let mut aggregates = BTreeSet::new();
    for row in rows {
        if !aggregates.insert(row.aggregate_id) {
            aggregates = BTreeSet::from([row.aggregate_id]);
            runs.push(Vec::new());
        }
        match runs.last_mut() {
            Some(run) => run.push(row),
            None => runs.push(vec![row]),
        }
    }
    runs
}
