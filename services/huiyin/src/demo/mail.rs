//! A mail server that keeps what it is given to itself: it takes every message, counts it and forgets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The mail server of a demonstration.
#[derive(Debug)]
pub(crate) struct MailCatcher {
    port: u16,
    taken: Arc<AtomicUsize>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl MailCatcher {
    /// Listens on a free port of this machine.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the mail catcher")?;
        let port = listener.local_addr().context("a port without a number")?.port();
        let (taken, stop, tasks) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new(), TaskTracker::new());
        let (count, end, sessions) = (Arc::clone(&taken), stop.clone(), tasks.clone());
        tasks.spawn(async move {
            while let Some(Ok((stream, _))) = end.run_until_cancelled(listener.accept()).await {
                let (count, end) = (Arc::clone(&count), end.clone());
                sessions.spawn(async move {
                    // A client that goes away in the middle is its own affair.
                    let _ = end.run_until_cancelled(session(stream, &count)).await;
                });
            }
        });
        Ok(Self { port, taken, stop, tasks })
    }

    /// Settings that lead here.
    pub(crate) fn settings(&self) -> String {
        format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"xinfang@hean.example\"\ntls = \"none\"\nusername = \"\"\n",
            self.port
        )
    }

    /// Messages taken so far.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Stops listening.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// One SMTP session (RFC 5321), as far as a client needs it that only delivers.
async fn session(stream: TcpStream, taken: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 catcher ESMTP\r\n").await?;
    let mut line = Vec::new();
    let mut in_message = false;
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let text = line.trim_ascii_end();
        let answer: &[u8] =
            match text.split(|byte| *byte == b' ').next().unwrap_or_default().to_ascii_uppercase().as_slice() {
                _ if in_message && text == b"." => {
                    in_message = false;
                    taken.fetch_add(1, Ordering::Relaxed);
                    b"250 2.0.0 taken\r\n"
                }
                _ if in_message => continue,
                b"EHLO" | b"HELO" => b"250-catcher\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                b"DATA" => {
                    in_message = true;
                    b"354 go on\r\n"
                }
                b"QUIT" => {
                    stream.write_all(b"221 2.0.0 bye\r\n").await?;
                    return Ok(());
                }
                _ => b"250 2.0.0 ok\r\n",
            };
        stream.write_all(answer).await?;
    }
}
