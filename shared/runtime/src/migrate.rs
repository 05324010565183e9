//! Logins, schemas and migrations: everything a database needs before a service can start.
//!
//! Run by an administrator's connection, once per release, before the services; every step may be repeated. One run at a time, by
//! an advisory lock. Each service's migrations run as that service's owner, so nothing one service's files do can reach
//! another's tables.

use std::borrow::Cow;

use huiyin_kernel::Service;
use huiyin_settings::{Login, LoginKind, Settings, SettingsError};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};

use crate::Definition;
use crate::definition::has_journal;

/// "huiyin" in ASCII.
const LOCK: i64 = 0x6875_6979_696e;
/// Years from now for which partitions are kept ready.
const YEARS_AHEAD: i32 = 2;

/// The database was not made ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The administrator's connection failed.
    #[error("the database refused to {doing}")]
    Admin {
        /// What was tried.
        doing: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A service's migrations failed.
    #[error("the migrations of {service} failed")]
    Files {
        /// Whose.
        service: Service,
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// A secret or address is missing.
    #[error("the settings are incomplete")]
    Settings(#[from] SettingsError),
}

/// Makes logins, schemas and tables. `admin_url` is a login that may create roles and schemas.
pub async fn migrate(
    admin_url: &str,
    settings: &Settings,
    definitions: &[&dyn Definition],
) -> Result<(), MigrateError> {
    let options: PgConnectOptions =
        admin_url.parse().map_err(|source| MigrateError::Admin { doing: "read its address".to_owned(), source })?;
    let mut admin = options
        .log_statements(tracing::log::LevelFilter::Trace)
        .connect()
        .await
        .map_err(|source| MigrateError::Admin { doing: "let the administrator in".to_owned(), source })?;
    execute(&mut admin, "take the lock of migrations", format!("select pg_advisory_lock({LOCK})")).await?;
    for definition in definitions {
        prepare(&mut admin, settings, definition.service()).await?;
        run(settings, *definition).await?;
    }
    execute(&mut admin, "give the lock back", format!("select pg_advisory_unlock({LOCK})")).await?;
    let _ = admin.close().await;
    Ok(())
}

async fn prepare(admin: &mut PgConnection, settings: &Settings, service: Service) -> Result<(), MigrateError> {
    for login in Login::all().filter(|login| login.service == service) {
        create_login(admin, settings, login).await?;
    }
    let owner = Login::new(service, LoginKind::Owner);
    // The administrator may not be a superuser: then it must belong to the owner to give it a schema.
    execute(admin, "join the owner", format!("grant {owner} to current_user")).await?;
    execute(admin, "create the schema", format!("create schema if not exists {service} authorization {owner}")).await?;
    // Other logins' sessions are seen by an administrator only; this tells one number of them and nothing else.
    let oldest = format!(
        "create or replace function {service}.oldest_transaction_seconds() returns float8 language sql stable
             security definer set search_path = pg_catalog as $$
             select greatest(0, extract(epoch from clock_timestamp() - least(
                 (select min(xact_start) from pg_stat_activity
                  where (backend_xid is not null or backend_xmin is not null) and backend_type = 'client backend'
                    and pid <> pg_backend_pid()),
                 (select min(prepared) from pg_prepared_xacts))))::float8 $$;
         revoke all on function {service}.oldest_transaction_seconds() from public;
         grant execute on function {service}.oldest_transaction_seconds() to {service}_worker"
    );
    execute(admin, "let the service see the oldest transaction", oldest).await?;
    execute(admin, "close the public schema", "revoke create on schema public from public".to_owned()).await
}

async fn create_login(admin: &mut PgConnection, settings: &Settings, login: Login) -> Result<(), MigrateError> {
    let url = settings.database_url(login)?;
    let quoted = password_in(url.expose()).replace('\'', "''");
    let attributes = "login nosuperuser nocreatedb nocreaterole nobypassrls noinherit";
    let create = format!(
        "do $$ begin create role {login}; exception when duplicate_object or unique_violation then null; end $$"
    );
    execute(admin, "create a login", create).await?;
    execute(admin, "set up a login", format!("alter role {login} {attributes} password '{quoted}'")).await?;
    let statement_timeout = match login.kind {
        LoginKind::Api | LoginKind::Writer => "5s",
        LoginKind::Worker => "30s",
        // Migrations of large tables take their time.
        LoginKind::Owner => return Ok(()),
    };
    for (setting, value) in [
        ("statement_timeout", statement_timeout),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("synchronous_commit", "on"),
    ] {
        execute(admin, "set up a login", format!("alter role {login} set {setting} = '{value}'")).await?;
    }
    Ok(())
}

/// The password of an address, decoded.
fn password_in(address: &str) -> String {
    let parsed = url::Url::parse(address).ok();
    let encoded = parsed.as_ref().and_then(url::Url::password).unwrap_or_default();
    let query = format!("password={}", encoded.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

async fn run(settings: &Settings, definition: &dyn Definition) -> Result<(), MigrateError> {
    let service = definition.service();
    let url = settings.database_url(Login::new(service, LoginKind::Owner))?;
    let admin_error = |doing: &str| {
        let doing = doing.to_owned();
        move |source| MigrateError::Admin { doing, source }
    };
    let options: PgConnectOptions = url.expose().parse().map_err(admin_error("read the owner's address"))?;
    let mut owner = options.connect().await.map_err(admin_error("let the owner in"))?;
    // The schema is there, made by the administrator; its owner may make no others.
    let files = definition.migrator();
    let migrator = Migrator {
        migrations: files.migrations.clone(),
        table_name: files.table_name.clone(),
        create_schemas: Cow::Borrowed(&[]),
        ..Migrator::DEFAULT
    };
    migrator.run_direct(None, &mut owner, false).await.map_err(|source| MigrateError::Files { service, source })?;
    let look = format!(
        "grant usage on schema {service} to {service}_api, {service}_worker;
         grant select on {service}._sqlx_migrations to {service}_api, {service}_worker"
    );
    execute(&mut owner, "let the logins see which migrations are applied", look).await?;
    if has_journal(service) {
        let ready = format!(
            "do $$ begin perform {service}.ensure_partitions(extract(year from now())::int, extract(year from now())::int + {YEARS_AHEAD}); end $$"
        );
        execute(&mut owner, "make the coming years' partitions", ready).await?;
    }
    let _ = owner.close().await;
    Ok(())
}

async fn execute(connection: &mut PgConnection, doing: &str, statement: String) -> Result<(), MigrateError> {
    // Names come from closed lists, the one value (a password) is quoted above.
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(statement)))
        .await
        .map_err(|source| MigrateError::Admin { doing: doing.to_owned(), source })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_read_from_an_address_as_it_was_meant() {
        assert_eq!(super::password_in("postgres://a_api:p%40s'+%2Fs@db:5432/huiyin"), "p@s'+/s");
        assert_eq!(super::password_in("postgres://a_api@db/huiyin"), "");
    }
}
