//! What intake and casework told: as much of a petition as a turn depends on.

use huiyin_contracts::casework::CaseSnapshot;
use huiyin_contracts::intake::{PetitionSnapshot, PetitionState};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::Matter;

/// Keeps petitions as told.
pub async fn put(conn: &mut PgConnection, told: &[PetitionSnapshot]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.petition (petition_id, number, class, topic, district, concerned_unit, withdrawn)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])
         on conflict (petition_id) do update set class = excluded.class, topic = excluded.topic,
             district = excluded.district, concerned_unit = excluded.concerned_unit, withdrawn = excluded.withdrawn",
        &told.iter().map(|p| p.petition_id.uuid()).collect::<Vec<_>>(),
        &told.iter().map(|p| p.number.as_str().to_owned()).collect::<Vec<_>>(),
        &told.iter().filter_map(|p| name_of(p.class)).collect::<Vec<_>>(),
        &told.iter().map(|p| p.topic.clone()).collect::<Vec<_>>(),
        &told.iter().map(|p| p.district.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|p| p.concerned_unit.as_ref().map(ToString::to_string)).collect::<Vec<_>>()
            as &[Option<String>],
        &told.iter().map(|p| p.state == PetitionState::Withdrawn).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the state of cases as told.
pub async fn put_case_states(conn: &mut PgConnection, told: &[CaseSnapshot]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.matter (petition_id, case_id, case_state)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[])
         on conflict (petition_id) do update set case_id = excluded.case_id, case_state = excluded.case_state",
        &told.iter().map(|c| c.petition_id.uuid()).collect::<Vec<_>>(),
        &told.iter().map(|c| c.case_id.uuid()).collect::<Vec<_>>(),
        &told.iter().filter_map(|c| name_of(c.state)).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct MatterRow {
    petition_id: Uuid,
    class: String,
    district: String,
    concerned_unit: Option<String>,
    withdrawn: bool,
}

/// A petition, held still until the transaction ends: a withdrawal waits, and then finds the turn.
pub async fn hold(conn: &mut PgConnection, id: PetitionId) -> Result<Option<Matter>, DbError> {
    let row = sqlx::query_as!(
        MatterRow,
        "select petition_id, class, district, concerned_unit, withdrawn from scheduling.petition
         where petition_id = $1 for share",
        id.uuid()
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Matter {
            petition_id: row.petition_id.into(),
            class: named("class", row.class)?,
            district: DistrictCode::parse(&row.district).map_err(|_| unreadable("district"))?,
            concerned_unit: row
                .concerned_unit
                .map(|u| UnitCode::parse(&u).map_err(|_| unreadable("unit")))
                .transpose()?,
            withdrawn: row.withdrawn,
        })
    })
    .transpose()
}
