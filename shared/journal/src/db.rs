//! A guarded pool of one login, and the only way to a transaction.
//!
//! sqlx 0.9.0 can lose a write that returned `Ok`: a `begin()` given up half-way (deadline, client gone, `select!`) leaves
//! the pooled session inside a transaction nobody knows of, and the next write on it is never committed. Three guards,
//! each enough by itself: `begin` and `commit` run in a task of their own that outlives a caller who went away; a session is
//! rolled back on its way back to the pool; and writes are possible only through [`Tx`], which has been begun.
//!
//! A caller waits for a place first and for a session then. Only the wait for a place is given up half-way: a session that is being
//! opened is opened to its end, also for a caller who has gone. Otherwise a crowd that asks again and again while the server is slow would
//! begin every session anew and finish none, and would keep itself out for ever.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use huiyin_authz::Sight;
use huiyin_kernel::Service;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

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
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(2));
        let connect = connect.options(BY_KEY);
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
        Ok(self.tx(inner, None))
    }

    /// Begins a transaction that sees what row-level security shows to `sight`, until it ends (S1).
    pub async fn begin_as(&self, sight: &Sight) -> Result<Tx, DbError> {
        let inner = self.begin_with("begin", sight).await?;
        Ok(self.tx(inner, Some(sight.matters().to_vec())))
    }

    fn tx(&self, (inner, place): InPlace, admitted: Option<Vec<Uuid>>) -> Tx {
        Tx {
            inner,
            place,
            service: self.service,
            wakes: self.wakes.clone(),
            admitted,
            published: false,
            armed: false,
            waking: Vec::new(),
        }
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
        let (inner, place) = self.begin_with(&begin, sight).await?;
        Ok(ReadTx { inner, _place: place })
    }

    /// As [`Db::read`], for what is found by its key: statements are planned once per session, as they are where something is written.
    pub async fn look_up(&self) -> Result<ReadTx, DbError> {
        self.look_up_as(&Sight::default()).await
    }

    /// The same, for `sight`.
    pub async fn look_up_as(&self, sight: &Sight) -> Result<ReadTx, DbError> {
        let (inner, place) = self.begin_with(READ, sight).await?;
        Ok(ReadTx { inner, _place: place })
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

/// Opens the rows of these aggregates, and of no others, to the open transaction of a restricted login. Only for an id that was
/// shown a right to: by a petitioner's code, or by having changed it under row-level security.
pub async fn open_aggregates(conn: &mut PgConnection, service: Service, ids: &[Uuid]) -> Result<(), DbError> {
    let list = ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    query(service.name(), "select set_config('huiyin.matters', $1, true)").bind(list).execute(conn).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the task must outlive a caller who goes away")]
async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, DbError> {
    tokio::spawn(work).await.map_err(|_| DbError::Stopped)?.map_err(DbError::from)
}

/// A transaction, and the place it holds.
type InPlace = (Transaction<'static, Postgres>, OwnedSemaphorePermit);

/// An open transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    /// Given back after the session.
    place: OwnedSemaphorePermit,
    service: Service,
    wakes: Wakes,
    /// The aggregates this transaction was admitted to; none is kept of a transaction without a scope.
    admitted: Option<Vec<Uuid>>,
    published: bool,
    armed: bool,
    waking: Vec<Arc<Notify>>,
}

impl Tx {
    /// Commits, then wakes the loops that have work now. An error means *unknown* when the connection broke: the caller
    /// must ask again (with the same idempotency key) rather than conclude that nothing was written.
    pub async fn commit(self) -> Result<(), DbError> {
        let Self { inner, place, wakes, published, armed, waking, .. } = self;
        detached(async move {
            inner.commit().await?;
            drop(place);
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
        let Self { inner, place, .. } = self;
        detached(async move { inner.rollback().await.map(|()| drop(place)) }).await
    }

    /// Whose tables these are.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The schema of those tables.
    pub const fn schema(&self) -> &'static str {
        self.service.name()
    }

    /// Opens the rows of aggregates of which the transaction has shown that it may change them, such as by having changed their
    /// current state under row-level security: journal, publications, lists. For logins that are not restricted, nothing.
    pub async fn admit(&mut self, aggregates: &[Uuid]) -> Result<(), DbError> {
        let service = self.service;
        let Some(admitted) = &mut self.admitted else { return Ok(()) };
        let known = admitted.len();
        for id in aggregates {
            if !admitted.contains(id) {
                admitted.push(*id);
            }
        }
        if admitted.len() == known {
            return Ok(());
        }
        open_aggregates(&mut self.inner, service, admitted).await
    }

    /// Notes that the statement which showed the right to an aggregate has opened its rows too: as the first one admitted.
    pub fn note_admitted(&mut self, aggregate: Uuid) {
        if let Some(admitted) = &mut self.admitted {
            admitted.push(aggregate);
        }
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
    /// Given back after the session.
    _place: OwnedSemaphorePermit,
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
