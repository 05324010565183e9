//! One child process: spawn, signal, wait, and an end together with the parent.

use std::{
    fs::OpenOptions,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{Error, account::Account};

/// How often readiness and endings are looked at.
const TICK: Duration = Duration::from_millis(10);
const LONG_TICK: Duration = Duration::from_millis(500);

/// A running child.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// What ends it in good order.
    stop_signal: Signal,
}

#[derive(Debug)]
pub(crate) struct Launch<'a> {
    pub(crate) program: &'a Path,
    pub(crate) args: Vec<String>,
    /// Beside what the parent has.
    pub(crate) environment: &'a [(String, String)],
    pub(crate) account: Option<Account>,
    pub(crate) log: &'a Path,
    pub(crate) stop_signal: Signal,
    /// Ends with the parent, however the parent ends.
    pub(crate) bound_to_parent: bool,
}

impl Process {
    pub(crate) fn spawn(launch: Launch<'_>) -> Result<Self, Error> {
        let program = if launch.environment.is_empty() { launch.program } else { Path::new("/usr/bin/env") };
        let mut command = command_as(program, launch.account, launch.bound_to_parent.then_some(launch.stop_signal))?;
        if !launch.environment.is_empty() {
            // Set only once the account has changed: a preloaded library must not begin its life under another one.
            command.args(launch.environment.iter().map(|(name, value)| format!("{name}={value}"))).arg(launch.program);
        }
        let log =
            OpenOptions::new().create(true).append(true).open(launch.log).map_err(Error::file("open", launch.log))?;
        let errors = log.try_clone().map_err(Error::file("open", launch.log))?;
        command.args(launch.args).current_dir("/").process_group(0);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let child = spawn_for_life(command)
            .map_err(|source| Error::Spawn { program: launch.program.display().to_string(), source })?;
        Ok(Self { child, stop_signal: launch.stop_signal })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// True once the child has ended (and been reaped).
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<(), Error> {
        let pid = self.pid();
        kill(pid_of(pid), signal).map_err(|source| Error::Signal { pid, source })
    }

    /// Asks it to end in good order; kills it when it has not after `patience`.
    pub(crate) async fn stop(&mut self, patience: Duration) -> Result<(), Error> {
        if self.has_ended() {
            return Ok(());
        }
        self.signal(self.stop_signal)?;
        let process = &mut *self;
        if wait_until(patience, || process.has_ended()).await {
            return Ok(());
        }
        tracing::warn!(pid = self.pid(), "a server did not stop in time and is killed");
        self.kill().await
    }

    /// SIGKILL, then waits for the end.
    pub(crate) async fn kill(&mut self) -> Result<(), Error> {
        if !self.has_ended() {
            self.signal(Signal::SIGKILL)?;
            wait_until(Duration::from_secs(10), || self.has_ended()).await;
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        let _ = self.signal(self.stop_signal);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(TICK);
        }
        if !self.has_ended() {
            let _ = self.signal(Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

/// Looks again and again until `done` says so; false when `patience` ran out first.
pub(crate) async fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        pause().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "waits for another process; no business time is involved")]
pub(crate) async fn pause() {
    tokio::time::sleep(TICK).await;
}

/// The pause of whoever only wants to hear, some time, that a server has ended.
#[expect(clippy::disallowed_methods, reason = "waits for another process; no business time is involved")]
pub(crate) async fn long_pause() {
    tokio::time::sleep(LONG_TICK).await;
}

/// Whether a process of that number lives and bears that name (numbers are reused).
pub(crate) fn lives(pid: u32, name: &str) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/comm")) {
        Ok(comm) => comm.trim() == name,
        Err(_) => !Path::new("/proc/self/comm").exists() && kill(pid_of(pid), None).is_ok(),
    }
}

fn pid_of(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).expect("process numbers are small"))
}

/// The command, run through `setpriv` when it must change account or end with its parent.
pub(crate) fn command_as(
    program: &Path,
    account: Option<Account>,
    parent_death: Option<Signal>,
) -> Result<Command, Error> {
    let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].iter().map(PathBuf::from).find(|path| path.is_file());
    let Some(setpriv) = setpriv else {
        return if account.is_some() { Err(Error::NoAccount) } else { Ok(Command::new(program)) };
    };
    let mut command = Command::new(setpriv);
    if let Some(Account { uid, gid }) = account {
        command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
    }
    if let Some(signal) = parent_death {
        command.arg("--pdeathsig").arg(signal.as_str().trim_start_matches("SIG"));
    }
    if command.get_args().next().is_none() {
        return Ok(Command::new(program));
    }
    command.arg("--").arg(program);
    Ok(command)
}

type Order = (Command, mpsc::Sender<std::io::Result<Child>>);

/// Spawns from a thread that lives as long as the process: the kernel sends the "parent died" signal
/// when the *thread* that spawned the child ends, and a test's or a runtime's thread may end early.
fn spawn_for_life(command: Command) -> std::io::Result<Child> {
    static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (orders, inbox) = mpsc::channel::<Order>();
        let body = move || {
            for (mut command, answer) in inbox {
                let _ = answer.send(command.spawn());
            }
        };
        thread::Builder::new().name("server-spawner".into()).spawn(body).expect("a thread can be started");
        orders
    });
    let (answer, result) = mpsc::channel();
    spawner.send((command, answer)).expect("the spawner thread never ends");
    result.recv().expect("the spawner answers every order")
}
