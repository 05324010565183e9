//! Firing what is due.
//!
//! One transaction takes due timers in order of date and fires them behind savepoints: together as long as no aggregate comes a second
//! time, and when one of them fails, each by itself. Consequence and mark commit together, so every timer takes effect once however many
//! runners there are (T3). Runners share the work by aggregate, through advisory locks and not
//! through locks on the timers' rows: a command that holds its aggregate and cancels a timer would wait for such a lock, and the firing for the
//! aggregate. A batch ends after [`LONGEST_BATCH`], so that no command waits long for an aggregate either. A timer whose consequence
//! fails is set back with a growing pause and raises an alarm; the others go on. In production the database's clock decides; on a manual
//! clock the business clock does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use huiyin_journal::{Db, DbError, Tx};
use huiyin_kernel::{BusinessClock, InfraClock};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::decide::{RowChange, after};
use crate::guard::{ClockFault, ClockGuard};
use crate::overdue::overdue;
use crate::rows::{Row, runs};
use crate::sql::{query, query_as, query_scalar};
use crate::{Due, Fired, TimerHandler};

const BATCH: i64 = 200;
/// Among how many due timers a runner looks for aggregates no other runner holds.
const WINDOW: i64 = 1000;
const LONGEST_BATCH: Duration = Duration::from_millis(500);
/// The pause while something is due that could not be fired: another runner has its aggregate, or it is set back.
const POLL: Duration = Duration::from_millis(250);
/// The longest pause with nothing due. A timer armed by this process wakes its runner; one armed by a process that died at once is
/// found this late.
const IDLE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause of a timer whose consequence failed, in seconds. What is set further back was set back by a clock that was wrong.
const LONGEST_SET_BACK: f64 = 300.0;
const MEASURE: Duration = Duration::from_secs(5);
/// Counting the armed ones reads each of them. Where they are many, some hundred thousand in a large city, it is done once in a minute.
const COUNT_MANY: Duration = Duration::from_mins(1);
/// So many armed ones are many.
const MANY: i64 = 10_000;

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Fired with effect.
    pub effects: usize,
    /// Marked fired without effect, because the matter no longer needed them.
    pub stale: usize,
    /// Moved to a later date.
    pub rearmed: usize,
    /// Set back after a failure.
    pub failed: usize,
}

impl Step {
    /// Timers dealt with.
    pub const fn count(&self) -> usize {
        self.effects + self.stale + self.rearmed + self.failed
    }
}

/// A step could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TimerError {
    /// The database failed.
    #[error("due timers cannot be taken")]
    Db(#[from] DbError),
    /// The clock cannot be trusted; nothing is fired.
    #[error("no timer is fired: {0}")]
    Clock(#[from] ClockFault),
}

impl From<sqlx::Error> for TimerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// The runner of one service's timers.
pub struct TimerRunner {
    db: Db,
    handler: Arc<dyn TimerHandler>,
    clock: BusinessClock,
    machine: InfraClock,
    guard: ClockGuard,
    born: Instant,
    /// Until the next scan, as the last one found it.
    pause: Duration,
}

impl std::fmt::Debug for TimerRunner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimerRunner").field("db", &self.db).field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl Step {
    /// Counts what came of a timer; gives how late it was, in milliseconds.
    fn note(&mut self, fired: Fired, due: &Due, now: DateTime<Utc>, service: &'static str) -> i64 {
        match fired {
            Fired::Effect => self.effects += 1,
            Fired::Stale => self.stale += 1,
            Fired::Rearm(_) => self.rearmed += 1,
        }
        let late = (now - due.due_at).num_milliseconds();
        metrics::histogram!("huiyin_timer_lateness_seconds", "service" => service).record(late as f64 / 1000.0);
        late
    }
}

impl TimerRunner {
    /// `db` is the worker's login.
    pub fn new(db: Db, handler: Arc<dyn TimerHandler>, clock: BusinessClock, machine: InfraClock) -> Self {
        Self { db, handler, clock, machine, guard: ClockGuard::default(), born: Instant::now(), pause: POLL }
    }

    /// Runs until told to stop; the batch at hand is finished first.
    pub async fn run(mut self, stop: CancellationToken) {
        let armed = Arc::clone(&self.db.wakes().armed);
        let mut pause = POLL;
        let (mut measured, mut counted, mut count) = (None::<Instant>, None::<Instant>, 0);
        let mut faulty = false;
        while !stop.is_cancelled() {
            let mut busy = false;
            match self.step().await {
                Ok(step) => {
                    faulty = false;
                    pause = self.pause;
                    busy = step.count() > 0;
                }
                Err(error) => {
                    let fault = matches!(error, TimerError::Clock(_));
                    if fault && !faulty {
                        tracing::error!(alarm = true, service = %self.db.service(), %error, "firing has stopped");
                    } else if !fault {
                        tracing::warn!(service = %self.db.service(), error = &error as &dyn std::error::Error, "the timers pause");
                    }
                    faulty = fault;
                    // A clock may be right again at any moment, and looking costs one short question.
                    pause = if fault { IDLE } else { (pause.max(POLL) * 2).min(LONGEST_PAUSE) };
                }
            }
            metrics::gauge!("huiyin_timer_clock_fault", "service" => self.db.service().name())
                .set(f64::from(u8::from(faulty)));
            if measured.is_none_or(|at| at.elapsed() > MEASURE) {
                measured = Some(Instant::now());
                let counts = count < MANY || counted.is_none_or(|at| at.elapsed() > COUNT_MANY);
                if counts {
                    counted = measured;
                }
                match self.measure(counts).await {
                    Ok(found) => count = found.unwrap_or(count),
                    Err(error) => tracing::debug!(%error, "the timers' lag cannot be measured"),
                }
            }
            if busy {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = armed.notified() => {}
                () = elapsed(pause) => {}
            }
        }
    }

    /// Fires up to one batch of what is due.
    pub async fn step(&mut self) -> Result<Step, TimerError> {
        let mut tx = self.db.begin().await?;
        let now = self.now(&mut tx).await?;
        let rows = self.take(&mut tx, now).await?;
        if rows.is_empty() {
            self.pause = self.until_next(&mut tx, now).await?;
            tx.rollback().await?;
            return Ok(Step::default());
        }
        let mut step = Step::default();
        let began = Instant::now();
        for run in runs(rows) {
            if began.elapsed() > LONGEST_BATCH {
                break;
            }
            self.fire_together(&mut tx, run, now, &mut step).await?;
        }
        if !self.clock.is_manual() {
            query(
                self.db.schema(),
                "insert into {s}.timer_clock (last_now) values ($1) on conflict (singleton) do update
                     set last_now = greatest(timer_clock.last_now, excluded.last_now)",
            )
            .bind(now)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(step)
    }

    /// How long nothing will be due. Only a pause: what is due is found by its state, whatever was foreseen.
    async fn until_next(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<Duration, TimerError> {
        if self.clock.is_manual() {
            return Ok(POLL);
        }
        let statement = "select due_at from {s}.timer where state = 'armed' order by due_at limit 1";
        let next: Option<DateTime<Utc>> = query_scalar(self.db.schema(), statement).fetch_optional(&mut **tx).await?;
        let Some(next) = next else { return Ok(IDLE) };
        // Something is due and was not to be had.
        let Ok(wait) = (next - now).to_std() else { return Ok(POLL) };
        Ok((wait + Duration::from_millis(1)).min(IDLE))
    }

    /// Due timers of aggregates that no other runner is at work on.
    async fn take(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Row>, TimerError> {
        let taken: Vec<Uuid> = query_scalar(
            self.db.schema(),
            "with due as materialized (
                 select timer_id, aggregate_id from {s}.timer
                 where state = 'armed' and due_at <= $1
                     and (not_before <= clock_timestamp() or not_before > clock_timestamp() + make_interval(secs => $4))
                 order by due_at, timer_id limit $2)
             select timer_id from due
             where pg_try_advisory_xact_lock(hashtextextended('huiyin.timer.{s}.' || aggregate_id::text, 0)) limit $3",
        )
        .bind(now)
        .bind(WINDOW)
        .bind(BATCH)
        .bind(LONGEST_SET_BACK)
        .fetch_all(&mut **tx)
        .await?;
        if taken.is_empty() {
            return Ok(Vec::new());
        }
        // Looked at again under the locks: another runner may have fired them between the look and the lock.
        Ok(query_as(
            self.db.schema(),
            "select timer_id, aggregate_id, kind, generation, due_at, attempts from {s}.timer
             where timer_id = any($2) and state = 'armed' and due_at <= $1
                 and (not_before <= clock_timestamp() or not_before > clock_timestamp() + make_interval(secs => $3))
             order by due_at, timer_id",
        )
        .bind(now)
        .bind(taken)
        .bind(LONGEST_SET_BACK)
        .fetch_all(&mut **tx)
        .await?)
    }

    /// Fires timers of different aggregates in one go, or each by itself when one of them fails.
    async fn fire_together(
        &self,
        tx: &mut Tx,
        run: Vec<Row>,
        now: DateTime<Utc>,
        step: &mut Step,
    ) -> Result<(), TimerError> {
        let due: Vec<Due> = run.iter().map(Row::due).collect();
        let savepoint = tx.savepoint("timers").await?;
        match self.handler.fire_all(tx, &due, now).await {
            Ok(fired) if fired.len() == due.len() => {
                tx.release(savepoint).await?;
                let mut done = Vec::with_capacity(due.len());
                for (due, fired) in due.iter().zip(fired) {
                    let late = step.note(fired, due, now, self.db.service().name());
                    match after(fired) {
                        RowChange::Later(later) => self.rearm(tx, due, later).await?,
                        RowChange::Fired => done.push((due.timer_id, late)),
                    }
                }
                self.mark(tx, &done, now).await
            }
            other => {
                tx.rollback_to(savepoint).await?;
                if let Err(error) = other {
                    tracing::debug!(service = %self.db.service(), %error, "a timer of many failed; each is fired by itself");
                }
                // Locks stay until the commit: taken in the order of ids, as everybody takes several, nobody waits for one who waits.
                let mut run = run;
                run.sort_by_key(|row| row.aggregate_id);
                for row in run {
                    self.fire(tx, row, now, step).await?;
                }
                Ok(())
            }
        }
    }

    async fn fire(&self, tx: &mut Tx, row: Row, now: DateTime<Utc>, step: &mut Step) -> Result<(), TimerError> {
        let due = row.due();
        let savepoint = tx.savepoint("timer").await?;
        match self.handler.fire(tx, &due, now).await {
            Ok(fired) => {
                tx.release(savepoint).await?;
                let late = step.note(fired, &due, now, self.db.service().name());
                match after(fired) {
                    RowChange::Later(later) => self.rearm(tx, &due, later).await?,
                    RowChange::Fired => self.mark(tx, &[(due.timer_id, late)], now).await?,
                }
            }
            Err(error) => {
                tx.rollback_to(savepoint).await?;
                step.failed += 1;
                tracing::error!(alarm = true, service = %self.db.service(), timer.id = %due.timer_id, aggregate.id = %due.aggregate_id,
                    kind = due.kind, attempts = row.attempts + 1, %error, "a timer's consequence failed");
                metrics::counter!("huiyin_timer_failures_total", "service" => self.db.service().name()).increment(1);
                let seconds = f64::from(1_u32 << row.attempts.clamp(0, 9));
                query(
                    self.db.schema(),
                    "update {s}.timer set attempts = attempts + 1, last_error = left($3, 500),
                         not_before = clock_timestamp() + make_interval(secs => least($2, $4)) where timer_id = $1",
                )
                .bind(due.timer_id)
                .bind(seconds)
                .bind(error.to_string())
                .bind(LONGEST_SET_BACK)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// Marks them fired, each with its lateness in milliseconds. The handler may have cancelled one as part of its consequence; it has
    /// fired all the same.
    async fn mark(&self, tx: &mut Tx, timers: &[(Uuid, i64)], now: DateTime<Utc>) -> Result<(), TimerError> {
        let (ids, late): (Vec<Uuid>, Vec<i64>) = timers.iter().copied().unzip();
        query(
            self.db.schema(),
            "update {s}.timer t set state = 'fired', fired_at = $3, late_ms = f.late_ms, last_error = null
             from unnest($1::uuid[], $2::bigint[]) f(timer_id, late_ms) where t.timer_id = f.timer_id and t.state <> 'fired'",
        )
        .bind(ids)
        .bind(late)
        .bind(now)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn rearm(&self, tx: &mut Tx, due: &Due, later: DateTime<Utc>) -> Result<(), TimerError> {
        query(
            self.db.schema(),
            "update {s}.timer set due_at = $2, attempts = 0, last_error = null where timer_id = $1 and state = 'armed'",
        )
        .bind(due.timer_id)
        .bind(later)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// The instant that decides, if it can be trusted.
    async fn now(&mut self, tx: &mut Tx) -> Result<DateTime<Utc>, TimerError> {
        if self.clock.is_manual() {
            return Ok(self.clock.now());
        }
        let statement = "select clock_timestamp(), (select last_now from {s}.timer_clock)";
        let (now, high_water): (DateTime<Utc>, Option<DateTime<Utc>>) =
            query_as(self.db.schema(), statement).fetch_one(&mut **tx).await?;
        self.guard.check(now, self.machine.now(), self.born.elapsed(), high_water)?;
        Ok(now)
    }

    /// How many timers are overdue, and by how much (T8); when it counts, also how many are armed, which it gives.
    async fn measure(&self, counts: bool) -> Result<Option<i64>, TimerError> {
        let manual = self.clock.is_manual().then(|| self.clock.now());
        let (overdue, longest) = overdue(&self.db, manual).await?;
        let labels = [("service", self.db.service().name())];
        metrics::gauge!("huiyin_timer_overdue", &labels).set(overdue as f64);
        metrics::gauge!("huiyin_timer_overdue_longest_seconds", &labels).set(longest);
        if !counts {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let armed: i64 = query_scalar(self.db.schema(), "select count(*) from {s}.timer where state = 'armed'")
            .fetch_one(&mut *tx)
            .await?;
        metrics::gauge!("huiyin_timer_armed", &labels).set(armed as f64);
        Ok(Some(armed))
    }
}

#[expect(clippy::disallowed_methods, reason = "the pause of the scan; it ends early when a timer is armed")]
async fn elapsed(pause: Duration) {
    tokio::time::sleep(pause).await;
}
