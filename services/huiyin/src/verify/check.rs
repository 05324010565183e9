//! One invariant as two questions in SQL: how much was looked at, and what is broken.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, Row as _};

use super::report::{Examined, Violation};
use super::sql;

/// How many examples of one broken invariant are told.
pub(super) const EXAMPLES: usize = 5;
/// How many broken things are told apart while waiting for them to settle.
pub(super) const MOST_FOLLOWED: usize = 10_000;

/// An invariant.
#[derive(Clone, Debug)]
pub(super) struct Check {
    /// Its name in reports.
    pub(super) name: &'static str,
    /// What holds, in Chinese.
    pub(super) zh: &'static str,
    /// What holds, in English.
    pub(super) en: &'static str,
    /// What to do when it does not.
    pub(super) remedy: &'static str,
    /// Counts what is looked at.
    pub(super) examined: String,
    /// Gives one text per thing that breaks it. `{now}` and `{late}` stand for the business time and the instant before which
    /// an armed timer counts as forgotten.
    pub(super) broken: String,
    /// May be broken for a moment while services are at work.
    pub(super) settles: bool,
}

impl Check {
    pub(super) async fn run(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        delay: TimeDelta,
    ) -> Result<Examined, sqlx::Error> {
        let broken = self.question(now, delay);
        let statement = format!(
            "with broken(detail) as ({broken})
             select ({})::bigint, (select count(*) from broken),
                 coalesce((select array_agg(detail) from (select detail from broken order by detail limit {EXAMPLES}) few),
                     '{{}}'::text[])",
            self.examined
        );
        let row = sql::row(conn, statement).await?;
        let details: Vec<String> = row.try_get(2)?;
        Ok(Examined {
            check: self.name,
            zh: self.zh,
            en: self.en,
            examined: row.try_get(0)?,
            broken: row.try_get(1)?,
            violations: details
                .into_iter()
                .map(|what| Violation { check: self.name, what, remedy: self.remedy, settles: self.settles })
                .collect(),
        })
    }

    fn question(&self, now: DateTime<Utc>, delay: TimeDelta) -> String {
        let literal = |at: DateTime<Utc>| format!("timestamptz '{}'", at.to_rfc3339());
        self.broken.replace("{now}", &literal(now)).replace("{late}", &literal(now - delay))
    }

    /// Everything that breaks it now, as far as it can be told apart: the first [`MOST_FOLLOWED`], one more when there are more.
    pub(super) async fn all_broken(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        delay: TimeDelta,
    ) -> Result<BTreeSet<String>, sqlx::Error> {
        let broken = self.question(now, delay);
        let statement = format!(
            "with broken(detail) as ({broken}) select detail from broken order by 1 limit {}",
            MOST_FOLLOWED + 1
        );
        sql::rows(conn, statement).await?.iter().map(|row| row.try_get(0)).collect()
    }
}
