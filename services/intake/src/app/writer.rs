//! The coalesced writer (D-10): takes what waits, commits it at once, answers each.
//!
//! No delay is added when idle: a single petition is a batch of one. Under load the batches grow by themselves while earlier
//! ones commit, so the cost of a commit is shared. A reply is sent only after the commit; whoever went away meanwhile loses
//! the reply, never the petition, and gets the same answer for the same key.

use std::sync::Arc;

use huiyin_journal::Db;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::{Failure, Receipt, Registration, register_batch};
use crate::vault::Vault;

/// Most petitions in one transaction.
const BATCH: usize = 256;
/// Most petitions that wait; more are told to come back.
const QUEUE: usize = 4_096;
/// Writers side by side. One batch commits while the next fills; more would only make batches smaller.
pub const WRITERS: u32 = 3;

type Reply = oneshot::Sender<Result<Receipt, Failure>>;

/// Registers petitions. Cheap to clone; when the last clone is gone, what waits is still written, and the tasks end.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<(Registration, Reply)>,
}

impl Writer {
    /// Starts writing on a login that can only add.
    pub fn start(db: &Db, vault: &Arc<Vault>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let tasks = TaskTracker::new();
        for _ in 0..WRITERS {
            tasks.spawn(run(db.clone(), vault.clone(), waiting.clone()));
        }
        Self { queue }
    }

    /// Hands a registration over and waits until it is committed.
    pub async fn register(&self, registration: Registration) -> Result<Receipt, Failure> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send((registration, reply)).map_err(|_| {
            metrics::counter!("huiyin_intake_queue_full_total").increment(1);
            Failure::Busy
        })?;
        answer.await.map_err(|_| Failure::Busy)?
    }
}

async fn run(db: Db, vault: Arc<Vault>, waiting: Arc<Mutex<mpsc::Receiver<(Registration, Reply)>>>) {
    loop {
        let mut jobs = Vec::with_capacity(BATCH);
        // Held only while taking: the next writer fills its batch while this one commits.
        if waiting.lock().await.recv_many(&mut jobs, BATCH).await == 0 {
            return;
        }
        metrics::histogram!("huiyin_intake_batch_size").record(jobs.len() as f64);
        write(&db, &vault, jobs).await;
    }
}

/// Writes a batch. When it fails for a reason of its own, it is halved until the bad row stands alone.
async fn write(db: &Db, vault: &Vault, jobs: Vec<(Registration, Reply)>) {
    let mut batches = vec![jobs];
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
