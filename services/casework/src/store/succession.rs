//! Abolished units, who carries on for them, and what they still hold (REG-16).

use huiyin_journal::DbError;
use huiyin_kernel::{CaseId, DistrictCode, UnitCode};
use sqlx::PgConnection;

use super::directory::{self, code};
use super::worklist::end_of_list;
use crate::domain::{StateKind, Successor};

/// Abolished units past `after` with whoever carries on for them now, in order of their codes. A successor abolished in its turn is followed
/// to the last of the line; a line that ends with nobody is left out.
pub(crate) async fn successors(conn: &mut PgConnection, from: &str) -> Result<Vec<Successor>, DbError> {
    let rows = sqlx::query!(
        r#"with recursive line (origin, at, accusations_to, is_designated, depth) as (
             select code, successor, accusations_to, designated_on is not null, 1 from casework.unit
             where not is_active and successor is not null and code >= $1
             union all
             select line.origin, u.successor, coalesce(line.accusations_to, u.accusations_to),
                 line.is_designated or u.designated_on is not null, depth + 1
             from line join casework.unit u on u.code = line.at and not u.is_active and u.successor is not null
             where depth < 32)
         select line.origin as "origin!", u.code as "code!", u.kind = 'discipline' as "is_discipline!",
             line.is_designated as "is_designated!", b.code as "accusations_to?"
         from line join casework.unit u on u.code = line.at and u.is_active
         left join casework.unit b on b.is_active and b.kind = 'discipline'
             and b.code = case when u.kind = 'discipline' then u.code else line.accusations_to end
         order by line.origin"#,
        from,
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut successors = Vec::with_capacity(rows.len());
    for row in rows {
        let to: UnitCode = code(row.code)?;
        successors.push(Successor {
            from: code(row.origin)?,
            above: directory::superior(&mut *conn, &to).await?,
            to,
            is_designated: row.is_designated,
            is_discipline: row.is_discipline,
            accusations_to: row.accusations_to.map(code).transpose()?,
        });
    }
    Ok(successors)
}

/// Cases past `after`, in the order of their ids, in which a unit may still owe something: not closed, or with a date that runs, or in
/// supervision; that it once registered them, or received an accusation, is no duty. Three index scans of the unit's own list; what is
/// closed and done is never read.
pub(crate) async fn held_by(
    conn: &mut PgConnection,
    unit: &UnitCode,
    after: Option<CaseId>,
    limit: i64,
) -> Result<Vec<CaseId>, DbError> {
    let open: Vec<String> = StateKind::ALL
        .iter()
        .filter(|state| **state != StateKind::Closed)
        .map(|state| state.name().to_owned())
        .collect();
    let ids = sqlx::query_scalar!(
        r#"select case_id as "case_id!" from (
             select case_id from casework.worklist where scope = $1 and state = any($2)
             union select case_id from casework.worklist where scope = $1 and due_order < $3
             union select case_id from casework.worklist where scope = $1 and supervision is not null) held
         where case_id > coalesce($4, '00000000-0000-0000-0000-000000000000'::uuid)
           and exists (select from casework.participation p where p.case_id = held.case_id and p.unit = $6 and p.until is null
               and p.role not in ('registered', 'forwarded_to'))
         order by case_id limit $5"#,
        format!("unit:{unit}"),
        &open,
        end_of_list(),
        after.map(CaseId::uuid),
        limit,
        unit.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// An abolished unit that still holds matters.
#[derive(Clone, Debug)]
pub(crate) struct Left {
    /// The unit.
    pub(crate) unit: String,
    /// Its name.
    pub(crate) name: String,
    /// Who carries on, with its name, once named.
    pub(crate) successor: Option<String>,
    /// Matters that are going over, or wait for a successor to be named.
    pub(crate) matters: i64,
    /// Accusations that wait for a discipline body to be named: how many, and nothing of them.
    pub(crate) accusations: i64,
}

/// Abolished units of a district and what lies inside it that are still responsible for matters.
pub(crate) async fn left_over(conn: &mut PgConnection, district: &DistrictCode) -> Result<Vec<Left>, DbError> {
    let rows = sqlx::query_as!(
        Left,
        r#"select u.code as "unit!", u.name as "name!", s.name as "successor?",
             count(*) filter (where c.class <> 'accusation') as "matters!",
             count(*) filter (where c.class = 'accusation') as "accusations!"
         from casework.unit u
         join casework.worklist w on w.scope = 'unit:' || u.code and w.state <> 'closed'
         join casework.case c on c.case_id = w.case_id and c.responsible_unit = u.code
         left join casework.unit s on s.code = u.successor
         where not u.is_active and starts_with(u.district, $1)
         group by u.code, u.name, s.name order by u.code"#,
        district.prefix(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
