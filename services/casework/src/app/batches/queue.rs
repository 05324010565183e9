//! What this process still has to make. Tokens and keys are here and nowhere else: they go with the process.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use huiyin_kernel::{Actor, CaseId, DistrictCode, InfraClock, Redacted};
use huiyin_sealing::DataKey;
use tokio::sync::Notify;
use uuid::Uuid;

/// Batches a process takes on at once; one more is answered 503.
const MOST: usize = 16;

/// A batch being made.
pub(super) struct Job {
    pub(super) batch_id: Uuid,
    pub(super) actor: Actor,
    pub(super) district: DistrictCode,
    /// The owner's own token: what they may see, and whether they may learn a name, is decided by it for each document.
    pub(super) token: Redacted<String>,
    /// Until when it is valid.
    pub(super) until: DateTime<Utc>,
    pub(super) key: DataKey,
    /// Case and name of each document, in the order asked.
    pub(super) wanted: Vec<(CaseId, String)>,
    /// The next to be made.
    pub(super) next: usize,
    /// How often the next one was tried in vain because another service was away.
    pub(super) tries: u32,
    /// What was made so far, in bytes.
    pub(super) bytes: usize,
}

/// The batches of this process, each one document after the other by turns.
pub(crate) struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    /// There is something to make.
    pub(crate) wake: Arc<Notify>,
    /// By which tokens end.
    pub(super) clock: InfraClock,
}

impl Queue {
    /// An empty one.
    pub(crate) fn new(clock: InfraClock) -> Self {
        Self { jobs: Mutex::default(), wake: Arc::default(), clock }
    }

    pub(super) fn has_room(&self) -> bool {
        self.lock().len() < MOST
    }

    /// Takes a batch on, or puts one back behind the others.
    pub(super) fn put(&self, job: Job) {
        self.lock().push_back(job);
    }

    pub(super) fn take(&self) -> Option<Job> {
        self.lock().pop_front()
    }

    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.lock().iter().map(|job| job.batch_id).collect()
    }

    /// Drops those that are not wanted any more, of those that were asked about.
    pub(super) fn keep(&self, asked: &[Uuid], wanted: &[Uuid]) {
        self.lock().retain(|job| wanted.contains(&job.batch_id) || !asked.contains(&job.batch_id));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("batches", &self.lock().len()).finish_non_exhaustive()
    }
}
