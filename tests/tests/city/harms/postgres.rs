//! Postgres dead, slow, locked or deaf.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_settings::{Login, LoginKind};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::harness::{Dice, Oracle, TestCity, pause};

/// `kill -9` of the postmaster, or its immediate stop.
pub(crate) async fn killed(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    if dice.below(2) == 0 {
        city.servers.postgres.kill().await?;
    } else {
        city.servers.postgres.signal(Signal::SIGQUIT)?;
        city.servers.postgres.ended().await;
    }
    pause(dice.up_to(Duration::from_secs(1))).await;
    Ok(city.servers.postgres.restart().await?)
}

/// Tables that every petition needs are locked by somebody's session.
pub(crate) async fn tables_locked(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let mut session = PgConnection::connect(&city.servers.admin_url()).await?;
    session.execute("begin").await?;
    session.execute("set local lock_timeout to '5s'").await?;
    session.execute("lock table intake.petition, casework.case, notification.message in access exclusive mode").await?;
    pause(Duration::from_secs(2) + dice.up_to(Duration::from_secs(2))).await;
    session.execute("rollback").await?;
    Ok(session.close().await?)
}

/// The processes that write stand still, so that commits are slow; or sessions of the services do, in the middle of a statement.
pub(crate) async fn backends_frozen(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let oracle = Oracle::new(city.servers.admin_url());
    let whose = if dice.below(2) == 0 {
        "backend_type in ('checkpointer', 'walwriter', 'background writer')"
    } else {
        "application_name like 'huiyin-%' and backend_type = 'client backend'"
    };
    let rows = oracle.rows(&format!("select pid from pg_stat_activity where {whose}")).await?;
    let all: Vec<Pid> =
        rows.iter().filter_map(|row| Some(Pid::from_raw(i32::try_from(row["pid"].as_i64()?).ok()?))).collect();
    ensure!(!all.is_empty(), "no session is there to be frozen");
    for pid in &all {
        let _ = kill(*pid, Signal::SIGSTOP);
    }
    pause(Duration::from_secs(1) + dice.up_to(Duration::from_secs(2))).await;
    for pid in &all {
        // One may have ended.
        let _ = kill(*pid, Signal::SIGCONT);
    }
    Ok(())
}

/// A login's password is changed and its sessions are ended; then the old one is right again.
pub(crate) async fn password_expired(city: &mut TestCity, dice: &mut Dice) -> Result<()> {
    let service = *dice.pick(&[Service::Intake, Service::Casework, Service::Notification, Service::Ledger]);
    let login = Login::new(service, *dice.pick(&[LoginKind::Api, LoginKind::Worker]));
    let url = city.servers.settings.database_url(login)?;
    let right =
        url.expose().split('@').next().and_then(|head| head.rsplit(':').next()).context("a password")?.to_owned();
    let refused = |city: &TestCity| {
        let log = std::fs::read(city.servers.postgres.log()).unwrap_or_default();
        String::from_utf8_lossy(&log).matches("password authentication failed").count()
    };
    let before = refused(city);
    let oracle = Oracle::new(city.servers.admin_url());
    oracle.rows(&format!("select 1 from huiyin_fault_password('{login}', 'another-password')")).await?;
    let deaf = Duration::from_secs(3);
    pause(deaf).await;
    let tries = refused(city) - before;
    oracle.rows(&format!("select 1 from huiyin_fault_password('{login}', '{right}')")).await?;
    ensure!(tries <= 60 * deaf.as_secs() as usize, "{login} hammers: {tries} refused tries in {deaf:?}");
    Ok(())
}

/// What [`password_expired`] stands on.
pub(crate) async fn prepare(city: &TestCity) -> Result<()> {
    Oracle::new(city.servers.admin_url())
        .execute(
            "create function huiyin_fault_password(login text, password text) returns void language plpgsql as $$
             begin
                 execute format('alter role %I password %L', login, password);
                 perform pg_terminate_backend(pid) from pg_stat_activity where usename = login;
             end $$",
        )
        .await
}
