//! One pair of servers for every test process of this user.
//!
//! Each process holds a shared lock on `users` for as long as it lives; the kernel gives it back however the
//! process ends. A small shell, started beside the servers, waits until it can have that lock alone, lingers a
//! moment (the next test process is often on its way), and then ends the servers while holding it. Whoever comes
//! meanwhile waits for the lock and starts a new pair.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    net::{SocketAddr, TcpStream},
    os::unix::{
        fs::{DirBuilderExt, MetadataExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use huiyin_embedded::{EmbeddedNats, EmbeddedPostgres, NatsOptions, PostgresOptions};

/// $1 directory, $2 run, $3 Postgres' process, $4 nats-server's. `flock -x FILE true` waits for the last user.
const REAPER: &str = r#"
cd / || exit 1
while :; do
  flock -x "$1/users" true || exit 1
  sleep 10
  flock -n -x "$1/users" sh -c '
    is() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]; }
    is "$3" postgres && kill -QUIT "$3"
    is "$4" nats-server && kill -TERM "$4"
    n=0
    while { is "$3" postgres || is "$4" nats-server; } && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done
    rm -rf "$1/$2"
    grep -qx "$2" "$1/addresses" 2>/dev/null && rm -f "$1/addresses"
    true' reaper "$1" "$2" "$3" "$4" && exit 0
done
"#;

#[derive(Debug)]
pub(crate) struct SharedServers {
    pub(crate) database: String,
    pub(crate) nats: String,
    /// The shared lock: held until this process ends.
    _user: File,
}

impl SharedServers {
    pub(crate) async fn join() -> Result<Self> {
        let dir = own_dir()?;
        let start = open(&dir.join("start"))?;
        start.lock().context("the lock of the starters")?;
        let user = open(&dir.join("users"))?;
        user.lock_shared().context("the lock of the users")?;
        let (database, nats) = match running(&dir) {
            Some(addresses) => addresses,
            None => start_pair(&dir).await?,
        };
        Ok(Self { database, nats, _user: user })
    }
}

/// `/tmp/huiyin-test-<uid>`; nobody else's, because code of others could stand there.
fn own_dir() -> Result<PathBuf> {
    let uid = nix::unistd::getuid().as_raw();
    let dir = std::env::temp_dir().join(format!("huiyin-test-{uid}"));
    let _ = DirBuilder::new().mode(0o711).create(&dir);
    let meta = fs::symlink_metadata(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    ensure!(meta.is_dir() && meta.uid() == uid, "{} belongs to someone else", dir.display());
    Ok(dir)
}

fn open(path: &Path) -> Result<File> {
    let options = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    options.with_context(|| format!("cannot open {}", path.display()))
}

/// What the starter wrote down, if both servers still answer there.
fn running(dir: &Path) -> Option<(String, String)> {
    let text = fs::read_to_string(dir.join("addresses")).ok()?;
    let mut lines = text.lines().skip(1);
    let (database, nats) = (lines.next()?, lines.next()?);
    let answers = |url: &str| {
        let url = url::Url::parse(url).ok()?;
        let address: SocketAddr = format!("{}:{}", url.host_str()?, url.port()?).parse().ok()?;
        TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()
    };
    answers(database).and(answers(nats))?;
    Some((database.to_owned(), nats.to_owned()))
}

async fn start_pair(dir: &Path) -> Result<(String, String)> {
    let run = format!("run-{}", std::process::id());
    let home = dir.join(&run);
    let _ = fs::remove_dir_all(&home);
    DirBuilder::new().mode(0o711).create(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let postgres = PostgresOptions::for_tests(home.join("postgres")).outliving_parent();
    let postgres = EmbeddedPostgres::start(postgres).await?;
    let nats = EmbeddedNats::start(NatsOptions::for_tests(home.join("nats")).outliving_parent()).await?;
    let (database_url, nats_url) = (postgres.admin_url("postgres"), nats.url());

    let pid = |pid: Option<u32>| pid.map(|pid| pid.to_string()).context("a server ended right after its start");
    let (postgres_pid, nats_pid) = (pid(postgres.pid())?, pid(nats.pid())?);
    // The servers' handles stop them on every early return above and here; only then are they let go.
    Command::new("sh")
        .args(["-c", REAPER, "huiyin-test-servers"])
        .arg(dir)
        .args([&run, &postgres_pid, &nats_pid])
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run sh")?;
    fs::write(dir.join("addresses"), format!("{run}\n{database_url}\n{nats_url}\n"))?;
    postgres.leave_running();
    nats.leave_running();
    Ok((database_url, nats_url))
}
