//! The library of matters fit for leaders, the leaders asked, and who still owes a case (SZ-07, SZ-08, SZ-14).
//!
//! Few matters stand in it: lists read `library_listed` whole and in order.

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::Quarter;
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::{DistrictCode, UnitCode};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{Case, LibraryEntry, StateKind};

/// Writes the lines of cases that stand or stood in the library anew; nothing for any other.
pub(crate) async fn keep(tx: &mut Tx, cases: &[(Option<&Case>, &Case)]) -> Result<(), DbError> {
    for (before, case) in cases {
        let Some(entry) = case.library.as_deref().filter(|_| before.is_none_or(|before| line(before) != line(case)))
        else {
            continue;
        };
        let case_id = case.facts.case_id.uuid();
        sqlx::query!(
            "insert into casework.library (case_id, is_listed, field, added_at, has_plan, has_leader, is_over)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (case_id) do update set is_listed = excluded.is_listed, field = excluded.field, added_at = excluded.added_at,
                 has_plan = excluded.has_plan, has_leader = excluded.has_leader, is_over = excluded.is_over",
            case_id,
            entry.listed,
            entry.field,
            entry.added_at,
            case.plan.is_some(),
            case.taken_by_leader,
            case.state.kind() == StateKind::Closed,
        )
        .execute(&mut **tx)
        .await?;
        let (mut nth, mut leader, mut quarter, mut state, mut summary) = (vec![], vec![], vec![], vec![], vec![]);
        for (at, asked) in (1_i32..).zip(&entry.selections) {
            nth.push(at);
            leader.push(asked.leader.uuid());
            quarter.push(asked.quarter.to_string());
            state.push(word(asked.state()));
            summary.push(asked.published.as_ref().map(|notice| notice.summary.clone()));
        }
        // An asking that fell with the answer is gone; the others keep their place.
        sqlx::query!(
            "with kept as (
                 insert into casework.selection (case_id, nth, leader, quarter, state, district, unit, field, summary)
                 select $1, n.nth, n.leader, n.quarter, n.state, $7, $8, $9, n.summary
                 from unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[]) n(nth, leader, quarter, state, summary)
                 on conflict (case_id, nth) do update set leader = excluded.leader, quarter = excluded.quarter, state = excluded.state,
                     district = excluded.district, unit = excluded.unit, field = excluded.field, summary = excluded.summary)
             delete from casework.selection where case_id = $1 and nth > $10",
            case_id,
            &nth,
            &leader,
            &quarter,
            &state,
            &summary as &[Option<String>],
            case.facts.district.as_str(),
            case.responsible_unit.as_str(),
            entry.field,
            i32::try_from(entry.selections.len()).unwrap_or(i32::MAX),
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What the library's lines are made of.
fn line(case: &Case) -> (Option<&LibraryEntry>, bool, bool, bool, &UnitCode) {
    let is_over = case.state.kind() == StateKind::Closed;
    (case.library.as_deref(), case.plan.is_some(), case.taken_by_leader, is_over, &case.responsible_unit)
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a matter in the library still lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// Only those without a leader.
    pub(crate) leader: bool,
    /// Only those without a plan.
    pub(crate) plan: bool,
}

/// One part of the library as a list of the actor's, oldest first.
pub(crate) async fn list(
    conn: &mut PgConnection,
    scope: &str,
    lacking: Lacking,
    after: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<(DateTime<Utc>, Case)>, DbError> {
    struct Row {
        added_at: DateTime<Utc>,
        body: Value,
    }
    let rows = sqlx::query_as!(
        Row,
        r#"select l.added_at, c.body as "body!" from casework.library l join casework.case c using (case_id)
         where l.is_listed and not l.is_over and (l.added_at, l.case_id) > ($2, $3)
           and (not $4 or not l.has_leader) and (not $5 or not l.has_plan)
           and exists (select from casework.worklist w where w.case_id = l.case_id and w.scope = $1)
         order by l.added_at, l.case_id limit $6"#,
        scope,
        after.0,
        after.1,
        lacking.leader,
        lacking.plan,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let read = |Row { added_at, body }| {
        let case = serde_json::from_value(body).map_err(|error| DbError::Unreadable(format!("a case: {error}")))?;
        Ok((added_at, case))
    };
    rows.into_iter().map(read).collect()
}

/// What a leader did in a quarter.
#[derive(Clone, Debug)]
pub(crate) struct LeaderRow {
    pub(crate) staff_id: Uuid,
    pub(crate) name: String,
    pub(crate) post: Option<String>,
    /// Asked, not answered yet.
    pub(crate) asked: i64,
    /// Agreed to for that quarter.
    pub(crate) taken: i64,
}

/// The leaders of a district by name, for a quarter.
pub(crate) async fn leaders(
    conn: &mut PgConnection,
    district: &DistrictCode,
    quarter: Quarter,
) -> Result<Vec<LeaderRow>, DbError> {
    let query = sqlx::query_as!(
        LeaderRow,
        r#"select s.staff_id, s.name, s.post,
               (select count(*) from casework.selection x where x.leader = s.staff_id and x.quarter = $2 and x.state = 'asked') as "asked!",
               (select count(*) from casework.selection x where x.leader = s.staff_id and x.quarter = $2
                    and x.state in ('agreed', 'published')) as "taken!"
           from casework.staff s
           where s.is_active and s.district = $1 and s.roles && array['leader', 'main_leader']
           order by s.name, s.staff_id"#,
        district.as_str(),
        &quarter.to_string(),
    );
    Ok(query.fetch_all(conn).await?)
}

/// A case that a leader took, as everybody reads it.
#[derive(Clone, Debug)]
pub(crate) struct PublishedRow {
    pub(crate) leader_name: Option<String>,
    pub(crate) leader_post: Option<String>,
    pub(crate) unit_name: Option<String>,
    pub(crate) field: String,
    pub(crate) summary: String,
}

/// What was published for a quarter in a district and what lies inside it, or in the whole city, by leader.
pub(crate) async fn published(
    conn: &mut PgConnection,
    district: Option<&DistrictCode>,
    quarter: Quarter,
    limit: i64,
) -> Result<Vec<PublishedRow>, DbError> {
    let query = sqlx::query_as!(
        PublishedRow,
        r#"select s.name as "leader_name?", s.post as leader_post, u.name as "unit_name?", x.field, x.summary as "summary!"
           from casework.selection x left join casework.staff s on s.staff_id = x.leader left join casework.unit u on u.code = x.unit
           where x.state = 'published' and x.quarter = $2 and starts_with(x.district, $1)
           order by s.name, x.case_id limit $3"#,
        district.map_or("", DistrictCode::prefix),
        &quarter.to_string(),
        limit,
    );
    Ok(query.fetch_all(conn).await?)
}
