//! The test kit against real servers.

use std::{borrow::Cow, time::Duration};

use anyhow::{Context, Result};
use futures::StreamExt;
use huiyin_testkit::{Network, Proxy, TestDb, TestNats, TestPostgres, eventually, eventually_within, not_yet};
use sqlx::{
    PgPool, Row, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
    postgres::PgPoolOptions,
};

fn migrator() -> Migrator {
    let sql = "create table intake.note (body text not null);
               grant usage on schema intake to intake_api; grant select, insert on intake.note to intake_api;";
    let first = Migration::new(1, Cow::Borrowed("note"), MigrationType::Simple, sql.into_sql_str(), false);
    let mut migrator = Migrator::with_migrations(vec![first]);
    migrator.dangerous_set_table_name("intake._sqlx_migrations");
    migrator.create_schema("intake");
    migrator
}

/// One connection that is not asked for its health first, and little patience: each test knows the state of the
/// network it asks through.
async fn plain_pool(url: &str) -> Result<PgPool> {
    let options = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    Ok(options.acquire_timeout(Duration::from_secs(1)).connect(url).await?)
}

async fn through(proxy: &Proxy, db: &TestDb) -> Result<PgPool> {
    plain_pool(&proxy.url(&db.url("intake_api"))?).await
}

async fn notes(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::raw_sql("select count(*) from intake.note").fetch_one(pool).await?.try_get(0)
}

async fn add_note(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("insert into intake.note values ('hello')").execute(pool).await.map(|_| ())
}

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own_and_it_is_gone_afterwards() -> Result<()> {
    let migrator = migrator();
    let schemas = [("intake", &migrator)];
    let (first, second) = (TestDb::create(&schemas).await?, TestDb::create(&schemas).await?);
    add_note(&first.pool("intake_api").await?).await?;
    assert_eq!(notes(&first.pool("intake_api").await?).await?, 1);
    assert_eq!(notes(&second.pool("intake_api").await?).await?, 0);

    let name = first.name().to_owned();
    drop(first);
    let admin = second.admin_pool().await?;
    let listed = sqlx::raw_sql("select datname::text from pg_database").fetch_all(&admin).await?;
    let listed: Vec<String> = listed.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    assert!(!listed.contains(&name));
    assert!(listed.contains(&second.name().to_owned()));
    Ok(())
}

#[tokio::test]
async fn logins_may_do_what_the_migrations_grant_and_no_more() -> Result<()> {
    let migrator = migrator();
    let db = TestDb::create(&[("intake", &migrator)]).await?;
    let api = db.pool("intake_api").await?;
    let refused = sqlx::raw_sql("delete from intake.note").execute(&api).await.expect_err("never granted");
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    let worker = db.pool("intake_worker").await?;
    assert!(notes(&worker).await.is_err());
    db.pool("intake_writer").await?;
    Ok(())
}

#[tokio::test]
async fn many_tests_at_once_share_one_template() -> Result<()> {
    let migrator = migrator();
    let schemas = [("intake", &migrator)];
    let all = futures::future::try_join_all((0..4).map(|_| TestDb::create(&schemas))).await?;
    for db in &all {
        assert_eq!(notes(&db.pool("intake_api").await?).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_what_was_committed() -> Result<()> {
    let mut postgres = TestPostgres::dedicated().await?;
    let migrator = migrator();
    let db = TestDb::create_on(&postgres.admin_url("postgres"), &[("intake", &migrator)]).await?;
    let pool = plain_pool(&db.url("intake_api")).await?;
    add_note(&pool).await?;
    postgres.kill().await?;
    assert!(notes(&pool).await.is_err());
    postgres.restart().await?;
    let count = eventually(|| async { Ok(notes(&pool).await?) }).await?;
    assert_eq!(count, 1);
    Ok(())
}

#[tokio::test]
async fn a_dedicated_nats_is_killed_and_restarted_without_touching_the_shared_one() -> Result<()> {
    let shared = TestNats::shared().await?;
    let mut own = TestNats::dedicated().await?;
    assert_ne!(shared.url(), own.url());
    own.server()?.kill().await?;
    assert!(own.client().await.is_err());
    own.server()?.restart().await?;
    own.client().await?.flush().await?;

    let mut shared = shared;
    assert!(shared.server().is_err());
    let client = shared.client().await?;
    let subject = format!("{}.hello", shared.prefix());
    let mut heard = client.subscribe(subject.clone()).await?;
    #[expect(clippy::disallowed_methods, reason = "shows that the server passes messages on")]
    client.publish(subject, "hello".into()).await?;
    let message = tokio::time::timeout(Duration::from_secs(5), heard.next()).await?.context("a message")?;
    assert_eq!(message.payload, "hello");
    Ok(())
}

#[tokio::test]
async fn the_network_can_be_cut_and_mended() -> Result<()> {
    let migrator = migrator();
    let db = TestDb::create(&[("intake", &migrator)]).await?;
    let proxy = Proxy::before(&db.url("intake_api")).await?;
    let pool = through(&proxy, &db).await?;
    assert_eq!(notes(&pool).await?, 0);

    proxy.set(Network::Cut);
    assert!(notes(&pool).await.is_err());
    proxy.set(Network::Open);
    eventually(|| async { Ok(notes(&pool).await?) }).await?;

    proxy.cut_open_connections();
    eventually(|| async { Ok(notes(&pool).await?) }).await?;

    proxy.set(Network::HalfClosed);
    assert!(notes(&pool).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_black_hole_answers_nothing_and_what_was_sent_arrives_once_it_opens() -> Result<()> {
    let migrator = migrator();
    let db = TestDb::create(&[("intake", &migrator)]).await?;
    let proxy = Proxy::before(&db.url("intake_api")).await?;
    let pool = through(&proxy, &db).await?;
    proxy.set(Network::BlackHole);
    let mut asked = Box::pin(notes(&pool));
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut asked).await.is_err());
    proxy.set(Network::Open);
    assert_eq!(asked.await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_does_not_undo_the_work() -> Result<()> {
    let migrator = migrator();
    let db = TestDb::create(&[("intake", &migrator)]).await?;
    let proxy = Proxy::before(&db.url("intake_api")).await?;
    let pool = through(&proxy, &db).await?;
    proxy.set(Network::AnswersLost);
    assert!(tokio::time::timeout(Duration::from_millis(200), add_note(&pool)).await.is_err());
    let direct = db.pool("intake_api").await?;
    eventually_within(Duration::from_secs(5), || async {
        match notes(&direct).await? {
            1 => Ok(()),
            n => Err(not_yet(format!("{n} notes"))),
        }
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_slow_network_delays_every_answer() -> Result<()> {
    let migrator = migrator();
    let db = TestDb::create(&[("intake", &migrator)]).await?;
    let proxy = Proxy::before(&db.url("intake_api")).await?;
    let pool = through(&proxy, &db).await?;
    let delay = Duration::from_millis(80);
    proxy.set(Network::Slow(delay));
    let start = std::time::Instant::now();
    notes(&pool).await?;
    assert!(start.elapsed() >= delay * 2, "{:?}", start.elapsed());
    Ok(())
}
