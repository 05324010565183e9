//! A guarded pool of one login, and the only way to a transaction ([`Tx`], [`ReadTx`]).
//!
//! sqlx 0.9.0 can lose a write that returned `Ok`: a `begin()` given up half-way (deadline, client gone, `select!`) leaves
//! the pooled session inside a transaction nobody knows of, and the next write on it is never committed. Three guards,
//! each enough by itself: `begin` and `commit` run in a task of their own that outlives a caller who went away; a session is
//! rolled back on its way back to the pool; and writes are possible only through [`Tx`], which has been begun.
//!
//! A caller waits for a place first and for a session then. Only the wait for a place is given up half-way: a session that is being
//! opened is opened to its end, also for a caller who has gone. Otherwise a crowd that asks again and again while the server is slow would
//! begin every session anew and finish none, and would keep itself out for ever.

use std::sync::Arc;
use std::time::Duration;

use huiyin_authz::Sight;
use huiyin_kernel::Service;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::{
    DbError, ReadTx, Tx, Wakes,
    sql::{query, query_scalar},
    tx::{InPlace, detached},
};

/// How a pool behaves.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Most sessions at once.
    pub max: u32,
    /// How long to wait for a session before answering that the database is busy.
    pub acquire_timeout: Duration,
    /// The wake-ups of the service in this process.
    pub wakes: Wakes,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { max: 8, acquire_timeout: Duration::from_secs(3), wakes: Wakes::default() }
    }
}

/// How long opening one session may take, whoever still waits for it.
const OPENING: Duration = Duration::from_secs(10);
/// A session that rested longer than this is asked for a sign of life before it is used; one used a moment ago costs no round trip.
const RESTED: Duration = Duration::from_millis(500);

/// What is found by its key is found by its index. Plans are made once per session, because under row-level security and over partitions making
/// one costs more than carrying it out; and so that one made while a table was small is right when it is large, it reads nothing from end to end.
const BY_KEY: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    // Costs of what is off look high enough to be worth compiling.
    ("jit", "off"),
];

/// How a transaction begins that only reads.
const READ: &str = "begin isolation level repeatable read read only";

/// A guarded pool of one login. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    /// As many as the pool has sessions.
    places: Arc<Semaphore>,
    patience: Duration,
    service: Service,
    wakes: Wakes,
}

impl Db {
    /// Connects, and refuses a server that would forget what it acknowledges (D1).
    pub async fn connect(url: &str, service: Service, options: PoolOptions) -> Result<Self, DbError> {
        let connect: PgConnectOptions = url.parse().map_err(DbError::from)?;
        let connect = connect
            .application_name(&format!("huiyin-{service}"))
            .log_statements(tracing::log::LevelFilter::Trace)
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(2))
            .options(BY_KEY);
        let pool = PgPoolOptions::new()
            .max_connections(options.max)
            .acquire_timeout(options.acquire_timeout.max(OPENING))
            .idle_timeout(Duration::from_mins(10))
            .after_connect(|conn, _| {
                Box::pin(async move {
                    // The ROLLBACK below would otherwise answer "there is no transaction in progress" each time.
                    conn.execute("set client_min_messages to error").await.map(drop)
                })
            })
            .test_before_acquire(false)
            .before_acquire(|conn, rest| {
                Box::pin(async move {
                    if rest.idle_for > RESTED {
                        conn.ping().await?;
                    }
                    Ok(!conn.is_in_transaction())
                })
            })
            .after_release(|conn, _| Box::pin(async move { conn.execute("rollback").await.map(|_| true) }))
            .connect_with(connect)
            .await?;
        let places = Arc::new(Semaphore::new(options.max as usize));
        let db = Self { pool, places, patience: options.acquire_timeout, service, wakes: options.wakes };
        db.refuse_forgetful_server().await?;
        Ok(db)
    }

    async fn refuse_forgetful_server(&self) -> Result<(), DbError> {
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            let value: String =
                query_scalar(self.schema(), "select current_setting($1)").bind(setting).fetch_one(&self.pool).await?;
            if value == "off" {
                return Err(DbError::NotDurable { setting, value });
            }
        }
        Ok(())
    }

    /// Begins a transaction without a scope: for logins whose rows are not restricted, and for tables that belong to nobody. A
    /// caller who goes away in the middle leaves nothing behind.
    #[expect(clippy::disallowed_methods, reason = "this is the guarded one")]
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let pool = self.pool.clone();
        let inner = self.in_place(async move { pool.begin().await }).await?;
        Ok(Tx::new(inner, self.service, self.wakes.clone(), None))
    }

    /// Begins a transaction that sees what row-level security shows to `sight`, until it ends (S1).
    pub async fn begin_as(&self, sight: &Sight) -> Result<Tx, DbError> {
        let inner = self.begin_with("begin", sight).await?;
        Ok(Tx::new(inner, self.service, self.wakes.clone(), Some(sight.matters().to_vec())))
    }

    /// Begins a transaction that can only read, and sees one moment throughout; without a scope, as [`Db::begin`]. Its statements are planned
    /// for the values given: for lists with filters that are there or not, and for what is a few rows here and many there.
    pub async fn read(&self) -> Result<ReadTx, DbError> {
        self.read_as(&Sight::default()).await
    }

    /// The same, for `sight`.
    pub async fn read_as(&self, sight: &Sight) -> Result<ReadTx, DbError> {
        let mut begin = READ.to_owned();
        for (name, _) in BY_KEY {
            begin.push_str(&format!("; set local {name} to {}", if name == "plan_cache_mode" { "auto" } else { "on" }));
        }
        Ok(ReadTx::new(self.begin_with(&begin, sight).await?))
    }

    /// As [`Db::read`], for what is found by its key: statements are planned once per session, as they are where something is written.
    pub async fn look_up(&self) -> Result<ReadTx, DbError> {
        self.look_up_as(&Sight::default()).await
    }

    /// The same, for `sight`.
    pub async fn look_up_as(&self, sight: &Sight) -> Result<ReadTx, DbError> {
        Ok(ReadTx::new(self.begin_with(READ, sight).await?))
    }

    /// `SET LOCAL` in the same message as `BEGIN`: it costs no round trip, and ends with the transaction however that ends.
    async fn begin_with(&self, begin: &str, sight: &Sight) -> Result<InPlace, DbError> {
        let mut statement = begin.to_owned();
        for (name, value) in sight.settings() {
            statement.push_str(&format!("; set local {name} to '{}'", value.replace('\'', "''")));
        }
        let pool = self.pool.clone();
        self.in_place(async move { pool.begin_with(AssertSqlSafe(statement)).await }).await
    }

    /// Does `work`, which takes one session, when there is a place for it.
    async fn in_place<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
    ) -> Result<(T, OwnedSemaphorePermit), DbError> {
        let busy = |_| DbError::from(sqlx::Error::PoolTimedOut);
        let until = Instant::now() + self.patience;
        let place = timeout_at(until, Arc::clone(&self.places).acquire_owned()).await.map_err(busy)?;
        let place = place.map_err(|_| DbError::Stopped)?;
        let with_place = detached(async move { work.await.map(|done| (done, place)) });
        timeout_at(until, with_place).await.map_err(busy)?
    }

    /// Whose tables these are.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The schema of those tables.
    pub const fn schema(&self) -> &'static str {
        self.service.name()
    }

    /// The wake-ups of the service in this process.
    pub const fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    /// Sessions of this pool: at work, and idle.
    pub fn sessions(&self) -> (u32, u32) {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        (self.pool.size().saturating_sub(idle), idle)
    }

    /// Asks the server for a sign of life.
    pub async fn ping(&self) -> Result<(), DbError> {
        query(self.schema(), "select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The versions of the migrations that have been applied to the schema.
    pub async fn applied_migrations(&self) -> Result<Vec<i64>, DbError> {
        let statement = "select version from {s}._sqlx_migrations where success order by version";
        Ok(query_scalar(self.schema(), statement).fetch_all(&self.pool).await?)
    }

    /// Closes every session.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A session of its own, outside the pool, for what must hold as long as the session lives (an advisory lock).
    pub(crate) async fn session(&self) -> Result<PgConnection, DbError> {
        let options: Arc<PgConnectOptions> = self.pool.connect_options();
        Ok(options.connect().await?)
    }
}
