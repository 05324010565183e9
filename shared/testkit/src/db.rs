//! A database per test, copied from a template that is migrated once.

use std::{
    hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState},
    time::Duration,
};

use anyhow::{Context, Result};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use url::Url;

use crate::servers;

/// The password of every service login on a test server.
pub const TEST_PASSWORD: &str = "huiyin-test";

/// The logins of each service (`<schema>_owner`, …).
const LOGINS: [&str; 3] = ["owner", "api", "worker"];
/// Logins that one service alone has.
const FURTHER_LOGINS: [(&str, &str); 1] = [("intake", "intake_writer")];

/// A migrated database of one test's own, dropped at the end. `HUIYIN_TEST_KEEP_DB=1` keeps it and prints its
/// address.
#[derive(Debug)]
pub struct TestDb {
    server: Url,
    name: String,
}

impl TestDb {
    /// Holds the schemas given, each migrated as `<schema>_owner`. Logins `<schema>_owner`, `_api`, `_worker`
    /// (and `intake_writer`) exist, with [`TEST_PASSWORD`].
    pub async fn create(schemas: &[(&str, &Migrator)]) -> Result<Self> {
        Self::create_on(&servers::get().await?.database, schemas).await
    }

    /// The same on a certain server, given by a superuser's address.
    pub async fn create_on(server: &str, schemas: &[(&str, &Migrator)]) -> Result<Self> {
        let server = Url::parse(server).context("the address of the test server")?;
        let mut admin = connect(server.as_str()).await?;
        let template = template(&server, &mut admin, schemas).await?;
        let name = format!("huiyin_test_{}", unique());
        execute(&mut admin, format!("create database {name} template {template}")).await?;
        admin.close().await?;
        Ok(Self { server, name })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// For a login of [`TEST_PASSWORD`].
    pub fn url(&self, login: &str) -> String {
        as_login(&self.database(), login)
    }

    /// As the superuser: to arrange and to look, never to show what a service may do.
    pub fn admin_url(&self) -> String {
        self.database().into()
    }

    fn database(&self) -> Url {
        let mut url = self.server.clone();
        url.set_path(&self.name);
        url
    }

    /// A small pool as that login.
    pub async fn pool(&self, login: &str) -> Result<PgPool> {
        pool(&self.url(login)).await
    }

    /// A small pool as the superuser.
    pub async fn admin_pool(&self) -> Result<PgPool> {
        pool(&self.admin_url()).await
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if std::env::var_os("HUIYIN_TEST_KEEP_DB").is_some() {
            eprintln!("kept: {}", self.admin_url());
            return;
        }
        let (server, name) = (self.server.clone(), self.name.clone());
        // `drop` may run inside a runtime that must not be blocked on itself.
        let remove = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let remove = async {
                    let mut admin = connect(server.as_str()).await?;
                    execute(&mut admin, format!("drop database if exists {name} with (force)")).await
                };
                tokio::time::timeout(Duration::from_secs(10), remove).await?
            })
        };
        // A test may have killed its own server: then there is nothing to drop.
        let _: Option<Result<()>> = std::thread::spawn(remove).join().ok();
    }
}

/// The name of a database that holds these migrations and to which nobody can connect, made if need be.
async fn template(server: &Url, admin: &mut PgConnection, schemas: &[(&str, &Migrator)]) -> Result<String> {
    let mut hash = DefaultHasher::new();
    for (schema, migrator) in schemas {
        (schema, &migrator.table_name, &migrator.create_schemas).hash(&mut hash);
        for migration in migrator.iter() {
            (migration.version, &migration.checksum).hash(&mut hash);
        }
    }
    let key = hash.finish();
    let name = format!("huiyin_template_{key:016x}");
    if is_finished(admin, &name).await? {
        return Ok(name);
    }
    // One maker at a time on this server; roles belong to all databases, so the lock is one for all.
    lock(admin).await?;
    let made =
        if is_finished(admin, &name).await? { Ok(()) } else { make_template(server, admin, &name, schemas).await };
    unlock(admin).await?;
    made.map(|()| name)
}

async fn make_template(
    server: &Url,
    admin: &mut PgConnection,
    name: &str,
    schemas: &[(&str, &Migrator)],
) -> Result<()> {
    execute(admin, format!("drop database if exists {name} with (force)")).await?;
    execute(admin, format!("create database {name}")).await?;
    let mut database = server.clone();
    database.set_path(name);
    for (schema, migrator) in schemas {
        let own = LOGINS.iter().map(|login| format!("{schema}_{login}"));
        let further = FURTHER_LOGINS.iter().filter(|(owner, _)| owner == schema).map(|(_, login)| (*login).to_owned());
        for login in own.chain(further) {
            create_login(admin, &login).await?;
        }
        execute(admin, format!("grant create on database {name} to {schema}_owner")).await?;
        let mut owner = connect(&as_login(&database, &format!("{schema}_owner"))).await?;
        migrator.run_direct(None, &mut owner, false).await.with_context(|| format!("migrations of {schema}"))?;
        owner.close().await?;
    }
    // The mark of a finished template; without connections it can be copied at any time.
    execute(admin, format!("alter database {name} with is_template true allow_connections false")).await
}

async fn create_login(admin: &mut PgConnection, login: &str) -> Result<()> {
    let create = format!("create role {login} login nosuperuser nobypassrls password '{TEST_PASSWORD}'");
    let unless_there = format!("do $$ begin {create}; exception when duplicate_object then null; end $$");
    execute(admin, unless_there).await
}

async fn pool(url: &str) -> Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(10));
    pool.connect_with(options).await.with_context(|| format!("a pool on {url}"))
}

async fn connect(url: &str) -> Result<PgConnection> {
    PgConnection::connect(url).await.context("cannot connect to the test server")
}

/// For names and statements made here: none comes from outside.
async fn execute(connection: &mut PgConnection, statement: String) -> Result<()> {
    let shown = statement.clone();
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.with_context(|| shown)?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the server's own catalogue: there is no schema to check against")]
async fn is_finished(admin: &mut PgConnection, name: &str) -> Result<bool> {
    let question = sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datistemplate)");
    Ok(question.bind(name).fetch_one(admin).await?)
}

/// "huiyin" in ASCII.
const MAKER_LOCK: i64 = 0x6875_6979_696e;

async fn lock(admin: &mut PgConnection) -> Result<()> {
    execute(admin, format!("select pg_advisory_lock({MAKER_LOCK})")).await
}

async fn unlock(admin: &mut PgConnection) -> Result<()> {
    execute(admin, format!("select pg_advisory_unlock({MAKER_LOCK})")).await
}

fn as_login(database: &Url, login: &str) -> String {
    let mut url = database.clone();
    url.set_username(login)
        .and_then(|()| url.set_password(Some(TEST_PASSWORD)))
        .expect("an address with a host has a user");
    url.into()
}

/// Letters and digits that no other test has: the process, and chance.
pub(crate) fn unique() -> String {
    format!("{}_{:016x}", std::process::id(), RandomState::new().hash_one("unique"))
}
