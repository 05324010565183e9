//! Looking at the tables as the superuser, and changing them.

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use huiyin_casework::domain::{Case, Event};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use super::World;

impl World {
    /// As the superuser.
    pub(crate) async fn execute(&self, sql: &str) -> Result<()> {
        self.admin.execute(AssertSqlSafe(sql.to_owned())).await?;
        Ok(())
    }

    /// As if the case had been reckoned with an older calendar of the same days. The journal says so too.
    pub(crate) async fn pretend_older_calendar(&self, case: Uuid) -> Result<()> {
        let clocks = self.case(case).await?.clocks;
        let version = clocks.last().context("a clock")?.deadline.calendar_version.clone();
        self.execute(&format!("update casework.case set calendar_version = 'cn-older' where case_id = '{case}'"))
            .await?;
        self.pretend(case, &version, "cn-older").await
    }

    /// As if the dates had been reckoned without the data of a year.
    pub(crate) async fn pretend_provisional(&self, case: Uuid) -> Result<()> {
        self.pretend_older_calendar(case).await?;
        self.pretend(case, "\"provisional\": false", "\"provisional\": true").await?;
        self.pretend(case, "\"provisional\":false", "\"provisional\":true").await
    }

    /// Another text in the case and in all of its journal.
    async fn pretend(&self, case: Uuid, from: &str, to: &str) -> Result<()> {
        self.execute(&format!(
            "update casework.case set body = replace(body::text, '{from}', '{to}')::jsonb where case_id = '{case}';
             alter table casework.journal disable trigger append_only;
             update casework.journal set body = convert_to(replace(convert_from(body, 'utf8'), '{from}', '{to}'), 'utf8')
                 where aggregate_id = '{case}';
             alter table casework.journal enable trigger append_only"
        ))
        .await
    }

    /// A number the superuser reads.
    pub(crate) async fn count(&self, sql: &str) -> Result<i64> {
        Ok(self.admin.fetch_one(AssertSqlSafe(format!("select ({sql})::bigint"))).await?.try_get(0)?)
    }

    /// The types published for a case, in order.
    pub(crate) async fn told(&self, case: Uuid) -> Result<Vec<String>> {
        let sql =
            format!("select event_type from casework.publication where aggregate_id = '{case}' order by sequence");
        let rows = self.admin.fetch_all(AssertSqlSafe(sql)).await?;
        let short = |name: String| name.trim_start_matches("huiyin.casework.case.").trim_end_matches(".v1").to_owned();
        rows.iter().map(|row| Ok(short(row.try_get(0)?))).collect()
    }

    /// What was told last of a case, or of a call.
    pub(crate) async fn snapshot(&self, aggregate: Uuid) -> Result<Value> {
        let sql = format!(
            "select convert_from(body, 'utf8')::jsonb from casework.publication where aggregate_id = '{aggregate}'
             order by sequence desc limit 1"
        );
        Ok(self.admin.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?)
    }

    /// The case as stored.
    pub(crate) async fn case(&self, case: Uuid) -> Result<Case> {
        let sql = format!("select body from casework.case where case_id = '{case}'");
        let body: Value = self.admin.fetch_one(AssertSqlSafe(sql)).await?.try_get(0)?;
        Ok(serde_json::from_value(body)?)
    }

    /// D-1: every stored case is what its journal gives, and every open clock has its timer (T1).
    pub(crate) async fn check_invariants(&self) -> Result<()> {
        let cases = self.admin.fetch_all("select case_id, body from casework.case where body is not null").await?;
        for row in cases {
            let (id, body): (Uuid, Value) = (row.try_get(0)?, row.try_get(1)?);
            let stored: Case = serde_json::from_value(body)?;
            let sql =
                format!("select body, occurred_at from casework.journal where aggregate_id = '{id}' order by version");
            let mut journal: Vec<(Event, DateTime<Utc>)> = Vec::new();
            for row in self.admin.fetch_all(AssertSqlSafe(sql)).await? {
                let body: Vec<u8> = row.try_get(0)?;
                journal.push((serde_json::from_slice(&body)?, row.try_get(1)?));
            }
            let again = Case::replay(journal.iter().map(|(event, at)| (event, *at)));
            assert_eq!(again, Some(stored), "the journal of {id} gives another case");
        }
        let without_timer = self
            .count(
                "select count(*) from casework.case c where state <> 'withdrawn' and next_due_at > now() - interval '100 years'
                 and not is_overdue and not exists (select 1 from casework.timer t where t.aggregate_id = c.case_id
                 and t.state = 'armed' and t.due_at = c.next_due_at)",
            )
            .await?;
        assert_eq!(without_timer, 0, "an open clock has no timer");
        let unwatched = self
            .count(
                "select count(*) from casework.case c cross join lateral jsonb_array_elements(c.body -> 'clocks') k
                 where k ->> 'state' = 'running' and not exists (select 1 from casework.timer t where t.aggregate_id = c.case_id
                 and t.kind = k ->> 'kind' || '_due' and t.state = 'armed' and t.generation = (k ->> 'generation')::int)",
            )
            .await?;
        assert_eq!(unwatched, 0, "a running clock is not watched");
        let orphans = self
            .count(
                "select count(*) from casework.case c where not exists (select 1 from casework.participation p
                 where p.case_id = c.case_id and p.unit = c.responsible_unit and p.role = 'responsible' and p.until is null)",
            )
            .await?;
        assert_eq!(orphans, 0, "a case has no owner (WH-11)");
        let armed_closed = self
            .count(
                "select count(*) from casework.timer t join casework.case c on c.case_id = t.aggregate_id
                 where c.state = 'closed' and t.state = 'armed' and t.kind !~ '^(supervision|advice|settlement|demanded_report|rectification|return_visit|deferral)_'",
            )
            .await?;
        assert_eq!(armed_closed, 0, "a closed case has an armed timer");
        Ok(())
    }
}
