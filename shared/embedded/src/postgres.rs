use std::{
    fmt, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use nix::sys::signal::Signal;

use crate::{
    Error,
    account::{Account, make_private_dir},
    binaries::PostgresBinaries,
    ports,
    process::{Launch, Process, command_as, lives, long_pause, pause, wait_until},
};

const PROGRAM: &str = "Postgres";
const START_PATIENCE: Duration = Duration::from_mins(1);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// How a Postgres is to be started.
#[derive(Clone)]
pub struct PostgresOptions {
    /// Made on the first start, together with its parents.
    dir: PathBuf,
    superuser: String,
    password: String,
    settings: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    fsync: bool,
    throw_away: bool,
    outlives_parent: bool,
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("dir", &self.dir)
            .field("superuser", &self.superuser)
            .finish_non_exhaustive()
    }
}

impl PostgresOptions {
    /// A lasting server. The superuser and its password are set on the first start; later starts must
    /// give the same.
    pub fn new(dir: impl Into<PathBuf>, superuser: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            dir: dir.into(),
            superuser: superuser.into(),
            password: password.into(),
            settings: vec![("shared_buffers".into(), "256MB".into()), ("max_wal_size".into(), "2GB".into())],
            environment: Vec::new(),
            fsync: true,
            throw_away: false,
            outlives_parent: false,
        }
    }

    /// A server whose data nobody will miss: small buffers, no syncing while the cluster is made.
    /// Commits are as durable as anywhere.
    pub fn for_tests(dir: impl Into<PathBuf>) -> Self {
        let mut options = Self::new(dir, "huiyin", "huiyin-test");
        options.settings = vec![("shared_buffers".into(), "48MB".into()), ("wal_level".into(), "replica".into())];
        options.throw_away = true;
        options
    }

    /// One more server setting; the last one of a name wins.
    #[must_use]
    pub fn with_setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// One more variable in the server's environment.
    #[must_use]
    pub fn with_environment(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Only for the test that shows services refusing such a server: it loses acknowledged petitions
    /// when the machine stops.
    #[must_use]
    pub fn with_fsync_off_to_be_refused(mut self) -> Self {
        self.fsync = false;
        self
    }

    /// Goes on when the starting process ends; together with [`EmbeddedPostgres::leave_running`]. Whoever
    /// asks for this must end it by other means.
    #[must_use]
    pub fn outliving_parent(mut self) -> Self {
        self.outlives_parent = true;
        self
    }

    fn arguments(&self, data: &Path, port: u16) -> Vec<String> {
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        let fixed = [
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port.to_string()),
            ("unix_socket_directories", String::new()),
            ("max_connections", "200".to_owned()),
            ("fsync", switch(self.fsync)),
            ("synchronous_commit", "on".to_owned()),
            ("full_page_writes", "on".to_owned()),
            ("password_encryption", "scram-sha-256".to_owned()),
            ("timezone", "UTC".to_owned()),
            ("log_timezone", "UTC".to_owned()),
            // Statements carry personal data; the log must not.
            ("log_min_error_statement", "panic".to_owned()),
            ("log_error_verbosity", "terse".to_owned()),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut arguments = vec!["-D".to_owned(), data.display().to_string()];
        for (name, value) in fixed.chain(self.settings.iter().cloned()) {
            arguments.push("-c".to_owned());
            arguments.push(format!("{name}={value}"));
        }
        arguments
    }
}

/// A running Postgres with its own data directory and port on 127.0.0.1.
///
/// Layout of the directory: `data/` (the cluster), `port`, `log`.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    options: PostgresOptions,
    binaries: PostgresBinaries,
    account: Option<Account>,
    dir: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl EmbeddedPostgres {
    /// Makes the cluster if there is none, starts it and waits until it answers.
    pub async fn start(options: PostgresOptions) -> Result<Self, Error> {
        let binaries = PostgresBinaries::find()?;
        let account = Account::for_postgres()?;
        let dir = make_private_dir(&options.dir, account)?;
        let mut server = Self { options, binaries, account, dir, port: 0, process: None };
        if !server.data().join("PG_VERSION").is_file() {
            server.make_cluster().await?;
        }
        server.launch().await?;
        Ok(server)
    }

    /// The cluster: what a backup copies.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// What the server says about itself.
    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Where everything of this server lies (it can differ from what was asked for, see the crate's documentation).
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of `psql`, `pg_dump` and the rest, fitting this server.
    pub fn programs(&self) -> &Path {
        &self.binaries.dir
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// `None` while it is stopped.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    pub fn url(&self, user: &str, password: &str, database: &str) -> String {
        format!("postgres://{}:{}@127.0.0.1:{}/{}", encode(user), encode(password), self.port, encode(database))
    }

    /// As the superuser.
    pub fn admin_url(&self, database: &str) -> String {
        self.url(&self.options.superuser, &self.options.password, database)
    }

    /// Ends sessions, writes a checkpoint, stops.
    pub async fn stop(&mut self) -> Result<(), Error> {
        match self.process.take() {
            Some(mut process) => process.stop(STOP_PATIENCE).await,
            None => Ok(()),
        }
    }

    /// `kill -9` of the postmaster: the next start goes through crash recovery.
    pub async fn kill(&mut self) -> Result<(), Error> {
        match self.process.take() {
            Some(mut process) => process.kill().await,
            None => Err(Error::NotRunning { program: PROGRAM }),
        }
    }

    /// Sends the postmaster a signal (SIGSTOP, SIGCONT, …).
    pub fn signal(&self, signal: Signal) -> Result<(), Error> {
        self.process.as_ref().ok_or(Error::NotRunning { program: PROGRAM })?.signal(signal)
    }

    /// Stops it if it runs, and starts it on the same port unless that was taken meanwhile.
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

    async fn make_cluster(&self) -> Result<(), Error> {
        let data = self.data();
        if data.exists() {
            // An interrupted first start: a cluster without PG_VERSION never held anything.
            fs::remove_dir_all(&data).map_err(Error::file("remove", &data))?;
        }
        let secret = self.dir.join("first-password");
        fs::write(&secret, &self.options.password).map_err(Error::file("write", &secret))?;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).map_err(Error::file("protect", &secret))?;
        if let Some(account) = self.account {
            account.give(&secret)?;
        }
        let initdb = self.binaries.program("initdb");
        let mut command = command_as(&initdb, self.account, None)?;
        command.arg("-D").arg(&data).arg("-U").arg(&self.options.superuser);
        command.arg("--pwfile").arg(&secret).arg("--auth=scram-sha-256").arg("--data-checksums");
        command.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        if self.options.throw_away {
            command.arg("--no-sync");
        }
        command.current_dir("/").stdin(Stdio::null());
        let output = tokio::process::Command::from(command).output().await;
        fs::remove_file(&secret).map_err(Error::file("remove", &secret))?;
        let output = output.map_err(|source| Error::Spawn { program: initdb.display().to_string(), source })?;
        if output.status.success() {
            return Ok(());
        }
        let log = self.log();
        fs::write(&log, &output.stderr).map_err(Error::file("write", &log))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let reason = said.lines().find(|line| line.contains("error")).unwrap_or("initdb failed").to_owned();
        Err(Error::DidNotStart { program: PROGRAM, reason, log })
    }

    async fn launch(&mut self) -> Result<(), Error> {
        self.wait_for_predecessor().await?;
        let port_file = self.dir.join("port");
        self.port = ports::sticky(&port_file)?;
        let mut attempts = 0;
        loop {
            match self.launch_once().await {
                Ok(process) => {
                    self.process = Some(process);
                    return Ok(());
                }
                // The port was taken between look and bind, or a killed server's sessions still hold its memory.
                Err(reason) if attempts < 20 && reason.contains("Address already in use") => {
                    self.port = ports::fresh(&port_file)?;
                }
                Err(reason) if attempts < 20 && reason.contains("shared memory block") => {
                    for _ in 0..25 {
                        pause().await;
                    }
                }
                Err(reason) => {
                    return Err(Error::DidNotStart { program: PROGRAM, reason, log: self.log() });
                }
            }
            attempts += 1;
        }
    }

    /// A server whose parent was killed may still be shutting down: that is waited for. One that goes on
    /// serving belongs to someone else.
    async fn wait_for_predecessor(&self) -> Result<(), Error> {
        let predecessor = || PidFile::read(&self.data()).filter(|file| lives(file.pid, "postgres"));
        let settled = || predecessor().is_none_or(|file| file.status == "ready");
        wait_until(Duration::from_secs(30), settled).await;
        if wait_until(Duration::from_secs(1), || predecessor().is_none()).await {
            return Ok(());
        }
        let pid = predecessor().map_or(0, |file| file.pid);
        Err(Error::AlreadyRunning { program: PROGRAM, dir: self.dir.clone(), pid })
    }

    /// The error is the server's own last word.
    async fn launch_once(&self) -> Result<Process, String> {
        let log = self.log();
        let log_before = fs::metadata(&log).map_or(0, |meta| meta.len());
        let mut process = Process::spawn(Launch {
            program: &self.binaries.program("postgres"),
            args: self.options.arguments(&self.data(), self.port),
            environment: &self.options.environment,
            account: self.account,
            log: &log,
            // SIGINT is Postgres' "fast" stop; SIGQUIT ("immediate") is enough for data nobody will miss.
            stop_signal: if self.options.throw_away { Signal::SIGQUIT } else { Signal::SIGINT },
            bound_to_parent: !self.options.outlives_parent,
        })
        .map_err(|error| error.to_string())?;
        let (data, pid) = (self.data(), process.pid());
        let is_ready = || PidFile::read(&data).is_some_and(|file| file.pid == pid && file.status == "ready");
        let mut ended = false;
        wait_until(START_PATIENCE, || {
            ended = process.has_ended();
            ended || is_ready()
        })
        .await;
        if !ended && is_ready() {
            return Ok(process);
        }
        Err(last_word(&log, log_before))
    }
}

/// The last FATAL or PANIC line written since, without its time stamp.
fn last_word(log: &Path, since: u64) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes.get(since as usize..).unwrap_or_default()).into_owned();
    let telling =
        |mark: &str| text.lines().rev().find_map(|line| line.split_once(mark).map(|(_, said)| said.trim().to_owned()));
    // "could not bind" is a LOG line; the FATAL after it only says that no socket could be made.
    let bind = text.contains("Address already in use").then(|| "Address already in use".to_owned());
    bind.or_else(|| telling("PANIC:"))
        .or_else(|| telling("FATAL:"))
        .unwrap_or_else(|| "it did not become ready".to_owned())
}

/// `postmaster.pid`: its first line says whose word it is, its eighth how far that server is.
struct PidFile {
    pid: u32,
    status: String,
}

impl PidFile {
    fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines().map(str::trim);
        let pid = lines.next()?.parse().ok()?;
        let status = lines.nth(6).unwrap_or_default().to_owned();
        Some(Self { pid, status })
    }
}

/// Percent-encodes what could not stand in a URL as it is.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durability_is_on_unless_refusal_is_to_be_shown() {
        let options = PostgresOptions::for_tests("/nowhere");
        let arguments = |options: &PostgresOptions| options.arguments(Path::new("/nowhere/data"), 1).join(" ");
        for setting in ["fsync=on", "synchronous_commit=on", "full_page_writes=on"] {
            assert!(arguments(&options).contains(setting), "{setting}");
        }
        assert!(arguments(&options.with_fsync_off_to_be_refused()).contains("fsync=off"));
    }

    #[test]
    fn a_password_of_any_letters_survives_the_url() {
        assert_eq!(encode("a:b@c/d 密"), "a%3Ab%40c%2Fd%20%E5%AF%86");
    }
}
