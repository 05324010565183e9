//! How much is under way: what a clock moved by hand waits for, and what an operator watches.

use std::ops::AddAssign;

use chrono::{DateTime, Utc};

use crate::sql::query_as;
use crate::{Db, DbError};

/// Work under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Publications not sent yet.
    pub pending: i64,
    /// Events heard that have had no effect yet.
    pub waiting: i64,
    /// Events given up, until an operator decides.
    pub parked: i64,
    /// Journal rows that no seal lists yet.
    pub unsealed: i64,
    /// Messages on the bus that our consumers have not been given. Not in the tables: the runtime asks the server.
    pub undelivered: i64,
    /// Messages given to our consumers and not acknowledged. Likewise.
    pub unacknowledged: i64,
}

impl Activity {
    /// True when nothing will change by itself.
    pub const fn is_quiet(&self) -> bool {
        self.pending == 0 && self.waiting == 0 && self.undelivered == 0 && self.unacknowledged == 0
    }
}

impl AddAssign for Activity {
    fn add_assign(&mut self, other: Self) {
        self.pending += other.pending;
        self.waiting += other.waiting;
        self.parked += other.parked;
        self.unsealed += other.unsealed;
        self.undelivered += other.undelivered;
        self.unacknowledged += other.unacknowledged;
    }
}

/// Counts the work that stands in the tables, and tells the metrics.
pub async fn activity(db: &Db) -> Result<Activity, DbError> {
    let mut tx = db.read().await?;
    let statement =
        "select (select count(*) from {s}.pending) as pending, (select count(*) from {s}.inbox_waiting) as waiting,
        (select count(*) from {s}.inbox_parked where resolved_at is null) as parked,
        (select count(*) from {s}.journal_unsealed) as unsealed";
    let (pending, waiting, parked, unsealed) = query_as(db.schema(), statement).fetch_one(&mut *tx).await?;
    let activity = Activity { pending, waiting, parked, unsealed, ..Activity::default() };
    let statement = "select min(recorded_at), clock_timestamp() from {s}.pending";
    let (oldest, now): (Option<DateTime<Utc>>, DateTime<Utc>) =
        query_as(db.schema(), statement).fetch_one(&mut *tx).await?;
    let age = oldest.map_or(0.0, |oldest| (now - oldest).as_seconds_f64().max(0.0));
    let labels = [("service", db.service().name())];
    metrics::gauge!("huiyin_relay_pending_rows", &labels).set(activity.pending as f64);
    metrics::gauge!("huiyin_relay_oldest_pending_seconds", &labels).set(age);
    metrics::gauge!("huiyin_inbox_waiting_events", &labels).set(activity.waiting as f64);
    metrics::gauge!("huiyin_inbox_parked_events", &labels).set(activity.parked as f64);
    metrics::gauge!("huiyin_journal_unsealed_rows", &labels).set(activity.unsealed as f64);
    Ok(activity)
}
