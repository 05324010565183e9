use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::sys::signal::Signal;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::{
    Error,
    account::make_private_dir,
    binaries::NatsBinary,
    ports,
    process::{Launch, Process, lives, long_pause, pause, wait_until},
};

const PROGRAM: &str = "nats-server";
const START_PATIENCE: Duration = Duration::from_mins(1);
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const ONE_ANSWER: Duration = Duration::from_secs(2);

/// How a nats-server is to be started.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// Made on the first start, together with its parents.
    dir: PathBuf,
    /// Configuration text: accounts, users, permissions. What this crate adds must not stand in it:
    /// `listen`, `http`, `server_name`, `pid_file`, `jetstream`.
    config: String,
    max_memory_bytes: u64,
    max_file_bytes: u64,
    sync_always: bool,
    outlives_parent: bool,
}

impl NatsOptions {
    /// A lasting server with the given accounts, users and permissions.
    pub fn new(dir: impl Into<PathBuf>, config: impl Into<String>) -> Self {
        Self {
            dir: dir.into(),
            config: config.into(),
            max_memory_bytes: 256 << 20,
            max_file_bytes: 10 << 30,
            sync_always: false,
            outlives_parent: false,
        }
    }

    /// Open to everyone on 127.0.0.1; little memory. The bytes in files are a limit and not taken beforehand.
    pub fn for_tests(dir: impl Into<PathBuf>) -> Self {
        Self::new(dir, "").with_limits(64 << 20, 64 << 30)
    }

    /// The most that JetStream may keep in memory and in files, in bytes.
    #[must_use]
    pub fn with_limits(mut self, memory: u64, file: u64) -> Self {
        self.max_memory_bytes = memory;
        self.max_file_bytes = file;
        self
    }

    /// Every message is on disk before it is acknowledged: some eighteen times slower. The journals are the
    /// record and heal the streams, so this is for cities with outside subscribers that cannot tell
    /// repeated events apart.
    #[must_use]
    pub fn with_sync_always(mut self) -> Self {
        self.sync_always = true;
        self
    }

    /// Goes on when the starting process ends; together with [`EmbeddedNats::leave_running`]. Whoever
    /// asks for this must end it by other means.
    #[must_use]
    pub fn outliving_parent(mut self) -> Self {
        self.outlives_parent = true;
        self
    }

    fn render(&self, dir: &Path, name: &str, port: u16, monitor_port: u16) -> String {
        format!(
            "# Written at each start; changes here are lost.\n\
             listen: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:{monitor_port}\"\nserver_name: \"{name}\"\npid_file: \"{pid}\"\n\
             jetstream {{\n  store_dir: \"{store}\"\n  max_memory_store: {memory}\n  max_file_store: {file}\n{sync}}}\n\n{config}\n",
            pid = dir.join("pid").display(),
            store = dir.join("store").display(),
            memory = self.max_memory_bytes,
            file = self.max_file_bytes,
            sync = if self.sync_always { "  sync_interval: always\n" } else { "" },
            config = self.config,
        )
    }
}

/// A running nats-server with JetStream, its own directory and ports on 127.0.0.1.
///
/// Layout of the directory: `store/` (JetStream), `nats.conf`, `port`, `monitor-port`, `pid`, `log`.
#[derive(Debug)]
pub struct EmbeddedNats {
    options: NatsOptions,
    binary: NatsBinary,
    dir: PathBuf,
    port: u16,
    monitor_port: u16,
    process: Option<Process>,
}

impl EmbeddedNats {
    /// Starts it and waits until JetStream answers.
    pub async fn start(options: NatsOptions) -> Result<Self, Error> {
        let binary = NatsBinary::find()?;
        let dir = make_private_dir(&options.dir, None)?;
        let mut server = Self { options, binary, dir, port: 0, monitor_port: 0, process: None };
        server.launch().await?;
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The monitoring pages (`/healthz`, `/jsz`, …).
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor_port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// `None` while it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where JetStream keeps its streams: what a test of loss deletes.
    pub fn store_dir(&self) -> PathBuf {
        self.dir.join("store")
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// The configuration it was started with. A change takes effect with SIGHUP, and is gone with the next start.
    pub fn config(&self) -> PathBuf {
        self.dir.join("nats.conf")
    }

    /// Closes connections, flushes, stops.
    pub async fn stop(&mut self) -> Result<(), Error> {
        match self.process.take() {
            Some(mut process) => process.stop(STOP_PATIENCE).await,
            None => Ok(()),
        }
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> Result<(), Error> {
        match self.process.take() {
            Some(mut process) => process.kill().await,
            None => Err(Error::NotRunning { program: PROGRAM }),
        }
    }

    /// Sends it a signal (SIGSTOP, SIGCONT, …).
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        self.process.as_ref().ok_or(Error::NotRunning { program: PROGRAM })?.signal(signal)
    }

    /// Stops it if it runs, and starts it on the same ports unless they were taken meanwhile.
    pub async fn restart(&mut self) -> Result<(), Error> {
        self.stop().await?;
        self.launch().await
    }

    /// Ends when the server ends by itself: a supervisor's cue.
    pub async fn ended(&mut self) {
        while self.process.as_mut().is_some_and(|process| !process.has_ended()) {
            long_pause().await;
        }
    }

    /// Gives up the handle without stopping the server.
    pub fn leave_running(mut self) {
        std::mem::forget(self.process.take());
    }

    async fn launch(&mut self) -> Result<(), Error> {
        self.wait_for_predecessor().await?;
        let (port_file, monitor_file) = (self.dir.join("port"), self.dir.join("monitor-port"));
        self.port = ports::sticky(&port_file)?;
        self.monitor_port = ports::sticky(&monitor_file)?;
        let mut attempts = 0;
        loop {
            match self.launch_once().await {
                Ok(process) => {
                    self.process = Some(process);
                    return Ok(());
                }
                // Taken between look and bind.
                Err(reason) if attempts < 5 && reason.contains("address already in use") => {
                    self.port = ports::fresh(&port_file)?;
                    self.monitor_port = ports::fresh(&monitor_file)?;
                    attempts += 1;
                }
                Err(reason) => {
                    return Err(Error::DidNotStart { program: PROGRAM, reason, log: self.log() });
                }
            }
        }
    }

    /// Two servers on one store would ruin it, and nats-server itself does not look.
    async fn wait_for_predecessor(&self) -> Result<(), Error> {
        let pid_file = self.dir.join("pid");
        let predecessor = || {
            let pid = fs::read_to_string(&pid_file).ok()?.trim().parse().ok()?;
            Some(pid).filter(|pid| lives(*pid, PROGRAM))
        };
        if wait_until(Duration::from_secs(5), || predecessor().is_none()).await {
            return Ok(());
        }
        let pid = predecessor().unwrap_or_default();
        Err(Error::AlreadyRunning { program: PROGRAM, dir: self.dir.clone(), pid })
    }

    /// The error is the server's own last word.
    async fn launch_once(&self) -> Result<Process, String> {
        let (log, config) = (self.log(), self.config());
        let name = format!("huiyin-{}", self.port);
        fs::write(&config, self.options.render(&self.dir, &name, self.port, self.monitor_port))
            .map_err(|error| format!("cannot write its configuration: {error}"))?;
        let log_before = fs::metadata(&log).map_or(0, |meta| meta.len());
        let mut process = Process::spawn(Launch {
            program: &self.binary.path,
            args: vec!["-c".to_owned(), config.display().to_string()],
            environment: &[],
            account: None,
            log: &log,
            stop_signal: Signal::SIGTERM,
            bound_to_parent: !self.options.outlives_parent,
        })
        .map_err(|error| error.to_string())?;
        let pid = process.pid().to_string();
        let owns_pid_file = || fs::read_to_string(self.dir.join("pid")).is_ok_and(|text| text.trim() == pid);
        let mut ended = false;
        wait_until(START_PATIENCE, || {
            ended = process.has_ended();
            ended || owns_pid_file()
        })
        .await;
        // The pid file comes early; clients are served once health and greeting both answer.
        let deadline = tokio::time::Instant::now() + START_PATIENCE;
        while !process.has_ended() && tokio::time::Instant::now() < deadline {
            if self.is_healthy().await && self.greets_as(&name).await {
                return Ok(process);
            }
            pause().await;
        }
        Err(last_word(&log, log_before))
    }

    async fn is_healthy(&self) -> bool {
        let ask = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.monitor_port)).await?;
            stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        };
        matches!(timeout(ONE_ANSWER, ask).await, Ok(Ok(answer)) if answer.lines().next().is_some_and(|line| line.contains(" 200 ")))
    }

    /// Whether the server that answers on our port is ours.
    async fn greets_as(&self, name: &str) -> bool {
        let ask = async {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let mut greeting = String::new();
            BufReader::new(stream).read_line(&mut greeting).await?;
            Ok::<_, std::io::Error>(greeting)
        };
        let expected = format!("\"server_name\":\"{name}\"");
        matches!(timeout(ONE_ANSWER, ask).await, Ok(Ok(greeting)) if greeting.contains(&expected))
    }
}

/// The last thing the server complained about since.
fn last_word(log: &Path, since: u64) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(since as usize..).unwrap_or_default()).into_owned();
    let complaint =
        text.lines().rev().find(|line| line.contains("[FTL]") || line.contains("[ERR]") || line.starts_with(PROGRAM));
    complaint.map_or_else(|| "it did not become ready".to_owned(), |line| line.trim().to_owned())
}
