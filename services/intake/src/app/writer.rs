//! The coalesced writer (D-10): takes what waits, commits it at once, answers each.
//!
//! No delay is added when idle: a single petition is a batch of one. Under load the batches grow by themselves while earlier
//! ones commit, so the cost of a commit is shared. A reply is sent only after the commit; whoever went away meanwhile loses
//! the reply, never the petition, and gets the same answer for the same key.
//!
//! When more comes than can be committed in time, what is too much is told to come again before anything of it is written (W5, `pace`): on
//! its way in as far as that can be foreseen, and at its turn when it has waited too long all the same.

use std::sync::Arc;
use std::time::Instant;

use huiyin_journal::Db;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::pace::{PATIENCE, Pace};
use super::{Failure, Receipt, Registration, register_batch};
use crate::vault::Vault;

/// Most petitions in one transaction.
const BATCH: usize = 256;
/// Most petitions that wait: the bound of memory. The bound of time is reached before on all but the fastest machines.
const QUEUE: usize = 4_096;
/// Writers side by side. One batch commits while the next fills; more would only make batches smaller.
pub const WRITERS: u32 = 3;

type Reply = oneshot::Sender<Result<Receipt, Failure>>;

/// A petition that waits for its turn.
#[derive(Debug)]
struct Job {
    registration: Registration,
    came: Instant,
    reply: Reply,
}

/// Registers petitions. Cheap to clone; when the last clone is gone, what waits is still written, and the tasks end.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    pace: Arc<Pace>,
}

impl Writer {
    /// Starts writing on a login that can only add.
    pub fn start(db: &Db, vault: &Arc<Vault>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let pace = Arc::<Pace>::default();
        let tasks = TaskTracker::new();
        for _ in 0..WRITERS {
            tasks.spawn(run(db.clone(), vault.clone(), waiting.clone(), pace.clone()));
        }
        Self { queue, pace }
    }

    /// Whether what came at `came` can be committed in time, as far as can be foreseen: asked before any work is spent on it.
    ///
    /// # Errors
    /// [`Failure::Busy`] when it cannot.
    pub fn expect_in_time(&self, came: Instant) -> Result<(), Failure> {
        let ahead = self.queue.max_capacity() - self.queue.capacity();
        if self.pace.in_time(came.elapsed(), ahead, WRITERS) { Ok(()) } else { Err(too_many()) }
    }

    /// Hands over a registration whose request came at `came`, and waits until it is committed.
    ///
    /// # Errors
    /// [`Failure::Busy`] when it could not be committed in time: nothing was written.
    pub async fn register(&self, registration: Registration, came: Instant) -> Result<Receipt, Failure> {
        self.expect_in_time(came)?;
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Job { registration, came, reply }).map_err(|_| too_many())?;
        answer.await.map_err(|_| Failure::Busy)?
    }
}

fn too_many() -> Failure {
    metrics::counter!("huiyin_intake_queue_full_total").increment(1);
    Failure::Busy
}

async fn run(db: Db, vault: Arc<Vault>, waiting: Arc<Mutex<mpsc::Receiver<Job>>>, pace: Arc<Pace>) {
    loop {
        let mut jobs = Vec::new();
        // Held only while taking: the next writer fills its batch while this one commits.
        if waiting.lock().await.recv_many(&mut jobs, pace.batch(BATCH)).await == 0 {
            return;
        }
        let (jobs, late): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.came.elapsed() <= PATIENCE);
        for job in late {
            let _ = job.reply.send(Err(too_many()));
        }
        if jobs.is_empty() {
            continue;
        }
        let (petitions, begun) = (jobs.len(), Instant::now());
        metrics::histogram!("huiyin_intake_batch_size").record(petitions as f64);
        write(&db, &vault, jobs).await;
        pace.note(petitions, begun.elapsed());
    }
}

/// Writes a batch. When it fails for a reason of its own, it is halved until the bad row stands alone.
async fn write(db: &Db, vault: &Vault, jobs: Vec<Job>) {
    let mut batches = vec![jobs.into_iter().map(|job| (job.registration, job.reply)).collect::<Vec<_>>()];
    while let Some(jobs) = batches.pop() {
        let (registrations, replies): (Vec<Registration>, Vec<Reply>) = jobs.into_iter().unzip();
        match register_batch(db, vault, &registrations).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // Nobody waits any more: the petition stands all the same.
                    let _ = reply.send(answer);
                }
            }
            Err(Failure::Busy) => {
                for reply in replies {
                    let _ = reply.send(Err(Failure::Busy));
                }
            }
            Err(error) if registrations.len() == 1 => {
                tracing::error!(error = &error as &dyn std::error::Error, "a petition could not be stored");
                if let Some(reply) = replies.into_iter().next() {
                    let _ = reply.send(Err(error));
                }
            }
            Err(_) => {
                metrics::counter!("huiyin_intake_batch_halved_total").increment(1);
                let mut jobs: Vec<_> = registrations.into_iter().zip(replies).collect();
                let second = jobs.split_off(jobs.len() / 2);
                batches.extend([second, jobs]);
            }
        }
    }
}
