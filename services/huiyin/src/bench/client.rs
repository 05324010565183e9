//! A closed loop over kept connections: each sends its next petition when the last one is answered. Written down to the socket,
//! so that what is measured is intake and not the client that shares its processors.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::bodies::Request;

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
                connection.hand_in(&self.requests[0], "first").await
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
        match connection.hand_in(&load.requests[next % load.requests.len()], &key).await? {
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

/// A kept HTTP/1.1 connection.
#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("intake does not listen")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, outgoing: Vec::with_capacity(8 << 10), incoming: Vec::with_capacity(8 << 10) })
    }

    /// Sends one petition and reads the whole answer; gives its status.
    async fn hand_in(&mut self, request: &Request, key: &str) -> anyhow::Result<u16> {
        self.outgoing.clear();
        self.outgoing.extend_from_slice(&request.before_key);
        self.outgoing.extend_from_slice(key.as_bytes());
        self.outgoing.extend_from_slice(&request.after_key);
        self.stream.write_all(&self.outgoing).await?;
        self.incoming.clear();
        let end = loop {
            if let Some(end) = self.incoming.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await?;
        };
        let head = std::str::from_utf8(&self.incoming[..end]).context("the head of an answer")?;
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).context("an answer without a status")?;
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let length = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
        let length: usize = length.context("an answer without a length")?.parse()?;
        while self.incoming.len() < end + length {
            self.read().await?;
        }
        Ok(status)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.incoming).await?;
        ensure!(read > 0, "intake closed the connection");
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a client told to come back waits, in machine time")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
