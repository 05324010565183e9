//! What must be true of every petition that was answered, counted in the tables by ways of its own: independent of the
//! invariant checker, so that a hole in that one does not hide a loss.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use uuid::Uuid;

use super::citizens::Petition;

/// Asks the tables.
#[derive(Debug)]
pub(crate) struct Oracle {
    admin_url: String,
}

impl Oracle {
    pub(crate) fn new(admin_url: String) -> Self {
        Self { admin_url }
    }

    /// One text for each petition that is not there exactly once with its number, case, clock, notice and ledger row.
    pub(crate) async fn missing(&self, answered: &[Petition]) -> Result<Vec<String>> {
        let ids: Vec<Uuid> = answered.iter().map(|petition| petition.petition_id).collect();
        let numbers: Vec<String> = answered.iter().map(|petition| petition.number.clone()).collect();
        let mut conn = PgConnection::connect(&self.admin_url).await.context("the database lets nobody in")?;
        #[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
        let rows = sqlx::query(
            "select a.number,
                 (select count(*) from intake.petition p where p.petition_id = a.id and p.number = a.number),
                 (select count(*) from casework.case c where c.petition_id = a.id and c.number = a.number),
                 (select count(*) from casework.timer t join casework.case c on c.case_id = t.aggregate_id
                     where c.petition_id = a.id and t.kind = 'acceptance_due' and t.state = 'armed'),
                 (select count(*) from notification.message m
                     where m.petition_id = a.id and m.template = 'petition_registered' and m.recipient_kind = 'petitioner'
                     and m.channel = 'inbox'),
                 (select count(*) from ledger.matter m where m.petition_id = a.id and m.case_id is not null and m.number = a.number)
             from unnest($1::uuid[], $2::text[]) a(id, number)",
        )
        .bind(&ids)
        .bind(&numbers)
        .fetch_all(&mut conn)
        .await?;
        let mut missing = Vec::new();
        for row in rows {
            let number: String = row.try_get(0)?;
            for (column, what) in
                ["petition", "case", "acceptance clock", "notice", "ledger row"].into_iter().enumerate()
            {
                let count: i64 = row.try_get(column + 1)?;
                if count != 1 {
                    missing.push(format!("{number} has {count} × {what}"));
                }
            }
        }
        Ok(missing)
    }

    /// What every session of the city's database is at and whom it waits for, for the report of a failure.
    pub(crate) async fn sessions(&self) -> Result<String> {
        let mut conn = PgConnection::connect(&self.admin_url).await.context("the database lets nobody in")?;
        #[expect(clippy::disallowed_methods, reason = "asks the server about itself")]
        let rows = sqlx::query_scalar::<_, String>(
            "select concat_ws(' ', pid, usename, state, clock_timestamp() - state_change, wait_event_type, wait_event,
                 pg_blocking_pids(pid)::text, left(regexp_replace(query, '\\s+', ' ', 'g'), 120))
             from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()",
        );
        Ok(rows.fetch_all(&mut conn).await?.join("\n"))
    }

    /// How many petitions are stored in all.
    pub(crate) async fn stored(&self) -> Result<i64> {
        self.count("select count(*) from intake.petition").await
    }

    /// By how many milliseconds the latest timer was late that fired since an instant (milliseconds since 1970).
    pub(crate) async fn latest_timer(&self, since: i64) -> Result<i64> {
        let late = format!(
            "select coalesce(max(late_ms), 0) as late from (select late_ms, fired_at from intake.timer
                 union all select late_ms, fired_at from casework.timer) t where fired_at > to_timestamp({since} / 1000.0)"
        );
        self.rows(&late).await?[0]["late"].as_i64().context("a number")
    }

    /// One number from the tables.
    pub(crate) async fn count(&self, statement: &'static str) -> Result<i64> {
        let mut conn = PgConnection::connect(&self.admin_url).await.context("the database lets nobody in")?;
        #[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
        Ok(sqlx::query_scalar(statement).fetch_one(&mut conn).await?)
    }

    /// Rows of a query as JSON, in the order the query gives.
    pub(crate) async fn rows(&self, statement: &str) -> Result<Vec<serde_json::Value>> {
        let mut conn = PgConnection::connect(&self.admin_url).await.context("the database lets nobody in")?;
        let wrapped = format!("select to_jsonb(r) from ({statement}) r");
        #[expect(clippy::disallowed_methods, reason = "joins the schemas of several services")]
        Ok(sqlx::query_scalar(AssertSqlSafe(wrapped)).fetch_all(&mut conn).await?)
    }

    /// Changes something by hand, as an operator would: all of it or nothing.
    pub(crate) async fn execute(&self, statements: &'static str) -> Result<()> {
        let mut conn = PgConnection::connect(&self.admin_url).await.context("the database lets nobody in")?;
        conn.execute(statements).await?;
        Ok(())
    }
}
