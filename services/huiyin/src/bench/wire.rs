//! HTTP/1.1 down to the socket, so that what is measured is the service and not the client that shares its processors.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

/// What was answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("the service does not listen")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, outgoing: Vec::with_capacity(8 << 10), incoming: Vec::with_capacity(8 << 10) })
    }

    /// Sends one request, given in parts, and reads the whole answer.
    pub(super) async fn send(&mut self, request: &[&[u8]]) -> anyhow::Result<Answer<'_>> {
        self.outgoing.clear();
        for part in request {
            self.outgoing.extend_from_slice(part);
        }
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
        Ok(Answer { status, body: &self.incoming[end..end + length] })
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.incoming).await?;
        ensure!(read > 0, "the service closed the connection");
        Ok(())
    }
}
