//! Time moved by hand, and what it fires.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use huiyin_calendar::start_of_day;
use huiyin_kernel::BusinessClock;
use huiyin_timers::{Due, Fired, TimerRunner};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::World;

/// Nine in the morning in the city.
pub(crate) fn morning(day: &str) -> DateTime<Utc> {
    start_of_day(day.parse::<NaiveDate>().expect("a date")).expect("in range") + TimeDelta::hours(9)
}

impl World {
    /// A runner of the timers, as the service has.
    pub(crate) fn runner(&self) -> Result<TimerRunner> {
        let handler = self.parts.timers.clone().context("casework has timers")?;
        let clock = BusinessClock::Manual(Arc::clone(&self.time));
        Ok(TimerRunner::new(self.runtime.worker.clone(), handler, clock, self.runtime.infra.clone()))
    }

    /// Fires whatever is due now.
    pub(crate) async fn fire_due(&self) -> Result<()> {
        let mut runner = self.runner()?;
        while runner.step().await?.count() > 0 {}
        Ok(())
    }

    /// Lives on until `until`: time stops wherever a timer is due.
    pub(crate) async fn live_until(&self, until: DateTime<Utc>) -> Result<()> {
        while let Some(due) = self.next_timer().await?.filter(|due| due.due_at <= until) {
            self.time.advance_to(due.due_at);
            self.fire_due().await?;
        }
        self.time.advance_to(until);
        Ok(())
    }

    /// When the timers that had an effect since were due, in the order in which they fired.
    pub(crate) async fn fired_since(&self, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
        let sql = format!(
            "select t.due_at from casework.journal j join casework.timer t on t.timer_id = j.cause
             where j.occurred_at >= '{since}' order by j.recorded_at, j.aggregate_id, j.version"
        );
        let rows = self.admin.fetch_all(AssertSqlSafe(sql)).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    pub(crate) async fn next_timer(&self) -> Result<Option<Due>> {
        let sql = "select timer_id, aggregate_id, kind, generation, due_at from casework.timer
                   where state = 'armed' order by due_at, timer_id limit 1";
        let row = self.admin.fetch_optional(AssertSqlSafe(sql.to_owned())).await?;
        row.map(|row| {
            Ok(Due {
                timer_id: row.try_get(0)?,
                aggregate_id: row.try_get(1)?,
                kind: row.try_get(2)?,
                generation: row.try_get(3)?,
                due_at: row.try_get(4)?,
            })
        })
        .transpose()
    }

    /// Fires one timer by hand, whatever its state.
    pub(crate) async fn fire(&self, due: &Due) -> Result<Fired> {
        let handler = self.parts.timers.as_ref().context("casework has timers")?;
        let mut tx = self.runtime.worker.begin().await?;
        let fired = handler.fire(&mut tx, due, self.time.now()).await?;
        tx.commit().await?;
        Ok(fired)
    }

    /// Runs a reconciler once.
    pub(crate) async fn run_task(&self, name: &str) -> Result<usize> {
        let task = self.parts.tasks.iter().find(|task| task.name == name).context("no such task")?;
        task.run.run().await.map_err(|error| anyhow::anyhow!("{error}"))
    }
}
