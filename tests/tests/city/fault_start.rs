//! What cannot work is refused at the start, in one clear line (RELIABILITY D1, N1, §4 "config").

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_testkit::{TestPostgres, scratch_dir};
use tokio::process::Command;

use crate::harness::{TestCity, TestCityOptions, huiyin};

const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program and gives what it said, when it ended by itself and without success.
async fn refusal(arguments: &[&str], settings: &Path, environment: &[(&str, &Path)]) -> Result<String> {
    let mut command = Command::new(huiyin()?);
    command.arg("--settings").arg(settings).args(arguments).envs(environment.iter().copied());
    command.stdin(Stdio::null()).kill_on_drop(true);
    let ended = tokio::time::timeout(PATIENCE, command.output()).await.context("it started, or hangs")??;
    ensure!(!ended.status.success(), "it did not refuse");
    Ok(String::from_utf8_lossy(&ended.stderr).into_owned())
}

/// The refusal is one line that names what is wrong.
fn is_one_clear_line(said: &str, named: &[&str]) -> Result<()> {
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("huiyin:")).collect();
    ensure!(lines.len() == 1 && !said.contains("panicked"), "not one line: {said}");
    for name in named {
        ensure!(lines[0].contains(name), "{name} is not named: {}", lines[0]);
    }
    Ok(())
}

fn changed(city: &TestCity, name: &str, change: impl FnOnce(&mut toml::Table)) -> Result<PathBuf> {
    let mut settings: toml::Table = std::fs::read_to_string(&city.servers.settings_file)?.parse()?;
    change(&mut settings);
    let file = city.servers.settings_file.with_file_name(name);
    std::fs::write(&file, settings.to_string())?;
    Ok(file)
}

/// Everything that a started city shows at no further cost.
#[tokio::test(flavor = "multi_thread")]
async fn fault_a_start_that_cannot_work_is_refused_in_one_clear_line() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;

    // Its port is taken by the intake that runs.
    let said = refusal(&["intake"], &city.servers.settings_file, &[]).await?;
    is_one_clear_line(&said, &[&city.servers.settings.bind(huiyin_kernel::Service::Intake).to_string()])?;

    let unknown = changed(&city, "unknown.toml", |settings| {
        settings.insert("databsae".to_owned(), toml::Value::Table(toml::Table::new()));
    })?;
    is_one_clear_line(&refusal(&["casework"], &unknown, &[]).await?, &["databsae"])?;

    let secretless = changed(&city, "secretless.toml", |settings| {
        settings.remove("secrets");
    })?;
    is_one_clear_line(&refusal(&["casework"], &secretless, &[]).await?, &["secret"])?;

    let short = city.servers.settings_file.with_file_name("short-secret");
    std::fs::write(&short, "too short")?;
    let short_secret = changed(&city, "short.toml", |settings| {
        let table = toml::Table::from_iter([("master_file".to_owned(), short.display().to_string().into())]);
        settings.insert("secrets".to_owned(), table.into());
    })?;
    is_one_clear_line(&refusal(&["ledger"], &short_secret, &[]).await?, &["32"])?;
    Ok(())
}

/// D1: a server that would forget what it acknowledged is not used.
#[tokio::test(flavor = "multi_thread")]
async fn fault_a_postgres_without_fsync_is_refused() -> Result<()> {
    let city = TestCity::start(TestCityOptions::default()).await?;
    let forgetful = TestPostgres::dedicated_with(huiyin_testkit::PostgresOptions::with_fsync_off_to_be_refused).await?;
    let admin = forgetful.admin_url("postgres");
    let settings = changed(&city, "forgetful.toml", |settings| {
        let login = |name: &str| (name.to_owned(), toml::Value::from(admin.clone()));
        let urls = toml::Table::from_iter([login("intake_api"), login("intake_worker"), login("intake_writer")]);
        if let Some(database) = settings.get_mut("database").and_then(toml::Value::as_table_mut) {
            database.insert("urls".to_owned(), urls.into());
        }
    })?;
    is_one_clear_line(&refusal(&["intake"], &settings, &[]).await?, &["fsync"])?;
    Ok(())
}

/// N1: an old nats-server silently ignores what it does not know.
#[tokio::test(flavor = "multi_thread")]
async fn fault_an_old_nats_server_is_refused() -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = scratch_dir()?;
    let program = dir.path().join("nats-server");
    std::fs::write(&program, "#!/bin/sh\necho 'nats-server: v2.9.10'\n")?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    let settings = dir.path().join("settings.toml");
    std::fs::write(&settings, "")?;
    let data = dir.path().join("var").display().to_string();
    let said = refusal(&["up", "--data-dir", &data], &settings, &[("HUIYIN_NATS_SERVER", &program)]).await?;
    is_one_clear_line(&said, &["2.9.10", "2.12.7"])
}
