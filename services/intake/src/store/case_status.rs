use std::collections::BTreeMap;

use huiyin_contracts::casework::CaseSnapshot;
use huiyin_journal::DbError;
use huiyin_kernel::PetitionId;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// Keeps the newest snapshots; an older one never replaces a newer one.
pub async fn upsert(conn: &mut PgConnection, cases: &[CaseSnapshot]) -> Result<(), DbError> {
    let petitions: Vec<Uuid> = cases.iter().map(|case| case.petition_id.uuid()).collect();
    let ids: Vec<Uuid> = cases.iter().map(|case| case.case_id.uuid()).collect();
    let versions: Vec<i64> = cases.iter().map(|case| case.version).collect();
    let units: Vec<String> = cases.iter().map(|case| case.responsible_unit.to_string()).collect();
    let snapshots: Vec<serde_json::Value> =
        cases.iter().map(|case| serde_json::to_value(case).unwrap_or_default()).collect();
    sqlx::query!(
        "insert into intake.case_status (petition_id, case_id, version, responsible_unit, snapshot)
         select distinct on (petition_id) petition_id, case_id, version, unit, snapshot
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::jsonb[]) r(petition_id, case_id, version, unit, snapshot)
         order by petition_id, version desc
         on conflict (petition_id) do update set case_id = excluded.case_id, version = excluded.version,
             responsible_unit = excluded.responsible_unit, snapshot = excluded.snapshot, heard_at = clock_timestamp()
         where intake.case_status.version < excluded.version",
        &petitions,
        &ids,
        &versions,
        &units,
        &snapshots,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of the cases of these petitions.
pub async fn load(conn: &mut PgConnection, ids: &[PetitionId]) -> Result<BTreeMap<PetitionId, CaseSnapshot>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select petition_id, snapshot as "snapshot: Json<CaseSnapshot>" from intake.case_status where petition_id = any($1)"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (PetitionId::from(row.petition_id), row.snapshot.0)).collect())
}

/// What is known of the case of one petition.
pub async fn find(conn: &mut PgConnection, id: PetitionId) -> Result<Option<CaseSnapshot>, DbError> {
    Ok(load(conn, &[id]).await?.remove(&id))
}
