//! Files whose time is over, the destruction of one, and the register of those destroyed (销毁清册; A11).
//!
//! What is due is one scan of `worklist_by_keep_until` from the oldest on; the register is small and read rarely.

use chrono::{DateTime, NaiveDate, Utc};
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::PetitionId;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{Archived, Case, Destruction};

/// Takes what destroyed files held out of the tables, once their destruction stands in the journal; nothing for any other case.
pub(crate) async fn carry_out(tx: &mut Tx, cases: &[Case]) -> Result<(), DbError> {
    for case in cases {
        let Some((file, destruction)) = destroyed(case) else { continue };
        let Some(keep_until) = file.keep_until else { continue };
        sqlx::query!(
            "select casework.destroy_file($1, $2, $3, $4, $5, $6, $7, $8)",
            case.facts.case_id.uuid(),
            file.number,
            keep_until,
            destruction.appraisal.by.uuid(),
            destruction.appraisal.at,
            destruction.appraisal.reason,
            destruction.approved_by.uuid(),
            destruction.at,
        )
        .fetch_one(&mut **tx)
        .await?;
    }
    Ok(())
}

fn destroyed(case: &Case) -> Option<(&Archived, &Destruction)> {
    let file = case.file()?;
    Some((file, file.destruction.as_ref()?))
}

/// Was the file of this petition's matter destroyed?
pub(crate) async fn is_destroyed(conn: &mut PgConnection, petition: PetitionId) -> Result<bool, DbError> {
    let query = sqlx::query_scalar!(
        r#"select exists (select from casework.case where petition_id = $1 and body is null) as "is!""#,
        petition.uuid(),
    );
    Ok(query.fetch_one(conn).await?)
}

/// Files of a list whose last day was before `today`, the oldest first.
pub(crate) async fn due(
    conn: &mut PgConnection,
    scope: &str,
    today: NaiveDate,
    after: (NaiveDate, Uuid),
    limit: i64,
) -> Result<Vec<(NaiveDate, Case)>, DbError> {
    struct Row {
        keep_until: NaiveDate,
        body: Value,
    }
    let rows = sqlx::query_as!(
        Row,
        r#"select w.keep_until as "keep_until!", c.body as "body!" from casework.worklist w join casework.case c using (case_id)
         where w.scope = $1 and w.keep_until < $2 and (w.keep_until, w.case_id) > ($3, $4)
         order by w.keep_until, w.case_id limit $5"#,
        scope,
        today,
        after.0,
        after.1,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let read = |Row { keep_until, body }| {
        let case = serde_json::from_value(body).map_err(|error| DbError::Unreadable(format!("a case: {error}")))?;
        Ok((keep_until, case))
    };
    rows.into_iter().map(read).collect()
}

/// A line of the register.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    pub(crate) case_id: Uuid,
    pub(crate) number: String,
    pub(crate) file_number: String,
    pub(crate) closed_at: DateTime<Utc>,
    pub(crate) keep_until: NaiveDate,
    pub(crate) appraised_by: Uuid,
    pub(crate) appraised_by_name: Option<String>,
    pub(crate) appraised_at: DateTime<Utc>,
    pub(crate) reason: String,
    pub(crate) approved_by: Uuid,
    pub(crate) approved_by_name: Option<String>,
    pub(crate) destroyed_at: DateTime<Utc>,
}

/// The register as a list of the actor's, the newest first.
pub(crate) async fn register(
    conn: &mut PgConnection,
    scope: &str,
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<Registered>, DbError> {
    let query = sqlx::query_as!(
        Registered,
        r#"select d.case_id, d.number, d.file_number, d.closed_at, d.keep_until, d.appraised_by, a.name as "appraised_by_name?",
             d.appraised_at, d.reason, d.approved_by, b.name as "approved_by_name?", d.destroyed_at
         from casework.destroyed_file d left join casework.staff a on a.staff_id = d.appraised_by
             left join casework.staff b on b.staff_id = d.approved_by
         where d.scopes @> array[$1] and (d.destroyed_at, d.case_id) < ($2, $3)
         order by d.destroyed_at desc, d.case_id desc limit $4"#,
        scope,
        before.0,
        before.1,
        limit,
    );
    Ok(query.fetch_all(conn).await?)
}
