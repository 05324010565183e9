//! Transactions: what is written becomes visible at once or not at all, and wakes what has work then.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use huiyin_kernel::Service;
use sqlx::{Executor, PgConnection, Postgres, Transaction};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use uuid::Uuid;

use crate::{
    DbError, Wakes,
    sql::{query, sql},
};

/// Opens the rows of these aggregates, and of no others, to the open transaction of a restricted login. Only for an id that was
/// shown a right to: by a petitioner's code, or by having locked or changed it under row-level security.
pub async fn open_aggregates(conn: &mut PgConnection, service: Service, ids: &[Uuid]) -> Result<(), DbError> {
    let list = ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    query(service.name(), "select set_config('huiyin.matters', $1, true)").bind(list).execute(conn).await?;
    Ok(())
}

/// Does it in a task that outlives a caller who goes away.
#[expect(clippy::disallowed_methods, reason = "the task must outlive a caller who goes away")]
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, DbError> {
    tokio::spawn(work).await.map_err(|_| DbError::Stopped)?.map_err(DbError::from)
}

/// A transaction, and the place it holds.
pub(crate) type InPlace = (Transaction<'static, Postgres>, OwnedSemaphorePermit);

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
    /// A transaction that has begun.
    pub(crate) fn new((inner, place): InPlace, service: Service, wakes: Wakes, admitted: Option<Vec<Uuid>>) -> Self {
        Self { inner, place, service, wakes, admitted, published: false, armed: false, waking: Vec::new() }
    }

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

impl ReadTx {
    /// A transaction that has begun.
    pub(crate) fn new((inner, place): InPlace) -> Self {
        Self { inner, _place: place }
    }
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
