//! Many people at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::citizens::{Citizens, Petition, petition};
use super::dice::Dice;

/// How many people stand at the door at the same time.
pub(crate) const PEOPLE: u64 = 96;

/// A crowd handing in petitions until told to stop. At [`strike`](Self::strike) all of them have one under way.
#[derive(Debug)]
pub(crate) struct Load {
    people: JoinSet<Result<Vec<Petition>>>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stop: CancellationToken,
    under_way: AtomicUsize,
    all_at_once: Notify,
}

impl Load {
    /// Lets the crowd in. Each hands in one petition after the other, at its own pace.
    pub(crate) fn begin(citizens: &Citizens, dice: &Dice) -> Self {
        let shared = Arc::new(Shared::default());
        let mut people = JoinSet::new();
        for person in 0..PEOPLE {
            people.spawn(stand_in_line(citizens.clone(), dice.of(person), Arc::clone(&shared)));
        }
        Self { people, shared }
    }

    /// Everybody hands in at once; returns a moment later, drawn by lot, with the number of petitions that were under way.
    pub(crate) async fn strike(&self, dice: &mut Dice, wanted: usize) -> usize {
        super::pause(dice.up_to(Duration::from_millis(400))).await;
        let mut most = 0;
        for _ in 0..2_000 {
            if most >= wanted {
                break;
            }
            // Again and again: whoever was just being answered is back in line by then.
            self.shared.all_at_once.notify_waiters();
            super::pause(Duration::from_millis(1)).await;
            most = most.max(self.shared.under_way.load(Ordering::SeqCst));
        }
        super::pause(dice.up_to(Duration::from_millis(50))).await;
        most
    }

    /// Nobody begins another one; what is under way is asked for until it is answered.
    pub(crate) async fn end(mut self) -> Result<Vec<Petition>> {
        self.shared.stop.cancel();
        let mut answered = Vec::new();
        while let Some(person) = self.people.join_next().await {
            answered.extend(person.context("a person fell over")??);
        }
        Ok(answered)
    }
}

async fn stand_in_line(citizens: Citizens, mut dice: Dice, shared: Arc<Shared>) -> Result<Vec<Petition>> {
    let mut answered = Vec::new();
    while !shared.stop.is_cancelled() {
        let key = dice.uuid().to_string();
        let body = petition(&mut dice);
        shared.under_way.fetch_add(1, Ordering::SeqCst);
        let outcome = citizens.hand_in(&key, body, &mut dice).await;
        shared.under_way.fetch_sub(1, Ordering::SeqCst);
        answered.push(outcome?);
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = shared.all_at_once.notified() => {}
            () = super::pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(2))) => {}
        }
    }
    Ok(answered)
}
