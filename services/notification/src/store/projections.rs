//! What other services told, as far as telling somebody needs it.

use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitSnapshot};
use huiyin_contracts::intake::PetitionSnapshot;
use huiyin_contracts::scheduling::{VisitSnapshot, VisitState};
use huiyin_kernel::{DistrictCode, PetitionId, Role, SessionId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The name a role has in the database.
pub(crate) fn role_name(role: Role) -> String {
    serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(crate) async fn save_staff(conn: &mut PgConnection, staff: &StaffSnapshot) -> Result<(), sqlx::Error> {
    let roles: Vec<String> = staff.roles.iter().copied().map(role_name).collect();
    sqlx::query!(
        "insert into notification.staff (staff_id, name, post, unit, district, roles, office_email, active)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (staff_id) do update set name = excluded.name, post = excluded.post, unit = excluded.unit,
             district = excluded.district, roles = excluded.roles, office_email = excluded.office_email,
             active = excluded.active",
        staff.staff_id.uuid(),
        staff.name,
        staff.post,
        staff.unit.as_str(),
        staff.district.as_str(),
        &roles,
        staff.office_email,
        staff.active,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn save_unit(conn: &mut PgConnection, unit: &UnitSnapshot) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notification.unit (code, name, district) values ($1, $2, $3)
         on conflict (code) do update set name = excluded.name, district = excluded.district",
        unit.code.as_str(),
        unit.name,
        unit.district.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn save_district(conn: &mut PgConnection, district: &DistrictSnapshot) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notification.district (code, name) values ($1, $2)
         on conflict (code) do update set name = excluded.name",
        district.code.as_str(),
        district.name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn save_petition(conn: &mut PgConnection, petition: &PetitionSnapshot) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notification.petition (petition_id, number, district, can_be_told) values ($1, $2, $3, $4)
         on conflict (petition_id) do update set district = excluded.district, can_be_told = excluded.can_be_told",
        petition.petition_id.uuid(),
        petition.number.as_str(),
        petition.district.as_str(),
        petition.can_be_told,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps how a petitioner is reached, unless that was destroyed meanwhile: the petition's row is waited for, so that a contact on its way
/// never comes after the destruction.
pub(crate) async fn save_contact(
    conn: &mut PgConnection,
    petition: PetitionId,
    key_id: Uuid,
    district: &DistrictCode,
    sealed: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notification.contact (petition_id, key_id, district, sealed)
         select $1, $2, $3, $4
         where not coalesce((select p.erased from notification.petition p where p.petition_id = $1 for share), false)
         on conflict (petition_id) do update set key_id = excluded.key_id, district = excluded.district,
             sealed = excluded.sealed",
        petition.uuid(),
        key_id,
        district.as_str(),
        sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn save_visit(conn: &mut PgConnection, visit: &VisitSnapshot) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into notification.expected_visit (visit_id, session_id, petition_id, leader, open)
         values ($1, $2, $3, $4, $5)
         on conflict (visit_id) do update set session_id = excluded.session_id, leader = excluded.leader,
             open = excluded.open",
        visit.visit_id.uuid(),
        visit.session_id.uuid(),
        visit.petition_id.uuid(),
        visit.leader.uuid(),
        visit.state == VisitState::Booked,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A petition somebody expects to bring to a session.
pub(crate) struct Expected {
    pub(crate) petition_id: PetitionId,
    pub(crate) number: Option<String>,
}

/// Petitions booked into a session and not yet received.
pub(crate) async fn expected_at(conn: &mut PgConnection, session: SessionId) -> Result<Vec<Expected>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select v.petition_id, p.number as "number?"
           from notification.expected_visit v left join notification.petition p using (petition_id)
           where v.session_id = $1 and v.open order by v.visit_id"#,
        session.uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|r| Expected { petition_id: r.petition_id.into(), number: r.number }).collect())
}

/// The number of a petition, once its registration was heard of.
pub(crate) async fn number(conn: &mut PgConnection, petition: PetitionId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select number from notification.petition where petition_id = $1", petition.uuid())
        .fetch_optional(conn)
        .await
}
