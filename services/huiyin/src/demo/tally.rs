//! Counting at the end, over the tables of all services: figures only, no names, no ids, no machine time.

use anyhow::Context;
use sqlx::{Connection as _, PgConnection, Row as _};

use crate::verify::sql;

/// One line of a count: its key, part by part, and how many.
pub(crate) type Line = (Vec<String>, i64);

/// Counts by key, in the order of the statement.
#[derive(Debug)]
pub(crate) struct Tally {
    conn: PgConnection,
}

impl Tally {
    pub(crate) async fn open(admin_url: &str) -> anyhow::Result<Self> {
        Ok(Self { conn: PgConnection::connect(admin_url).await.context("the tables cannot be counted")? })
    }

    /// Runs a statement whose last column is the count and whose other columns are texts.
    async fn lines(&mut self, statement: &str) -> anyhow::Result<Vec<Line>> {
        let rows = sql::rows(&mut self.conn, statement.to_owned()).await.with_context(|| statement.to_owned())?;
        rows.iter()
            .map(|row| {
                let last = row.len() - 1;
                let key: Result<Vec<String>, sqlx::Error> =
                    (0..last).map(|at| row.try_get::<Option<String>, _>(at).map(Option::unwrap_or_default)).collect();
                Ok((key?, row.try_get(last)?))
            })
            .collect()
    }

    /// Cases that are not closed.
    pub(crate) async fn open_cases(&mut self) -> anyhow::Result<i64> {
        let lines = self.lines("select count(*) from casework.case where state <> 'closed'").await?;
        Ok(lines.first().map_or(0, |(_, count)| *count))
    }

    pub(crate) async fn channels(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select channel, class, count(*) from intake.petition group by 1, 2
             order by array_position(array['net','letter','phone','fax','visit'], channel),
                 array_position(array['suggestion','accusation','request'], class)",
        )
        .await
    }

    pub(crate) async fn topics(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select t.name_zh, t.name_en, count(*) from intake.petition p join intake.topic t on t.code = p.topic
             group by 1, 2, t.position order by t.position",
        )
        .await
    }

    pub(crate) async fn kinds(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select kind, count(*) from intake.petition group by 1
             order by array_position(array['individual','group','organisation','joint_letter'], kind)",
        )
        .await
    }

    pub(crate) async fn outcomes(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select coalesce(outcome, state), class, count(*) from casework.case group by 1, 2
             order by array_position(array['suggestion','accusation','request'], class), 3 desc, 1",
        )
        .await
    }

    pub(crate) async fn clocks(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select c.body -> 'facts' -> 'policy' ->> 'pack', k ->> 'kind', k ->> 'state', count(*)
             from casework.case c cross join lateral jsonb_array_elements(c.body -> 'clocks') k
             group by 1, 2, 3 order by 1 desc, 2, array_position(array['met','met_late','lifted','running','overdue'], k ->> 'state')",
        )
        .await
    }

    pub(crate) async fn happened(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select c.body -> 'facts' -> 'policy' ->> 'pack',
                 case when j.event_type = 'taken_by_leader' and j.actor ->> 'kind' = 'staff' then 'taken_by_hand' else j.event_type end, count(*)
             from casework.journal j join casework.case c on c.case_id = j.aggregate_id
             where j.event_type in ('due_soon', 'overdue', 'taken_by_leader', 'supervision_ordered', 'supervision_concluded', 'extended', 'promised', 'relief_referred',
                 'handed_over', 'returned', 'withdrawn', 'resumed')
             group by 1, 2 order by 1 desc, min(array_position(array['due_soon', 'overdue', 'taken_by_leader', 'supervision_ordered', 'supervision_concluded', 'extended', 'promised',
                 'relief_referred', 'handed_over', 'returned', 'withdrawn', 'resumed'], j.event_type)), 2",
        )
        .await
    }

    /// Transfers, objections and hearings.
    pub(crate) async fn routed(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select case when j.event_type = 'review_asked' then 'review_begun' else j.event_type end, count(*) from casework.journal j
             where j.event_type in ('transferred', 'objected', 'objection_answered', 'review_asked', 'hearing_held')
             group by j.event_type order by array_position(array['transferred', 'objected', 'objection_answered', 'review_asked', 'hearing_held'], j.event_type)",
        )
        .await
    }

    /// How reviews and re-examinations ended.
    pub(crate) async fn reviews(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select r ->> 'level', coalesce(r -> 'end' -> 'opinion' ->> 'result', r -> 'end' ->> 'code', r -> 'end' ->> 'end'), count(*)
             from casework.case c cross join lateral jsonb_array_elements(c.body -> 'reviews') r
             group by 1, 2 order by 1 desc, 2",
        )
        .await
    }

    pub(crate) async fn visits(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select case when s.round_id is null then 'table' else 'round' end, coalesce(v.outcome ->> 'kind', v.state), count(*)
             from scheduling.visit v join scheduling.session s using (session_id)
             group by 1, 2 order by 1, 3 desc, 2",
        )
        .await
    }

    pub(crate) async fn sessions(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select case when round_id is null then 'table' else 'round' end, state, count(*) from scheduling.session
             group by 1, 2 order by 1, array_position(array['draft','published','cancelled','held'], state)",
        )
        .await
    }

    pub(crate) async fn messages(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select recipient_kind, template, channel, state, count(*) from notification.message
             group by 1, 2, 3, 4 order by 1, 2, 3 desc, 4",
        )
        .await
    }

    pub(crate) async fn alarms(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines("select kind, count(*) from notification.alarm group by 1 order by 1").await
    }

    pub(crate) async fn ledger(&mut self) -> anyhow::Result<Vec<Line>> {
        self.lines(
            "select d.name, count(*) filter (where m.state = 'closed') || ' / ' || count(*) filter (where m.missed), count(*)
             from ledger.matter m join ledger.district d on d.code = left(m.district, 6) group by d.code, d.name order by d.code",
        )
        .await
    }

    /// Publications and journal rows by service: how much was told.
    pub(crate) async fn told(&mut self) -> anyhow::Result<Vec<Line>> {
        let one = |service: &str| {
            format!(
                "select '{service}', (select count(*) from {service}.journal)::text, (select count(*) from {service}.publication)"
            )
        };
        // Signing in is journaled too, and depends on the machine's speed; directory is therefore left out.
        let services = ["intake", "casework", "scheduling", "notification"].map(one);
        self.lines(&services.join(" union all ")).await
    }
}
