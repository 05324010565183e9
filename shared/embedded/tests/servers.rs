//! Against the real servers.

use std::{
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use huiyin_embedded::{EmbeddedNats, EmbeddedPostgres, NatsOptions, PostgresOptions};
use tempfile::TempDir;

fn scratch() -> Result<TempDir> {
    let dir = tempfile::tempdir()?;
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711))?;
    Ok(dir)
}

fn ask(postgres: &EmbeddedPostgres, sql: &str) -> Result<String> {
    let output = Command::new(postgres.programs().join("psql"))
        .args(["-X", "-tA", "-v", "ON_ERROR_STOP=1", "-c", sql, &postgres.admin_url("postgres")])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn is_alive(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

#[tokio::test]
async fn postgres_is_durable_by_default_and_keeps_data_and_port_over_kill_and_restart() -> Result<()> {
    let dir = scratch()?;
    let mut postgres = EmbeddedPostgres::start(PostgresOptions::for_tests(dir.path().join("pg"))).await?;
    for setting in ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] {
        assert_eq!(ask(&postgres, &format!("show {setting}"))?, "on", "{setting}");
    }
    ask(&postgres, "create table kept (n int); insert into kept values (7)")?;
    let port = postgres.port();

    postgres.kill().await?;
    assert!(ask(&postgres, "select 1").is_err());
    postgres.restart().await?;
    assert_eq!(postgres.port(), port);
    assert_eq!(ask(&postgres, "select n from kept")?, "7");

    postgres.stop().await?;
    assert_eq!(postgres.pid(), None);
    postgres.restart().await?;
    assert_eq!(ask(&postgres, "select n from kept")?, "7");
    Ok(())
}

/// A checkout below `/root`, as root: the account Postgres runs as cannot get there.
#[tokio::test]
async fn a_directory_postgres_cannot_reach_is_replaced_by_a_link_and_erased_with_it() -> Result<()> {
    let dir = scratch()?;
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700))?;
    let wanted = dir.path().join("pg");
    let options = PostgresOptions::for_tests(&wanted);
    let mut postgres = EmbeddedPostgres::start(options.clone()).await?;
    ask(&postgres, "create table kept (n int)")?;
    postgres.stop().await?;
    let really = postgres.dir().to_owned();
    assert_eq!(std::fs::canonicalize(&wanted)?, really);

    let mut postgres = EmbeddedPostgres::start(options.clone()).await?;
    assert_eq!(postgres.dir(), really);
    ask(&postgres, "select n from kept")?;
    postgres.stop().await?;

    huiyin_embedded::erase(&wanted)?;
    assert!(!really.exists() && !wanted.exists());
    let postgres = EmbeddedPostgres::start(options).await?;
    assert!(ask(&postgres, "select n from kept").is_err());
    drop(postgres);
    huiyin_embedded::erase(&wanted)?;
    Ok(())
}

#[test]
fn bootstrap_and_this_crate_agree_on_the_oldest_servers() -> Result<()> {
    let bootstrap = concat!(env!("CARGO_MANIFEST_DIR"), "/../../script/bootstrap");
    let bootstrap = std::fs::read_to_string(bootstrap)?;
    assert!(bootstrap.contains(&format!("postgres_min={}\n", huiyin_embedded::MIN_POSTGRES)));
    assert!(bootstrap.contains(&format!("nats_min={}\n", huiyin_embedded::MIN_NATS)));
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_refused() -> Result<()> {
    let dir = scratch()?;
    let postgres = EmbeddedPostgres::start(PostgresOptions::for_tests(dir.path().join("pg"))).await?;
    let psql = postgres.programs().join("psql");
    let output =
        Command::new(psql).args(["-c", "select 1", &postgres.url("huiyin", "guessed", "postgres")]).output()?;
    assert!(String::from_utf8_lossy(&output.stderr).contains("password authentication failed"));
    Ok(())
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_refused() -> Result<()> {
    let dir = scratch()?;
    let options = PostgresOptions::for_tests(dir.path().join("pg"));
    let first = EmbeddedPostgres::start(options.clone()).await?;
    let refused = EmbeddedPostgres::start(options).await.err().context("two servers on one data directory")?;
    assert!(refused.to_string().contains("already runs on"), "{refused}");
    drop(first);
    Ok(())
}

#[tokio::test]
async fn dropping_a_server_ends_its_process() -> Result<()> {
    let dir = scratch()?;
    let postgres = EmbeddedPostgres::start(PostgresOptions::for_tests(dir.path().join("pg"))).await?;
    let nats = EmbeddedNats::start(NatsOptions::for_tests(dir.path().join("nats"))).await?;
    let pids = [postgres.pid().context("pid")?, nats.pid().context("pid")?];
    assert!(pids.iter().all(|pid| is_alive(*pid)));
    drop((postgres, nats));
    assert!(!pids.iter().any(|pid| is_alive(*pid)));
    Ok(())
}

#[tokio::test]
async fn nats_serves_jetstream_and_comes_back_on_the_same_port() -> Result<()> {
    let dir = scratch()?;
    let mut nats = EmbeddedNats::start(NatsOptions::for_tests(dir.path().join("nats"))).await?;
    let greeting = |nats: &EmbeddedNats| -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", nats.port()))?;
        let mut buffer = vec![0; 4096];
        let length = stream.read(&mut buffer)?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    };
    assert!(greeting(&nats)?.contains("\"jetstream\":true"));
    let port = nats.port();
    nats.kill().await?;
    assert!(greeting(&nats).is_err());
    nats.restart().await?;
    assert_eq!(nats.port(), port);
    assert!(greeting(&nats)?.contains("\"jetstream\":true"));
    Ok(())
}

#[tokio::test]
async fn the_given_users_are_required() -> Result<()> {
    let dir = scratch()?;
    let config = "authorization { user: relay, password: secret }";
    let nats = EmbeddedNats::start(NatsOptions::new(dir.path().join("nats"), config).with_sync_always()).await?;
    let mut stream = TcpStream::connect(("127.0.0.1", nats.port()))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"CONNECT {}\r\nPING\r\n")?;
    let mut said = String::new();
    stream.read_to_string(&mut said)?;
    assert!(said.contains("Authorization Violation"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_configuration_the_server_refuses_is_reported_in_its_own_words() -> Result<()> {
    let dir = scratch()?;
    let refused = EmbeddedNats::start(NatsOptions::new(dir.path().join("nats"), "no_such_setting: 1")).await;
    let said = refused.err().context("a server with an unknown setting started")?.to_string();
    assert!(said.contains("no_such_setting"), "{said}");
    assert_eq!(said.lines().count(), 1);
    Ok(())
}

#[test]
fn servers_end_with_their_command_even_when_the_parent_is_killed() -> Result<()> {
    // What the killed parent could not remove goes with this directory.
    let dir = scratch()?;
    let mut parent = Command::new(env!("CARGO_BIN_EXE_huiyin-servers"))
        .env("TMPDIR", dir.path())
        .args(["sh", "-c", "echo $HUIYIN_TEST_DATABASE_URL; exec tail -f /dev/null"])
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    let mut stdout = std::io::BufReader::new(parent.stdout.take().context("stdout")?);
    std::io::BufRead::read_line(&mut stdout, &mut url)?;
    let address =
        url.trim().rsplit('@').next().and_then(|rest| rest.split('/').next()).context("an address")?.to_owned();
    ensure!(TcpStream::connect(&address).is_ok(), "nothing answers at {address}");

    parent.kill()?;
    parent.wait()?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(&address).is_ok() {
        ensure!(Instant::now() < deadline, "Postgres outlived its killed parent");
        std::thread::yield_now();
    }
    Ok(())
}
