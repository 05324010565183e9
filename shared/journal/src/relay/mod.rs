//! Sending what was published: rows are found by their state, sent in their aggregate's order, and removed only when the
//! expected stream says that it has them (O1–O3).
//!
//! An acknowledgement marked *duplicate* is no proof of storage: the row stays and is sent again under a suffixed id (O4, O5). No answer
//! means unknown: the row stays and is sent again under the same id. No transaction is open while publishing. One relay per
//! schema is active, by an advisory lock on a session of its own; a second one that sees rows older than [`STALE`] works without
//! the lock, because two relays cost repetitions and nothing else (O11).

pub(crate) mod decide;
mod epoch;
mod store;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use huiyin_bus::{Bus, BusError, Outbound, Outcome, Topology, TopologyError};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::pauses::{Backoff, jitter, wait};
use crate::{Db, DbError};
use decide::{Acknowledged, Next, acknowledged, after};
use store::PendingRow;

/// Most publications in flight at once.
const BATCH: i64 = 1000;
/// How long to wait for acknowledgements.
const ACK_DEADLINE: Duration = Duration::from_secs(5);
/// Rows older than this mean that the active relay is not at work.
const STALE: Duration = Duration::from_secs(10);
/// How often streams are compared with what was last seen of them.
const LOOK_AT_STREAMS: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// So long after the last publication the relay looks often; later it relies more on being woken by its own process's commits, and what
/// another process published waits up to a second.
const KEEN: Duration = Duration::from_secs(10);
/// After a batch smaller than [`FULL`], so long for the next to gather: the first publication goes at once, a stream of them in batches
/// that cost the database and the bus a fraction of what one by one would.
const GATHER: Duration = Duration::from_millis(20);
const FULL: usize = 256;

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Stored and removed.
    pub published: usize,
    /// Known to the server by id; to be sent again under another.
    pub duplicate: usize,
    /// No answer, or no stream; to be sent again.
    pub unknown: usize,
    /// Refused by the server; to be sent again later, with an alarm.
    pub refused: usize,
    /// Put back in line because a stream has lost its content.
    pub refilled: usize,
    /// Another relay is at work.
    pub standby: bool,
}

/// A step could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The database failed.
    #[error("the relay's database step failed")]
    Db(#[from] DbError),
    /// The bus failed.
    #[error("the relay cannot use the bus")]
    Bus(#[from] BusError),
    /// A stream is not as it must be.
    #[error("the relay's streams are not in order")]
    Topology(#[from] TopologyError),
}

/// The relay of one service.
#[derive(Debug)]
pub struct Relay {
    db: Db,
    bus: Bus,
    topology: Topology,
    session: Option<PgConnection>,
    leads: bool,
    looked: Option<(u64, Instant)>,
    /// The newest sequence each stream has shown or acknowledged to this relay.
    reached: BTreeMap<String, i64>,
    /// The stream that is being filled again.
    filling: Option<store::Filling>,
}

impl Relay {
    /// `db` is the worker's login, `bus` the service's identity, `topology` the one that makes streams.
    pub const fn new(db: Db, bus: Bus, topology: Topology) -> Self {
        Self { db, bus, topology, session: None, leads: false, looked: None, reached: BTreeMap::new(), filling: None }
    }

    /// Runs until told to stop; the step at hand is finished first.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut backoff = Backoff::up_to(LONGEST_PAUSE);
        let wakes = self.db.wakes().clone();
        let mut connects = self.bus.connects();
        let mut busy = Instant::now();
        while !stop.is_cancelled() {
            let pause = match self.step().await {
                Ok(relayed) if relayed.published > 0 || relayed.duplicate > 0 || relayed.refilled > 0 => {
                    backoff.reset();
                    busy = Instant::now();
                    let full = relayed.published + relayed.duplicate + relayed.refilled >= FULL;
                    if full || wait(&stop, GATHER, None, None).await {
                        continue;
                    }
                    break;
                }
                Ok(relayed) if relayed.unknown > 0 || relayed.refused > 0 => backoff.pause(),
                Ok(Relayed { standby: true, .. }) => Duration::from_secs(1),
                Ok(_) => {
                    backoff.reset();
                    if busy.elapsed() < KEEN { jitter() } else { jitter() * 4 }
                }
                Err(error) => {
                    tracing::warn!(service = %self.db.service(), error = &error as &dyn std::error::Error, "the relay pauses");
                    backoff.pause()
                }
            };
            if !wait(&stop, pause, Some(&wakes.published), Some(&mut connects)).await {
                break;
            }
        }
    }

    /// Looks after the streams, then sends one batch.
    pub async fn step(&mut self) -> Result<Relayed, RelayError> {
        self.bus.usable()?;
        let made = self.try_step().await;
        if made.is_err() {
            // Whatever broke, the next step begins with a new session, and so with a new try for the lock.
            self.session = None;
            self.looked = None;
        }
        made
    }

    async fn try_step(&mut self) -> Result<Relayed, RelayError> {
        if !self.may_work().await? {
            return Ok(Relayed { standby: true, ..Relayed::default() });
        }
        let connects = *self.bus.connects().borrow();
        if self.looked.is_none_or(|(seen, at)| seen != connects || at.elapsed() > LOOK_AT_STREAMS) {
            self.look_at_streams().await?;
            self.looked = Some((connects, Instant::now()));
        }
        let refilled = self.refill().await?;
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        let rows = store::head(session, self.db.schema(), BATCH).await?;
        let relayed = self.send(rows).await?;
        Ok(Relayed { refilled, ..relayed })
    }

    /// True for the relay that holds the lock, and for any relay when rows lie about that the holder should have sent.
    async fn may_work(&mut self) -> Result<bool, DbError> {
        let schema = self.db.schema();
        if self.session.is_none() {
            self.session = Some(self.db.session().await?);
            self.leads = false;
        }
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        if !self.leads {
            self.leads = store::try_lock(session, schema).await?;
        }
        Ok(self.leads || store::has_stale(session, schema, STALE).await?)
    }

    async fn send(&mut self, rows: Vec<PendingRow>) -> Result<Relayed, RelayError> {
        if rows.is_empty() {
            return Ok(Relayed::default());
        }
        let messages: Vec<Outbound> = rows.iter().map(PendingRow::outbound).collect::<Result<_, _>>()?;
        let streams: Vec<String> = messages.iter().map(|message| message.stream.clone()).collect();
        let outcomes = self.bus.publish(messages, ACK_DEADLINE).await;
        let mut relayed = Relayed::default();
        let mut done = Vec::new();
        let mut again = store::Again::default();
        let mut stored: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for ((row, stream), outcome) in rows.iter().zip(streams).zip(outcomes) {
            match after(&outcome, row.attempt) {
                Next::Remove => done.push(row.pending_id),
                Next::Again { attempt, pause } => again.add(row, attempt, pause),
            }
            match outcome {
                Outcome::Stored { sequence } => {
                    relayed.published += 1;
                    stored.entry(stream).or_default().push(i64::try_from(sequence).unwrap_or(i64::MAX));
                }
                Outcome::Duplicate => relayed.duplicate += 1,
                Outcome::Unknown => relayed.unknown += 1,
                Outcome::NoStream => {
                    relayed.unknown += 1;
                    self.looked = None;
                }
                Outcome::Refused(reason) => {
                    relayed.refused += 1;
                    tracing::error!(alarm = true, service = %self.db.service(), event.id = %row.event_id, reason,
                        "the bus refuses a publication; it stays in the journal and is offered again");
                }
            }
        }
        let acked = self.acknowledged(stored);
        let session = self.session.as_mut().ok_or(DbError::Stopped)?;
        store::remove(session, self.db.schema(), &done, acked).await?;
        again.write(session, self.db.schema()).await?;
        let service = self.db.service().name();
        metrics::counter!("huiyin_relay_published_total", "service" => service).increment(relayed.published as u64);
        metrics::counter!("huiyin_relay_duplicate_total", "service" => service).increment(relayed.duplicate as u64);
        metrics::counter!("huiyin_relay_unknown_total", "service" => service).increment(relayed.unknown as u64);
        metrics::counter!("huiyin_relay_refused_total", "service" => service).increment(relayed.refused as u64);
        Ok(relayed)
    }

    /// What the acknowledgements of one batch, in the order of sending, tell of each stream.
    fn acknowledged(&mut self, stored: BTreeMap<String, Vec<i64>>) -> store::Acked {
        let mut acked = store::Acked::default();
        for (stream, sequences) in stored {
            let Acknowledged { last_seq, lost } = acknowledged(self.reached.get(&stream).copied(), &sequences);
            if lost {
                epoch::tell_of_loss(&stream);
                self.filling = None;
            }
            self.reached.insert(stream.clone(), last_seq);
            acked.add(stream, last_seq, lost);
        }
        acked
    }
}
