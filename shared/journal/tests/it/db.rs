//! D1, D4, D5: what was acknowledged is there, and nothing half-begun is left behind.

use std::time::Duration;

use anyhow::{Context, Result};
use huiyin_contracts::intake;
use huiyin_journal::{Db, DbError, PoolOptions, record};
use huiyin_kernel::Service;
use huiyin_testkit::{Network, Proxy, TestPostgres, eventually, not_yet};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{World, change, id, query_as};

/// D4, RELIABILITY 0.3: the session whose `begin` was given up must not swallow the next write.
#[tokio::test]
async fn a_begin_given_up_half_way_loses_no_later_write() -> Result<()> {
    let world = World::new().await?;
    let options = PoolOptions { max: 1, acquire_timeout: Duration::from_secs(10), ..PoolOptions::default() };
    let db = Db::connect(&world.db.url("intake_api"), Service::Intake, options).await?;
    for round in 0..5 {
        let backend = {
            let mut tx = db.begin_as(&huiyin_authz::Sight::everything()).await?;
            let pid: Vec<(i32,)> = query_as(&mut tx, "select pg_backend_pid()").await?;
            tx.rollback().await?;
            Pid::from_raw(pid[0].0)
        };
        kill(backend, Signal::SIGSTOP)?;
        let given_up = tokio::time::timeout(Duration::from_millis(100), db.begin()).await;
        kill(backend, Signal::SIGCONT)?;
        assert!(given_up.is_err(), "the stopped backend answered");
        let mut tx = db.begin_as(&huiyin_authz::Sight::everything()).await?;
        record(&mut tx, vec![change(id(round), 0, 1, &[intake::REGISTERED])]).await?;
        tx.commit().await?;
        // Seen by others at once: it was really committed.
        assert_eq!(world.count("intake.journal").await?, round as i64 + 1);
    }
    eventually(|| async {
        let open = world.ask::<(i64,)>("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'").await?;
        if open[0].0 == 0 { Ok(()) } else { Err(not_yet(format!("{} sessions idle in a transaction", open[0].0))) }
    })
    .await?;
    Ok(())
}

/// RELIABILITY §3 (4): callers who give up and come again while sessions open slowly do not keep each other out.
#[tokio::test]
async fn a_session_that_opens_slowly_is_opened_to_its_end_for_whoever_comes_next() -> Result<()> {
    let world = World::new().await?;
    let direct = world.db.url("intake_api");
    let proxy = Proxy::before(&direct).await?;
    let options = PoolOptions { max: 2, acquire_timeout: Duration::from_secs(1), ..PoolOptions::default() };
    let db = Db::connect(&proxy.url(&direct)?, Service::Intake, options).await?;
    // The server comes back, and opening a session takes longer than anybody waits.
    proxy.set(Network::SlowToOpen(Duration::from_secs(2)));
    proxy.cut_open_connections();
    eventually(|| async {
        // A crowd: each gives up on its own and is followed by another.
        let tries = futures::future::join_all((0..16).map(|_| db.read())).await;
        if tries.iter().any(Result::is_ok) { Ok(()) } else { Err(not_yet("nobody got a session")) }
    })
    .await?;
    Ok(())
}

/// D5: a caller that goes away while committing does not take the commit with it.
#[tokio::test]
async fn a_commit_whose_caller_goes_away_is_finished() -> Result<()> {
    let world = World::new().await?;
    for n in 0..50 {
        let mut tx = world.intake.begin_as(&huiyin_authz::Sight::everything()).await?;
        record(&mut tx, vec![change(id(n), 0, 1, &[intake::REGISTERED])]).await?;
        // Polled once: the commit is on its way when the caller disappears.
        let commit = Box::pin(tx.commit());
        let _ = futures::poll!(commit);
    }
    eventually(|| async {
        let committed = world.count("intake.journal").await?;
        if committed == 50 { Ok(()) } else { Err(not_yet(format!("{committed} of 50 committed"))) }
    })
    .await?;
    Ok(())
}

/// D4: a transaction dropped without commit leaves nothing, and its session can be used again.
#[tokio::test]
async fn a_dropped_transaction_is_undone() -> Result<()> {
    let world = World::new().await?;
    let options = PoolOptions { max: 1, ..PoolOptions::default() };
    let db = Db::connect(&world.db.url("intake_api"), Service::Intake, options).await?;
    for _ in 0..3 {
        let mut tx = db.begin_as(&huiyin_authz::Sight::everything()).await?;
        record(&mut tx, vec![change(id(1), 0, 1, &[intake::REGISTERED])]).await?;
        drop(tx);
    }
    let tx = db.begin_as(&huiyin_authz::Sight::everything()).await?;
    tx.commit().await?;
    assert_eq!(world.count("intake.journal").await?, 0);
    Ok(())
}

/// D1: a server that forgets what it acknowledged is refused with one clear line.
#[tokio::test]
async fn fault_a_forgetful_server_is_refused() -> Result<()> {
    let server = TestPostgres::dedicated_with(huiyin_testkit::PostgresOptions::with_fsync_off_to_be_refused).await?;
    let refused = Db::connect(&server.admin_url("postgres"), Service::Intake, PoolOptions::default()).await;
    let Err(error @ DbError::NotDurable { setting: "fsync", .. }) = refused else {
        anyhow::bail!("not refused: {refused:?}");
    };
    assert!(error.to_string().contains("fsync = off"), "{error}");
    Ok(())
}

/// RELIABILITY §3 (28): a password that is no longer right is no mistake of a request; whoever asks is told to come back.
#[tokio::test]
async fn a_login_that_is_not_let_in_is_told_to_come_back() -> Result<()> {
    let world = World::new().await?;
    let right = world.db.url("intake_api");
    let (login, place) = right.split_once('@').context("an address with a login")?;
    let login = login.rsplit_once(':').context("a password")?.0;
    let refused =
        Db::connect(&format!("{login}:another-password@{place}"), Service::Intake, PoolOptions::default()).await;
    assert!(matches!(refused, Err(DbError::Unavailable(_))), "{refused:?}");
    Ok(())
}
