//! Postgres killed, locked, deaf, failing in the middle of a transaction, or held up by others (RELIABILITY §3, 4, 5, 7, 28; D3).

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;

use crate::harms::postgres;
use crate::harness::{Citizens, Dice, Oracle, TestCity, TestCityOptions, live_through, petition};

/// While it is away petitioners are told to come back; what was answered is there afterwards. Rule ids: D1, D3, D4, O12.
#[tokio::test(flavor = "multi_thread")]
async fn fault_postgres_killed_locked_or_deaf_loses_no_answered_petition() -> Result<()> {
    let mut city = TestCity::start(TestCityOptions::default()).await?;
    postgres::prepare(&city).await?;
    each_statement_fails(&mut city).await.with_context(|| city.last_words())?;
    live_through("Postgres killed or stopped at once", &mut city, postgres::killed).await?;
    live_through("tables locked", &mut city, postgres::tables_locked).await?;
    live_through("a database password expires", &mut city, postgres::password_expired).await?;
    let mut long = JoinSet::new();
    for url in [city.servers.admin_url(), city.servers.postgres.admin_url("postgres")] {
        long.spawn(stand(begin_long(&url).await?));
    }
    live_through("long transactions, also in another database", &mut city, async |_, _| Ok(())).await?;
    ensure!(long.try_join_next().is_none() && long.len() == 2, "a long transaction ended before the rounds did");
    Ok(())
}

/// One that has written: every snapshot's oldest transaction stands still with it.
async fn begin_long(url: &str) -> Result<PgConnection> {
    let mut session = PgConnection::connect(url).await?;
    session.execute("create table if not exists huiyin_fault_held(at timestamptz)").await?;
    session.execute("begin isolation level repeatable read").await?;
    session.execute("insert into huiyin_fault_held values (now())").await?;
    Ok(session)
}

/// Works on and on; a session that only idled would be an invariant broken.
async fn stand(mut session: PgConnection) -> Result<()> {
    session.execute("set local statement_timeout to 0").await?;
    session.execute("select pg_sleep(3600)").await?;
    Ok(())
}

/// D3: whichever statement of a registration fails, none of it is there; asked again, all of it is, once.
async fn each_statement_fails(city: &mut TestCity) -> Result<()> {
    let (citizens, oracle) = (Citizens::of(city)?, Oracle::new(city.servers.admin_url()));
    let mut dice = Dice::new(city.seed);
    oracle
        .execute(
            "create function huiyin_fault_refuse() returns trigger language plpgsql as $$
                 begin raise exception 'no space' using errcode = 'disk_full'; end $$;
             create function huiyin_fault_end() returns trigger language plpgsql as $$
                 begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
             create function huiyin_fault_arm(target regclass, way text) returns void language plpgsql security definer as $$
                 begin execute format('create trigger huiyin_fault after insert on %s for each statement execute function %I()',
                     target, way); end $$;
             create function huiyin_fault_disarm(target regclass) returns void language plpgsql security definer as $$
                 begin execute format('drop trigger huiyin_fault on %s', target); end $$;
             grant execute on all functions in schema public to public;
             create function huiyin_fault_rows() returns table(name text, count bigint) language plpgsql as $$
                 declare t regclass;
                 begin
                     for t in select c.oid::regclass from pg_class c where c.relnamespace = 'intake'::regnamespace
                         and c.relkind in ('r', 'p') and not c.relispartition
                         and c.relname not in ('pending', 'inbox_head', 'repair_mark', 'stream_mark', 'timer_clock', 'case_status',
                             'likeness', 'likeness_mark')
                     loop
                         return query execute format('select %L, count(*) from %s', t::text, t);
                     end loop;
                 end $$",
        )
        .await?;
    let counts = async || oracle.rows("select name, count from huiyin_fault_rows() order by name").await;
    let empty = counts().await?;
    let first = petition(&mut dice);
    city.answered.push(citizens.hand_in("d3-first", first, &mut dice).await?);
    let one = counts().await?;
    let grew = |before: &[Value], after: &[Value]| -> Vec<String> {
        let changed = before.iter().zip(after).filter(|(before, after)| before["count"] != after["count"]);
        changed.filter_map(|(before, _)| before["name"].as_str().map(str::to_owned)).collect()
    };
    let mut written = grew(&empty, &one);
    ensure!(written.len() >= 6, "a registration writes only {written:?}");
    written.push("intake.pending".to_owned());
    for (n, table) in written.iter().enumerate() {
        for way in ["huiyin_fault_refuse", "huiyin_fault_end"] {
            let (key, body) = (format!("d3-{n}-{way}"), petition(&mut dice));
            let before = counts().await?;
            oracle.rows(&format!("select 1 as done from huiyin_fault_arm('{table}', '{way}')")).await?;
            let answered = citizens.try_once(&key, &body, 0).await?;
            oracle.rows(&format!("select 1 as done from huiyin_fault_disarm('{table}')")).await?;
            ensure!(answered.is_none(), "{way} at {table}: answered all the same");
            let left = grew(&before, &counts().await?);
            ensure!(left.is_empty(), "{way} at {table} left something in {left:?}");
            // Answered like any other: the rounds that follow look for it too.
            city.answered.push(citizens.hand_in(&key, body, &mut dice).await?);
            let whole = grew(&before, &counts().await?);
            ensure!(whole.len() + 1 == written.len(), "{way} at {table}: afterwards only {whole:?}");
        }
    }
    eprintln!("D3: {} statements failed in two ways each, none or all every time: {written:?}", written.len());
    Ok(())
}
