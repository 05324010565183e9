//! Where cases are listed, and by whom they may be read: the one place that decides on sight.
//!
//! Lists are read by `(scope, due_order, case_id)`, the primary key, so a page costs the same with a thousand cases and
//! with a million: `Index Scan using worklist_pkey … Index Cond: (scope = …) and (ROW(due_order, case_id) > ROW(…))`, each row
//! joined to `case_pkey`. Filters by state, by overdue, by supervision and by return visit have an index of their own in the same order.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use huiyin_authz::Scope;
use huiyin_contracts::casework::SupervisionState;
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::{Actor, CaseId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::Case;

/// Where a case without a running deadline stands: at the end.
pub(crate) fn end_of_list() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(9999, 12, 31).map_or(DateTime::<Utc>::MAX_UTC, |day| day.and_time(NaiveTime::MIN).and_utc())
}

/// Where an open supervision order may stand, as lists are asked for it.
pub(crate) const SUPERVISION: [&str; 3] = ["awaiting_answer", "overdue", "answered"];

fn supervision(case: &Case) -> Option<&'static str> {
    let [awaiting, overdue, answered] = SUPERVISION;
    match case.supervision_state(case.open_order()?) {
        SupervisionState::AwaitingAnswer => Some(awaiting),
        SupervisionState::Overdue => Some(overdue),
        SupervisionState::Answered => Some(answered),
        SupervisionState::Concluded => None,
    }
}

fn due_order(case: &Case) -> DateTime<Utc> {
    case.next_due_at().unwrap_or_else(end_of_list)
}

/// Writes the lines of cases anew, where they changed.
pub(crate) async fn keep(tx: &mut Tx, cases: &[(Option<&Case>, &Case)]) -> Result<(), DbError> {
    let line = |case: &Case| {
        (
            case.scopes(),
            due_order(case),
            case.state.kind(),
            case.is_overdue(),
            supervision(case),
            case.awaits_return_visit(),
            case.file().and_then(|file| file.keep_until),
        )
    };
    let (mut changed, mut listed) = (Vec::new(), Vec::new());
    let (mut scope, mut due, mut ids, mut states, mut overdue, mut supervised, mut awaiting, mut kept) =
        (vec![], vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
    for (before, after) in cases {
        let case_id = after.facts.case_id.uuid();
        let lines = line(after);
        match before {
            Some(before) if line(before) == lines => continue,
            Some(_) | None => changed.push(case_id),
        }
        let (scopes, due_order, state, is_overdue, supervision, awaits_visit, keep_until) = lines;
        listed.push(scopes.join(" "));
        for one in scopes {
            scope.push(one);
            due.push(due_order);
            ids.push(case_id);
            states.push(state.name().to_owned());
            overdue.push(is_overdue);
            supervised.push(supervision.map(str::to_owned));
            awaiting.push(awaits_visit);
            kept.push(keep_until);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    // A line keeps its place as long as neither list nor date changes; the two parts never touch the same one. Each line is held against the lists
    // of its own case, not against those of all.
    sqlx::query!(
        "with kept as (
             insert into casework.worklist (scope, due_order, case_id, state, is_overdue, supervision, awaits_visit, keep_until)
             select * from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::bool[], $7::text[], $8::bool[], $9::date[])
             on conflict (case_id, scope) do update set due_order = excluded.due_order, state = excluded.state,
                 is_overdue = excluded.is_overdue, supervision = excluded.supervision, awaits_visit = excluded.awaits_visit,
                 keep_until = excluded.keep_until)
         delete from casework.worklist w using unnest($6::uuid[], $10::text[]) n(case_id, scopes)
         where w.case_id = n.case_id and w.scope <> all(string_to_array(n.scopes, ' '))",
        &scope,
        &due,
        &ids,
        &states,
        &overdue,
        &changed,
        &supervised as &[Option<String>],
        &awaiting,
        &kept as &[Option<NaiveDate>],
        &listed,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The lists an actor may read; empty for who sees nothing.
pub(crate) fn scopes_of(actor: &Actor) -> Vec<String> {
    let sight = Scope::of(actor);
    let unit = sight.unit().map(|unit| format!("unit:{unit}"));
    let staff = sight.staff().map(|staff| format!("staff:{staff}"));
    let area = match &sight {
        Scope::District { district, .. } => Some(format!("area:{}", district.prefix())),
        Scope::Nothing | Scope::Participation { .. } | Scope::Everything => None,
    };
    [unit, staff, area].into_iter().flatten().collect()
}

/// May the actor see this case? When not, answer as if it did not exist.
pub(crate) async fn is_visible(conn: &mut PgConnection, case_id: CaseId, actor: &Actor) -> Result<bool, DbError> {
    if Scope::of(actor) == Scope::Everything {
        return Ok(true);
    }
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from casework.worklist where case_id = $1 and scope = any($2)) as "found!""#,
        case_id.uuid(),
        &scopes_of(actor),
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// Which part of a list.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// One of the actor's scopes.
    pub(crate) scope: String,
    /// Only this state.
    pub(crate) state: Option<&'static str>,
    /// Only overdue ones.
    pub(crate) overdue: bool,
    /// Only those whose open supervision order stands so.
    pub(crate) supervision: Option<&'static str>,
    /// Only those whose return visit is due and was not made yet.
    pub(crate) awaits_visit: bool,
    /// After this line.
    pub(crate) after: (DateTime<Utc>, Uuid),
    /// At most so many lines.
    pub(crate) limit: i64,
}

/// A line of a list: its place, and the case as it is stored.
struct Row {
    due_order: DateTime<Utc>,
    body: Value,
}

/// One part of a list, in the order of the nearest deadline, each with its place for the next part.
pub(crate) async fn list(conn: &mut PgConnection, wanted: &Wanted) -> Result<Vec<(DateTime<Utc>, Case)>, DbError> {
    let (due, id) = wanted.after;
    let rows = if let Some(supervision) = wanted.supervision {
        sqlx::query_as!(
            Row,
            r#"select w.due_order, c.body as "body!" from casework.worklist w join casework.case c using (case_id)
             where w.scope = $1 and w.supervision = $2 and (w.due_order, w.case_id) > ($3, $4) and (not $5 or w.is_overdue)
               and ($6::text is null or w.state = $6) and (not $7 or w.awaits_visit)
             order by w.due_order, w.case_id limit $8"#,
            wanted.scope,
            supervision,
            due,
            id,
            wanted.overdue,
            wanted.state,
            wanted.awaits_visit,
            wanted.limit,
        )
        .fetch_all(conn)
        .await?
    } else if wanted.awaits_visit {
        sqlx::query_as!(
            Row,
            r#"select w.due_order, c.body as "body!" from casework.worklist w join casework.case c using (case_id)
             where w.scope = $1 and w.awaits_visit and (w.due_order, w.case_id) > ($2, $3) and (not $4 or w.is_overdue)
               and ($5::text is null or w.state = $5)
             order by w.due_order, w.case_id limit $6"#,
            wanted.scope,
            due,
            id,
            wanted.overdue,
            wanted.state,
            wanted.limit,
        )
        .fetch_all(conn)
        .await?
    } else if let Some(state) = wanted.state {
        sqlx::query_as!(
            Row,
            r#"select w.due_order, c.body as "body!" from casework.worklist w join casework.case c using (case_id)
             where w.scope = $1 and w.state = $2 and (w.due_order, w.case_id) > ($3, $4) and (not $5 or w.is_overdue)
             order by w.due_order, w.case_id limit $6"#,
            wanted.scope,
            state,
            due,
            id,
            wanted.overdue,
            wanted.limit,
        )
        .fetch_all(conn)
        .await?
    } else if wanted.overdue {
        sqlx::query_as!(
            Row,
            r#"select w.due_order, c.body as "body!" from casework.worklist w join casework.case c using (case_id)
             where w.scope = $1 and w.is_overdue and (w.due_order, w.case_id) > ($2, $3)
             order by w.due_order, w.case_id limit $4"#,
            wanted.scope,
            due,
            id,
            wanted.limit,
        )
        .fetch_all(conn)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"select w.due_order, c.body as "body!" from casework.worklist w join casework.case c using (case_id)
             where w.scope = $1 and (w.due_order, w.case_id) > ($2, $3)
             order by w.due_order, w.case_id limit $4"#,
            wanted.scope,
            due,
            id,
            wanted.limit,
        )
        .fetch_all(conn)
        .await?
    };
    let read = |Row { due_order, body }| {
        let case = serde_json::from_value(body).map_err(|error| DbError::Unreadable(format!("a case: {error}")))?;
        Ok((due_order, case))
    };
    rows.into_iter().map(read).collect()
}
