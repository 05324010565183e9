//! S2: who may do what on every table of every schema, asked of the database itself.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use huiyin_kernel::Service;
use huiyin_testkit::TestDb;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const RIGHTS: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
const WRITE: &str = "SELECT, INSERT, UPDATE, DELETE";

/// The migrations of a service as they stand in the repository.
pub(crate) async fn migrator(service: Service) -> Result<Migrator> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(service.name());
    let mut migrator = Migrator::new(dir.as_path()).await.with_context(|| dir.display().to_string())?;
    migrator.dangerous_set_table_name(format!("{service}._sqlx_migrations"));
    migrator.create_schema(service.name());
    Ok(migrator)
}

/// What a login may do on tables of the spine; none for partitions, which are reached through their parents.
fn spine(table: &str) -> Option<(&'static str, &'static str)> {
    let partition = ["journal_", "publication_"]
        .iter()
        .any(|parent| table.strip_prefix(parent).is_some_and(|rest| rest == "default" || rest.parse::<u16>().is_ok()));
    Some(match table {
        _ if partition => ("", ""),
        "journal" | "publication" => ("SELECT, INSERT", "SELECT, INSERT"),
        "journal_unsealed" | "idempotency" => ("SELECT, INSERT", "SELECT, INSERT, DELETE"),
        "pending" => ("SELECT, INSERT", WRITE),
        "seal" | "incarnation" => ("SELECT", "SELECT, INSERT"),
        "operator_act" => ("", "SELECT, INSERT"),
        "inbox_head" | "inbox_waiting" | "repair_mark" | "stream_mark" | "rebuild" => ("", WRITE),
        "inbox_parked" => ("SELECT", WRITE),
        "timer" => ("SELECT, INSERT, UPDATE", WRITE),
        "timer_clock" => ("", "SELECT, INSERT, UPDATE"),
        _ => return None,
    })
}

#[expect(clippy::disallowed_methods, reason = "questions to the catalogue")]
async fn rights(conn: &mut PgConnection) -> Result<BTreeMap<(String, String, String), String>> {
    let columns: Vec<String> = RIGHTS
        .iter()
        .map(|right| format!("case when has_table_privilege(r.oid, c.oid, '{right}') then '{right}' end"))
        .collect();
    let question = format!(
        "select n.nspname, c.relname, r.rolname, concat_ws(', ', {})
         from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r
         where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
           and r.rolname ~ '_(api|worker|writer|owner)$'",
        columns.join(", ")
    );
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(AssertSqlSafe(question)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(schema, table, role, rights)| ((schema, table, role), rights)).collect())
}

#[tokio::test]
async fn every_login_may_do_exactly_what_it_needs_and_nothing_in_another_schema() -> Result<()> {
    let mut migrators = Vec::new();
    for service in Service::ALL {
        migrators.push((service.name(), migrator(service).await?));
    }
    let schemas: Vec<(&str, &Migrator)> = migrators.iter().map(|(name, migrator)| (*name, migrator)).collect();
    let db = TestDb::create(&schemas).await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    let mut wrong = Vec::new();
    let mut seen = 0;
    for ((schema, table, role), rights) in rights(&mut admin).await? {
        seen += 1;
        let (service, kind) = role.rsplit_once('_').context("a login has two parts")?;
        let fits = match (kind, spine(&table)) {
            _ if service != schema => rights.is_empty(),
            // The migrator grants it where the service's own files do not.
            ("api" | "worker", _) if table == "_sqlx_migrations" => rights.is_empty() || rights == "SELECT",
            ("owner", _) => rights.starts_with("SELECT, INSERT, UPDATE, DELETE"),
            ("api", Some((api, _))) => rights == api,
            ("worker", Some((_, worker))) => rights == worker,
            // A service's own tables: never more than reading and writing rows.
            ("api" | "worker" | "writer", _) => {
                rights.split(", ").all(|right| right.is_empty() || WRITE.contains(right))
            }
            _ => false,
        };
        if !fits {
            wrong.push(format!("{role} on {schema}.{table}: {rights}"));
        }
    }
    assert!(seen > 500, "only {seen} pairs of login and table were seen");
    assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}

/// The intake's writer inserts; it changes and deletes nothing.
#[tokio::test]
async fn the_coalescing_writer_can_only_add() -> Result<()> {
    let intake = migrator(Service::Intake).await?;
    let db = TestDb::create(&[("intake", &intake)]).await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    for ((schema, table, role), rights) in rights(&mut admin).await? {
        if role == "intake_writer" {
            assert!(!rights.contains("DELETE") && !rights.contains("TRUNCATE"), "{schema}.{table}: {rights}");
            let spine =
                ["journal", "publication", "pending", "journal_unsealed", "idempotency"].contains(&table.as_str());
            assert!(!spine || !rights.contains("UPDATE"), "{schema}.{table}: {rights}");
        }
    }
    Ok(())
}

/// No login is a superuser, bypasses row-level security, or may make roles or databases.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a question to the catalogue")]
async fn no_login_of_ours_has_power_over_the_server() -> Result<()> {
    let intake = migrator(Service::Intake).await?;
    let db = TestDb::create(&[("intake", &intake)]).await?;
    let mut admin = PgConnection::connect(&db.admin_url()).await?;
    let mighty: Vec<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles where rolname ~ '_(api|worker|writer|owner)$'
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)",
    )
    .fetch_all(&mut admin)
    .await?;
    assert_eq!(mighty, Vec::<String>::new());
    Ok(())
}
