//! A guarded pool of one login, and the only way to a transaction.
//!
//! sqlx 0.9.0 can lose a write that returned `Ok`: a `begin()` given up half-way (deadline, client gone, `select!`) leaves
//! the pooled session inside a transaction nobody knows of, and the next write on it is never committed. Three guards,
//! each enough by itself: `begin` and `commit` run in a task of their own that outlives a caller who went away; a session is
//! rolled back on its way back to the pool; and writes are possible only through [`Tx`], which has been begun.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use huiyin_kernel::Service;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::Notify;

use crate::{
    DbError, Wakes,
    sql::{query, query_scalar, sql},
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

/// A guarded pool of one login. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
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
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(2));
        let pool = PgPoolOptions::new()
            .max_connections(options.max)
            .acquire_timeout(options.acquire_timeout)
            .idle_timeout(Duration::from_mins(10))
            .after_connect(|conn, _| {
                Box::pin(async move {
                    // The ROLLBACK below would otherwise answer "there is no transaction in progress" each time.
                    conn.execute("set client_min_messages to error").await.map(drop)
                })
            })
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .after_release(|conn, _| Box::pin(async move { conn.execute("rollback").await.map(|_| true) }))
            .connect_with(connect)
            .await?;
        let db = Self { pool, service, wakes: options.wakes };
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

    /// Begins a transaction. A caller who goes away in the middle leaves nothing behind.
    #[expect(clippy::disallowed_methods, reason = "this is the guarded one")]
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let pool = self.pool.clone();
        let inner = detached(async move { pool.begin().await }).await?;
        Ok(Tx {
            inner,
            service: self.service,
            wakes: self.wakes.clone(),
            published: false,
            armed: false,
            waking: Vec::new(),
        })
    }

    /// Begins a transaction that can only read, and sees one moment throughout.
    pub async fn read(&self) -> Result<ReadTx, DbError> {
        let pool = self.pool.clone();
        let begin = "begin isolation level repeatable read read only";
        let inner = detached(async move { pool.begin_with(begin).await }).await?;
        Ok(ReadTx { inner })
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

#[expect(clippy::disallowed_methods, reason = "the task must outlive a caller who goes away")]
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, DbError> {
    tokio::spawn(work).await.map_err(|_| DbError::Stopped)?.map_err(DbError::from)
}

/// An open transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    service: Service,
    wakes: Wakes,
    published: bool,
    armed: bool,
    waking: Vec<Arc<Notify>>,
}

impl Tx {
    /// Commits, then wakes the loops that have work now. An error means *unknown* when the connection broke: the caller
    /// must ask again (with the same idempotency key) rather than conclude that nothing was written.
    pub async fn commit(self) -> Result<(), DbError> {
        let Self { inner, wakes, published, armed, waking, .. } = self;
        detached(async move {
            inner.commit().await?;
            if published {
                wakes.published.notify_one();
            }
            if armed {
                wakes.armed.notify_one();
            }
            for sleeper in waking {
                sleeper.notify_one();
            }
            Ok(())
        })
        .await
    }

    /// Gives everything up.
    pub async fn rollback(self) -> Result<(), DbError> {
        let inner = self.inner;
        detached(async move { inner.rollback().await }).await
    }

    /// Whose tables these are.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The schema of those tables.
    pub const fn schema(&self) -> &'static str {
        self.service.name()
    }

    /// Notes that the commit publishes something.
    pub const fn note_published(&mut self) {
        self.published = true;
    }

    /// Notes that the commit arms a timer.
    pub const fn note_armed(&mut self) {
        self.armed = true;
    }

    /// Wakes a task of the service's own after the commit.
    pub fn wake_after_commit(&mut self, sleeper: &Arc<Notify>) {
        if !self.waking.iter().any(|known| Arc::ptr_eq(known, sleeper)) {
            self.waking.push(Arc::clone(sleeper));
        }
    }

    /// Marks a point to which [`Tx::rollback_to`] goes back. `name` is a plain SQL name.
    pub async fn savepoint(&mut self, name: &'static str) -> Result<Savepoint, DbError> {
        (&mut *self.inner).execute(sql(name, "savepoint {s}")).await?;
        Ok(Savepoint(name))
    }

    /// Undoes everything since the savepoint, also after an error, and forgets the savepoint.
    pub async fn rollback_to(&mut self, savepoint: Savepoint) -> Result<(), DbError> {
        (&mut *self.inner).execute(sql(savepoint.0, "rollback to savepoint {s}")).await?;
        self.release(savepoint).await
    }

    /// Keeps everything since the savepoint, and forgets the savepoint.
    pub async fn release(&mut self, savepoint: Savepoint) -> Result<(), DbError> {
        (&mut *self.inner).execute(sql(savepoint.0, "release savepoint {s}")).await?;
        Ok(())
    }
}

/// A point inside a transaction.
#[derive(Debug)]
#[must_use = "release it or roll back to it"]
pub struct Savepoint(&'static str);

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

/// An open transaction that cannot write. Dropping it ends it.
#[derive(Debug)]
pub struct ReadTx {
    inner: Transaction<'static, Postgres>,
}

impl Deref for ReadTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for ReadTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
