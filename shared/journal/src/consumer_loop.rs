//! Hearing a durable: pull, apply, acknowledge. The fast road; [`crate::Repair`] is the safe one.
//!
//! A message is acknowledged after its batch has committed, whatever became of it, because by then it is written down. While the
//! database is away the batch at hand is tried again and again; what the server gives out once more meanwhile is known by its head. The
//! durable is made again when it is gone, and when it starves: it claims to be ahead of its stream, or gives nothing though there is
//! something (N5). When that does not help, the connection is made anew; when that does not help either, the loop asks for an end of the
//! whole process, because what is left is its own state (N7).

use std::time::{Duration, Instant};

use huiyin_bus::{
    Acker, Bus, BusError, ConsumerSpec, ConsumerState, Delivery, StreamSpec, StreamState, Subscription, Topology,
    TopologyError, durable_name, stream_name,
};
use huiyin_contracts::Envelope;
use tokio_util::sync::CancellationToken;

use crate::pauses::{Backoff, wait};
use crate::{Applied, DbError, Inbox};

const BATCH: usize = 256;
/// How long a pull waits for a first message while events wait for another try, and when none does.
const PATIENCE: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(5);
/// After the last event that had to wait: the pauses between its tries are longer then than [`IDLE`].
const RESTLESS: Duration = Duration::from_mins(1);
const LOOK_FOR_STARVATION: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A round could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The database failed; the messages will come again.
    #[error("what was heard cannot be stored")]
    Db(#[from] DbError),
    /// The bus failed.
    #[error("the consumer cannot use the bus")]
    Bus(#[from] BusError),
    /// The stream or the durable is not as it must be.
    #[error("the consumer's stream or durable is not in order")]
    Topology(#[from] TopologyError),
}

/// The loop of one consumer.
#[derive(Debug)]
pub struct ConsumerLoop {
    inbox: Inbox,
    bus: Bus,
    topology: Topology,
    stream: StreamSpec,
    subscription: Subscription,
    ensured: Option<u64>,
    progress: Progress,
    /// When an event last had to wait.
    waited: Option<Instant>,
    /// Cures in a row after which nothing was heard.
    cures: u32,
    /// Cancelled when no cure helps.
    hopeless: CancellationToken,
}

/// What is tried when a durable gives nothing though it has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cure {
    /// The durable is made again.
    Durable,
    /// And the connection.
    Connection,
    /// And the process: somebody starts it again.
    Process,
}

impl Cure {
    /// After so many that did not help.
    const fn after(cures: u32) -> Self {
        match cures {
            0..3 => Self::Durable,
            3..6 => Self::Connection,
            _ => Self::Process,
        }
    }
}

/// What tells a starving durable from an idle one.
#[derive(Debug)]
struct Progress {
    looked: Instant,
    heard: bool,
}

impl ConsumerLoop {
    /// `bus` is the service's identity, `topology` the one that makes streams and durables.
    pub fn new(inbox: Inbox, bus: Bus, topology: Topology) -> Self {
        let consumer = inbox.consumer();
        let stream = StreamSpec {
            name: stream_name(consumer.owner, consumer.audience),
            owner: consumer.owner,
            audience: consumer.audience,
        };
        let durable = durable_name(inbox.db().service(), consumer.owner, consumer.audience);
        let subscription = Subscription::new(bus.clone(), ConsumerSpec { stream: stream.name.clone(), durable });
        let progress = Progress { looked: Instant::now(), heard: false };
        let hopeless = CancellationToken::new();
        Self { inbox, bus, topology, stream, subscription, ensured: None, progress, waited: None, cures: 0, hopeless }
    }

    /// Cancels `hopeless` when the durable starves and no cure helps: the process should end and be started again.
    #[must_use]
    pub fn giving_up(mut self, hopeless: CancellationToken) -> Self {
        self.hopeless = hopeless;
        self
    }

    /// Runs until told to stop; the batch at hand is finished first.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut backoff = Backoff::up_to(LONGEST_PAUSE);
        let mut connects = self.bus.connects();
        while !stop.is_cancelled() {
            let failed = match self.round(&stop).await {
                Ok(()) => {
                    backoff.reset();
                    continue;
                }
                Err(error) => error,
            };
            let consumer = self.inbox.consumer().name;
            if !matches!(failed, ConsumeError::Bus(BusError::Disconnected)) {
                tracing::warn!(consumer, error = &failed as &dyn std::error::Error, "the consumer pauses");
            }
            self.ensured = None;
            // The events that wait for another try do not depend on the bus.
            if let Err(error) = self.inbox.drain().await {
                tracing::warn!(consumer, error = &error as &dyn std::error::Error, "waiting events cannot be tried");
            }
            if !wait(&stop, backoff.pause(), None, Some(&mut connects)).await {
                break;
            }
        }
    }

    /// One round without waiting for messages: what is there now.
    pub async fn step(&mut self) -> Result<Applied, ConsumeError> {
        self.ensure().await?;
        let deliveries = self.subscription.pull(BATCH, Duration::ZERO).await?;
        let (events, ackers) = self.sort(deliveries).await?;
        let applied = self.inbox.apply(events).await?;
        acknowledge(ackers).await;
        let drained = self.inbox.drain().await?;
        Ok(Applied {
            effects: applied.effects + drained.effects,
            skipped: applied.skipped + drained.skipped,
            waiting: applied.waiting,
            parked: applied.parked + drained.parked,
            gap: applied.gap,
        })
    }

    /// How the durable stands.
    pub async fn state(&self) -> Result<ConsumerState, BusError> {
        self.subscription.state().await
    }

    async fn round(&mut self, stop: &CancellationToken) -> Result<(), ConsumeError> {
        self.ensure().await?;
        let restless = self.waited.is_some_and(|at| at.elapsed() < RESTLESS);
        let patience = if restless { PATIENCE } else { IDLE };
        // What a pull given up at the stop had taken comes again, from the bus or over the repair road.
        let deliveries = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            deliveries = self.subscription.pull(BATCH, patience) => deliveries?,
        };
        if !deliveries.is_empty() {
            self.progress.heard = true;
            self.cures = 0;
            let (events, ackers) = self.sort(deliveries).await?;
            if !self.apply_until_done(events, stop).await {
                return Ok(());
            }
            acknowledge(ackers).await;
        }
        // One after another until nothing more can be done now.
        loop {
            let drained = self.inbox.drain().await?;
            self.note(drained);
            if drained.effects == 0 || stop.is_cancelled() {
                break;
            }
        }
        self.look_for_starvation().await
    }

    /// Tries until the batch is stored; false when told to stop before that, and the messages come again.
    async fn apply_until_done(&mut self, events: Vec<Envelope>, stop: &CancellationToken) -> bool {
        let mut backoff = Backoff::up_to(LONGEST_PAUSE);
        loop {
            match self.inbox.apply(events.clone()).await {
                Ok(applied) => {
                    self.note(applied);
                    return true;
                }
                Err(error) => {
                    let consumer = self.inbox.consumer().name;
                    tracing::warn!(
                        consumer,
                        error = &error as &dyn std::error::Error,
                        "a batch cannot be stored; trying again"
                    );
                }
            }
            if !wait(stop, backoff.pause(), None, None).await {
                return false;
            }
        }
    }

    fn note(&mut self, applied: Applied) {
        if applied.waiting > 0 {
            self.waited = Some(Instant::now());
        }
    }

    /// Makes sure of the stream and the durable, once per connection and after every failure.
    async fn ensure(&mut self) -> Result<(), ConsumeError> {
        let connects = *self.bus.connects().borrow();
        if self.ensured != Some(connects) {
            self.topology.ensure_stream(&self.stream).await?;
            self.topology.ensure_consumer(self.subscription.spec()).await?;
            self.ensured = Some(connects);
        }
        Ok(())
    }

    /// Tells events from other messages, which are kept aside for an operator.
    async fn sort(&self, deliveries: Vec<Delivery>) -> Result<(Vec<Envelope>, Vec<Acker>), DbError> {
        let (mut events, mut ackers) = (Vec::new(), Vec::new());
        for delivery in deliveries {
            let subject = delivery.subject.clone();
            let (event, body, acker) = delivery.split();
            match event {
                Ok(event) => events.push(event),
                Err(error) => {
                    tracing::error!(alarm = true, consumer = self.inbox.consumer().name, subject, %error, "a message is not an event");
                    self.inbox.park_unreadable(&subject, &error.to_string(), &body).await?;
                }
            }
            ackers.push(acker);
        }
        Ok((events, ackers))
    }

    async fn look_for_starvation(&mut self) -> Result<(), ConsumeError> {
        if self.progress.looked.elapsed() < LOOK_FOR_STARVATION {
            return Ok(());
        }
        let durable = self.subscription.state().await?;
        let stream = self.bus.stream_state(&self.stream.name).await?;
        let consumer = self.inbox.consumer().name;
        metrics::gauge!("huiyin_consumer_lag_messages", "consumer" => consumer)
            .set((durable.undelivered + durable.unacknowledged) as f64);
        if starves(&durable, &stream, self.progress.heard) {
            let cure = Cure::after(self.cures);
            tracing::error!(alarm = true, consumer, ?durable, ?stream, ?cure, "the durable starves; it is made again");
            metrics::counter!("huiyin_consumer_remade_total", "consumer" => consumer).increment(1);
            self.cures += 1;
            self.topology.remake_consumer(self.subscription.spec()).await?;
            match cure {
                Cure::Durable => {}
                Cure::Connection => self.bus.reconnect().await,
                Cure::Process => self.hopeless.cancel(),
            }
        }
        self.progress = Progress { looked: Instant::now(), heard: false };
        Ok(())
    }
}

/// The durable believes to be ahead of its stream, or has something for us and gave nothing since the last look.
const fn starves(durable: &ConsumerState, stream: &StreamState, heard: bool) -> bool {
    durable.ack_floor > stream.last_seq
        || durable.delivered > stream.last_seq
        || (durable.undelivered > 0 && durable.unacknowledged == 0 && !heard)
}

async fn acknowledge(ackers: Vec<Acker>) {
    for acker in ackers {
        if let Err(error) = acker.ack().await {
            // It will come again, and be known.
            tracing::debug!(%error, "an acknowledgement was not sent");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    /// N7.
    #[test]
    fn a_durable_that_starves_again_and_again_gets_a_new_connection_and_then_a_new_process() {
        let cures: Vec<Cure> = (0..8).map(Cure::after).collect();
        let (durable, connection, process) = (Cure::Durable, Cure::Connection, Cure::Process);
        assert_eq!(cures, [durable, durable, durable, connection, connection, connection, process, process]);
    }

    #[test]
    fn a_durable_ahead_of_its_stream_or_silent_with_messages_to_give_starves() {
        let stream = StreamState { created_at: DateTime::UNIX_EPOCH, last_seq: 5, messages: 5 };
        let at = |ack_floor, delivered, undelivered, unacknowledged| ConsumerState {
            undelivered,
            unacknowledged,
            ack_floor,
            delivered,
        };
        assert!(starves(&at(10, 10, 0, 0), &stream, true), "the stream was rolled back");
        assert!(starves(&at(2, 2, 3, 0), &stream, false), "nothing given");
        assert!(!starves(&at(2, 2, 3, 0), &stream, true), "busy");
        assert!(!starves(&at(2, 4, 1, 2), &stream, false), "waiting for an acknowledgement that is to come again");
        assert!(!starves(&at(5, 5, 0, 0), &stream, false), "idle");
    }
}
