//! What intake and casework told: as much of a petition as a turn depends on.

use chrono::{DateTime, Utc};
use huiyin_contracts::casework::{CaseSnapshot, CaseState};
use huiyin_contracts::intake::{PetitionSnapshot, PetitionState};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::{Application, Below, Matter};

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

/// Keeps as much of cases as told: where they stand, who answers for them, who took them, whether an opinion is there, when it was resolved.
pub async fn put_case_states(conn: &mut PgConnection, told: &[CaseSnapshot]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.matter (petition_id, case_id, case_state, responsible_unit, taken_by, has_opinion, resolved_at, application)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bool[], $7::timestamptz[], $8::text[])
         on conflict (petition_id) do update set case_id = excluded.case_id, case_state = excluded.case_state,
             responsible_unit = excluded.responsible_unit, taken_by = excluded.taken_by, has_opinion = excluded.has_opinion,
             resolved_at = excluded.resolved_at, application = excluded.application",
        &told.iter().map(|c| c.petition_id.uuid()).collect::<Vec<_>>(),
        &told.iter().map(|c| c.case_id.uuid()).collect::<Vec<_>>(),
        &told.iter().filter_map(|c| name_of(c.state)).collect::<Vec<_>>(),
        &told.iter().map(|c| c.responsible_unit.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|c| c.leader.filter(|_| c.taken_by_leader).map(StaffId::uuid)).collect::<Vec<_>>()
            as &[Option<Uuid>],
        &told.iter().map(has_opinion).collect::<Vec<_>>(),
        &told.iter().map(resolved_at).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &told.iter().map(|c| application(c).map(str::to_owned)).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether who answers for the case has proposed or given an opinion (处理意见). A draft that went back is none.
fn has_opinion(case: &CaseSnapshot) -> bool {
    match case.state {
        CaseState::Proposed
        | CaseState::Approved
        | CaseState::Replied
        | CaseState::Closed
        | CaseState::UnderReview
        | CaseState::ReviewAnswered => true,
        CaseState::Received
        | CaseState::Accepted
        | CaseState::Assigned
        | CaseState::Investigating
        | CaseState::Withdrawn => case.replied_at.is_some(),
    }
}

/// When a matter that a leader took was closed by an answer to it (化解). A withdrawal, a pointer or a refusal resolves nothing (DOMAIN part D).
fn resolved_at(case: &CaseSnapshot) -> Option<DateTime<Utc>> {
    let answers = case.outcome?.answers_the_matter();
    case.closed_at.filter(|_| answers && case.taken_by_leader)
}

/// Where its application for an appointment stands (QD-02).
fn application(case: &CaseSnapshot) -> Option<&'static str> {
    let open = case.appointment.as_ref().filter(|asked| asked.open)?;
    Some(if open.has_material { READY } else { AWAITS_MATERIAL })
}

const READY: &str = "ready";
const AWAITS_MATERIAL: &str = "awaits_material";

struct MatterRow {
    petition_id: Uuid,
    class: String,
    district: String,
    concerned_unit: Option<String>,
    withdrawn: bool,
    below: Option<String>,
    unit: Option<String>,
    has_opinion: Option<bool>,
    application: Option<String>,
}

/// A petition, held still until the transaction ends: a withdrawal waits, and then finds the turn.
pub async fn hold(conn: &mut PgConnection, id: PetitionId) -> Result<Option<Matter>, DbError> {
    let row = sqlx::query_as!(
        MatterRow,
        r#"select p.petition_id, p.class, p.district, p.concerned_unit, p.withdrawn, u.district as "below?", m.responsible_unit as "unit?",
             m.has_opinion as "has_opinion?", m.application as "application?"
         from scheduling.petition p
         left join scheduling.matter m using (petition_id)
         left join scheduling.unit u on u.code = m.responsible_unit
         where p.petition_id = $1 for share of p"#,
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
            application: match row.application.as_deref() {
                Some(READY) => Application::Ready,
                Some(_) => Application::AwaitsMaterial,
                None => Application::None,
            },
            below: row
                .below
                .zip(row.unit)
                .map(|(code, unit)| {
                    let district = DistrictCode::parse(&code).map_err(|_| unreadable("district"))?;
                    let unit = UnitCode::parse(&unit).map_err(|_| unreadable("unit"))?;
                    Ok::<_, DbError>(Below { unit, district, has_opinion: row.has_opinion.unwrap_or_default() })
                })
                .transpose()?,
        })
    })
    .transpose()
}
