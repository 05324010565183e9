//! S1: row-level security, asked of the catalogue and tried with every service's own login.

use anyhow::{Context, Result};
use huiyin_authz::Sight;
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{Actor, DistrictCode, Role, Service, StaffId, UnitCode};
use huiyin_testkit::TestDb;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::grants::migrator;

/// Tables without row-level security, and why none of their rows belongs to somebody. `*` stands for every schema.
const OPEN: &[(&str, &str, &str)] = &[
    ("*", "_sqlx_migrations", "which migrations were applied"),
    ("*", "journal_unsealed", "ids and hashes"),
    ("*", "seal", "hashes"),
    ("*", "pending", "ids of publications still to send"),
    ("*", "inbox_head", "ids and places; no API login reads it"),
    ("*", "repair_mark", "places of consumers; no API login reads it"),
    ("*", "rebuild", "places of consumers; no API login reads it"),
    ("*", "stream_mark", "places of streams; no API login reads it"),
    ("*", "incarnation", "numbers"),
    ("*", "idempotency", "found by the hash of a key that only its sender holds"),
    ("*", "timer", "ids, kinds and times"),
    ("*", "timer_clock", "one instant"),
    ("intake", "topic", "the public taxonomy"),
    ("intake", "district", "directory's public snapshot"),
    ("intake", "unit", "directory's public snapshot"),
    ("intake", "likeness_mark", "up to which id texts are signed; no API login reads it"),
    ("casework", "district", "directory's public snapshot"),
    ("casework", "unit", "directory's public snapshot"),
    ("casework", "staff", "directory's public snapshot"),
    ("casework", "policy_pack", "published rules"),
    ("scheduling", "district", "directory's public snapshot"),
    ("scheduling", "unit", "directory's public snapshot"),
    ("scheduling", "staff", "directory's public snapshot"),
    ("scheduling", "petition", "number and class as on the bus, asked by id alone and never shown"),
    ("scheduling", "matter", "state as on the bus, asked by id alone"),
    ("scheduling", "slot", "times of announced sessions"),
    ("scheduling", "ticket_counter", "one number a session"),
    ("notification", "staff", "directory's public snapshot"),
    ("notification", "unit", "directory's public snapshot"),
    ("notification", "district", "directory's public snapshot"),
    ("ledger", "district", "directory's public snapshot"),
    ("ledger", "unit", "directory's public snapshot"),
    ("ledger", "staff", "directory's public snapshot"),
    ("directory", "session", "found by its id or the digest of its handle, before anybody is known"),
    ("directory", "sign_in_failure", "digests, counted before anybody is known"),
    ("portal", "session", "found by the hash of the cookie's token; sealed under that token"),
];

#[expect(clippy::disallowed_methods, reason = "questions to the catalogue")]
async fn ask<T>(conn: &mut PgConnection, question: &str) -> Result<Vec<T>>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    Ok(sqlx::query_as(AssertSqlSafe(question.to_owned())).fetch_all(conn).await?)
}

async fn city() -> Result<TestDb> {
    let mut migrators = Vec::new();
    for service in Service::ALL {
        migrators.push((service.name(), migrator(service).await?));
    }
    let schemas: Vec<(&str, &Migrator)> = migrators.iter().map(|(name, migrator)| (*name, migrator)).collect();
    TestDb::create(&schemas).await
}

#[tokio::test]
async fn every_table_is_guarded_by_row_or_explained() -> Result<()> {
    let db = city().await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    let tables: Vec<(String, String, bool, bool)> = ask(
        &mut admin,
        "select n.nspname::text, c.relname::text, c.relrowsecurity, c.relforcerowsecurity
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname = any (array['intake', 'casework', 'scheduling', 'notification', 'directory', 'ledger', 'portal'])
         order by 1, 2",
    )
    .await?;
    let mut wrong = Vec::new();
    for (schema, table, enabled, forced) in &tables {
        let explained = OPEN.iter().any(|(s, t, _)| (*s == "*" || s == schema) && t == table);
        match (explained, enabled & forced) {
            (false, false) => wrong.push(format!("{schema}.{table} is neither guarded nor explained")),
            (true, true) => wrong.push(format!("{schema}.{table} is guarded: its explanation can go")),
            (true, false) | (false, true) => {}
        }
    }
    assert!(tables.len() > 80, "only {} tables were seen", tables.len());
    for (schema, table, _) in OPEN {
        let there = tables.iter().any(|(s, t, ..)| (*schema == "*" || schema == s) && t == table);
        assert!(there || *table == "_sqlx_migrations", "{schema}.{table} is explained and does not exist");
    }
    // A partition is reached through its parent alone: directly it would show every row.
    let partitions: Vec<(String,)> = ask(
        &mut admin,
        "select c.oid::regclass::text || ' by ' || r.rolname from pg_class c, pg_roles r
         where c.relispartition and c.relkind = 'r' and r.rolname ~ '_(api|worker|writer)$'
           and has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')",
    )
    .await?;
    assert_eq!(partitions, Vec::new(), "partitions that can be read past their parent's policies");
    let views: Vec<(String,)> = ask(
        &mut admin,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('v', 'm') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
           and not coalesce(c.reloptions @> array['security_invoker=true'], false)",
    )
    .await?;
    assert_eq!(views, Vec::new(), "views that read with their owner's eyes");
    assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}

/// What an API login sees of everything must be written down here; and no policy is for everybody.
#[tokio::test]
async fn every_policy_names_its_login_and_the_open_ones_are_few() -> Result<()> {
    let db = city().await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    let policies: Vec<(String, String, String, bool)> = ask(
        &mut admin,
        "select schemaname || '.' || tablename, policyname::text, array_to_string(roles, ','),
             coalesce(qual, 'true') = 'true' and cmd in ('SELECT', 'ALL')
         from pg_policies order by 1, 2",
    )
    .await?;
    let open_to_requests = ["directory.district", "directory.staff", "directory.unit", "scheduling.venue"];
    for (table, policy, role, open) in &policies {
        assert_ne!(role, "public", "{table}: {policy}");
        if role.ends_with("_api") && *open {
            assert!(open_to_requests.contains(&table.as_str()), "{table}: {policy} shows every row to requests");
        }
    }
    let mighty: Vec<(String,)> =
        ask(&mut admin, "select rolname::text from pg_roles where rolname ~ '_(api|worker|writer|owner)$' and (rolbypassrls or rolsuper)")
            .await?;
    assert_eq!(mighty, Vec::new());
    Ok(())
}

fn staff(unit: &str, district: &str, role: Role) -> Result<Actor> {
    Ok(Actor::Staff {
        staff_id: StaffId::from(Uuid::from_u128(99)),
        unit: UnitCode::parse(unit)?,
        district: DistrictCode::parse(district)?,
        roles: vec![role],
    })
}

/// One matter in each of two districts, in the tables of casework, ledger, notification and scheduling.
const TWO_DISTRICTS: &str = "
    insert into casework.case (case_id, petition_id, number, version, state, class, district, responsible_unit,
        registered_at, is_overdue, policy_hash, body)
    select id, id, 'N' || unit, 1, 'registered', 'request', district, unit, now(), false, 'h', '{}'
    from (values ('00000000-0000-0000-0000-000000000001'::uuid, 'd1-office', '990101'),
                 ('00000000-0000-0000-0000-000000000002'::uuid, 'd2-office', '990102')) m(id, unit, district);
    insert into casework.participation (case_id, unit, district, role, since)
    select case_id, responsible_unit, district, 'responsible', now() from casework.case;
    insert into casework.worklist (scope, due_order, case_id, state, is_overdue)
    select scope, now(), case_id, state, false
    from casework.case, lateral (values ('unit:' || responsible_unit), ('area:' || district), ('area:9901')) l(scope);
    insert into ledger.matter (petition_id, district, class, case_id, responsible_unit, registered_at)
    select petition_id, district, class, case_id, responsible_unit, registered_at from casework.case;
    insert into ledger.message (message_id, petition_id, template, recipient, channel, state, about_event, at)
    select case_id, petition_id, 't', 'petitioner', 'email', 'sent', case_id, now() from casework.case;
    insert into notification.message (message_id, send_once_key, template, recipient_kind, petition_id, channel, district,
        about_event, data, next_attempt_at, give_up_at, created_at)
    select case_id, number, 't', 'petitioner', petition_id, 'email', district, case_id, '{}', now(), now(), now()
    from casework.case;
    insert into notification.alarm (kind, district, detail, raised_at) select 'no_route', district, '', now() from casework.case;
    insert into scheduling.session (session_id, version, district, state, capacity, slot_minutes)
    select case_id, 1, district, 'draft', 1, 15 from casework.case;
    insert into scheduling.visit (visit_id, version, session_id, petition_id, state, expected_at)
    select case_id, 1, case_id, petition_id, 'booked', now() from casework.case;
    insert into scheduling.round (round_id, version, district, title, first_day, last_day, state)
    select case_id, 1, district, 't', '2026-01-01', '2026-01-02', 'draft' from casework.case;
";

/// Tables filled above, with the scope a request of each kind begins its transaction with.
const GUARDED: [(Service, &str); 8] = [
    (Service::Casework, "casework.case"),
    (Service::Casework, "casework.worklist"),
    (Service::Ledger, "ledger.matter"),
    (Service::Ledger, "ledger.message"),
    (Service::Notification, "notification.message"),
    (Service::Scheduling, "scheduling.session"),
    (Service::Scheduling, "scheduling.visit"),
    (Service::Scheduling, "scheduling.round"),
];

async fn seen(db: &Db, sight: &Sight, table: &str) -> Result<Vec<Uuid>> {
    let id = match table {
        "casework.case" | "casework.worklist" => "case_id",
        "ledger.matter" => "petition_id",
        "ledger.message" | "notification.message" => "message_id",
        "scheduling.session" => "session_id",
        "scheduling.visit" => "visit_id",
        _ => "round_id",
    };
    let mut tx = db.read_as(sight).await?;
    let rows: Vec<(Uuid,)> = ask(&mut tx, &format!("select distinct {id} from {table} order by 1")).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The scope that is set for one request must never reach the next one on the same session.
#[tokio::test]
async fn a_pool_of_one_alternating_between_districts_shows_each_its_own() -> Result<()> {
    let db = city().await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    admin.execute(TWO_DISTRICTS).await?;
    let rounds = if std::env::var_os("HUIYIN_TEST_LONG").is_some() { 10_000 } else { 500 };
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let options = || PoolOptions { max: 1, ..PoolOptions::default() };
    for (service, table) in GUARDED {
        let pool = Db::connect(&db.url(&format!("{service}_api")), service, options()).await?;
        let of = |n: &str| {
            Ok::<_, anyhow::Error>(Sight::of_district(&staff(
                &format!("d{n}-office"),
                &format!("99010{n}"),
                Role::Supervisor,
            )?))
        };
        let (first, second) = (of("1")?, of("2")?);
        // Every table twice the rounds through nine would take long; what could leak is the session, not the table.
        for round in 0..rounds / GUARDED.len() {
            assert_eq!(seen(&pool, &first, table).await?, [one], "{table}, round {round}");
            assert_eq!(seen(&pool, &second, table).await?, [two], "{table}, round {round}");
            assert_eq!(
                seen(&pool, &Sight::default(), table).await?,
                Vec::<Uuid>::new(),
                "{table}, round {round}, no scope"
            );
        }
        assert_eq!(seen(&pool, &Sight::everything(), table).await?, [one, two], "{table}");
        let foreign = Sight::of(&staff("d3-office", "990103", Role::Officer)?);
        assert_eq!(seen(&pool, &foreign, table).await?, Vec::<Uuid>::new(), "{table} to a unit without a part");
    }
    Ok(())
}

/// A policy guards what is written as well as what is read.
#[tokio::test]
async fn what_is_out_of_sight_can_be_neither_changed_nor_made() -> Result<()> {
    let db = city().await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    admin.execute(TWO_DISTRICTS).await?;
    let first = Sight::of_district(&staff("d1-office", "990101", Role::Supervisor)?);
    for (service, statement) in [
        (Service::Casework, "update casework.case set is_overdue = true"),
        (Service::Casework, "delete from casework.worklist"),
        (Service::Casework, "update casework.participation set until = now()"),
        (Service::Notification, "update notification.alarm set resolved_at = now()"),
        (Service::Scheduling, "update scheduling.session set capacity = 0"),
        (Service::Scheduling, "update scheduling.visit set version = 2"),
        (Service::Scheduling, "update scheduling.round set title = 'mine'"),
    ] {
        let pool = Db::connect(&db.url(&format!("{service}_api")), service, PoolOptions::default()).await?;
        let mut tx = pool.begin_as(&first).await?;
        let done = tx.execute(statement).await.with_context(|| statement.to_owned())?.rows_affected();
        // Lines of a list are written for a matter just changed, hence not before.
        assert!(done <= 1, "{statement}: {done} rows");
        tx.rollback().await?;
        let mut unscoped = pool.begin().await?;
        assert_eq!(unscoped.execute(statement).await?.rows_affected(), 0, "{statement} without a scope");
    }
    let made = [
        (Service::Casework, "insert into casework.worklist values ('unit:d1-office', now(), '00000000-0000-0000-0000-000000000002', 'x', false)"),
        (Service::Scheduling, "insert into scheduling.round values (gen_random_uuid(), 1, '990102', 't', '2026-01-01', '2026-01-02', 'draft')"),
        (Service::Scheduling, "update scheduling.round set district = '990102'"),
        (Service::Directory, "insert into directory.district values ('990102', gen_random_uuid(), 1, 'n', 'p', 'u', true)"),
        (Service::Intake, "insert into intake.journal (aggregate_id, version, event_id, aggregate_kind, event_type, district, actor, cause, occurred_at, body, hash)
            values (gen_random_uuid(), 1, gen_random_uuid(), 'petition', 'x', '990102', '{}', gen_random_uuid(), now(), '', '')"),
    ];
    for (service, statement) in made {
        let pool = Db::connect(&db.url(&format!("{service}_api")), service, PoolOptions::default()).await?;
        let refused = pool.begin_as(&first).await?.execute(statement).await.expect_err(statement).to_string();
        assert!(refused.contains("row-level security"), "{statement}: {refused}");
    }
    Ok(())
}
