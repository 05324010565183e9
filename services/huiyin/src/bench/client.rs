//! A closed loop over kept connections: each sends its next petition when the last one is answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::task::JoinSet;

use super::bodies::Request;
use super::wire::Connection;

/// Who sends what to whom.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub(super) address: SocketAddr,
    pub(super) connections: usize,
    pub(super) requests: Vec<Request>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Answered {
    /// From the first byte sent to the last byte read; sorted.
    pub(super) latencies: Vec<Duration>,
    /// 503: told to come back.
    pub(super) put_off: usize,
    pub(super) elapsed: Duration,
}

impl Load {
    /// Waits until the first petition is taken in.
    pub(super) async fn first_answer(&self, patience: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let tried = async {
                let mut connection = Connection::open(self.address).await?;
                hand_in(&mut connection, &self.requests[0], "first").await
            };
            match tried.await {
                Ok(201) => return Ok(()),
                other if begun.elapsed() > patience => bail!("intake takes nothing in: {other:?}"),
                _ => pause().await,
            }
        }
    }

    /// Runs for that long. `run` keeps the keys of several runs apart.
    pub(super) async fn run(&self, duration: Duration, run: u64) -> anyhow::Result<Answered> {
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for number in 0..self.connections {
            tasks.spawn(one(self.clone(), number, run, begun + duration));
        }
        let mut all = Answered::default();
        while let Some(ended) = tasks.join_next().await {
            let one = ended.context("a connection's task")??;
            all.latencies.extend(one.latencies);
            all.put_off += one.put_off;
        }
        all.elapsed = begun.elapsed();
        all.latencies.sort_unstable();
        ensure!(!all.latencies.is_empty(), "not one petition was taken in");
        Ok(all)
    }
}

async fn one(load: Load, number: usize, run: u64, until: Instant) -> anyhow::Result<Answered> {
    let mut connection = Connection::open(load.address).await?;
    let mut answered = Answered::default();
    let mut next = number * 7;
    while Instant::now() < until {
        let key = format!("bench-{run}-{number}-{next}");
        let begun = Instant::now();
        match hand_in(&mut connection, &load.requests[next % load.requests.len()], &key).await? {
            201 => answered.latencies.push(begun.elapsed()),
            503 => {
                answered.put_off += 1;
                pause().await;
            }
            status => bail!("a valid petition was answered {status}"),
        }
        next += 1;
    }
    Ok(answered)
}

#[expect(clippy::disallowed_methods, reason = "a client told to come back waits, in machine time")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn hand_in(connection: &mut Connection, request: &Request, key: &str) -> anyhow::Result<u16> {
    connection.send(&[&request.before_key, key.as_bytes(), &request.after_key]).await.map(|answer| answer.status)
}
