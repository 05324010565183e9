//! Who holds a role now, and where staff and petitioners can be reached.

use huiyin_kernel::{DistrictCode, PetitionId, Role, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::projections::role_name;

/// Active staff who hold `role` in `unit`.
pub(crate) async fn with_role_in_unit(
    conn: &mut PgConnection,
    role: Role,
    unit: &UnitCode,
) -> Result<Vec<StaffId>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        "select staff_id from notification.staff where unit = $1 and $2 = any(roles) and active order by staff_id",
        unit.as_str(),
        role_name(role),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(StaffId::from).collect())
}

/// Active staff who hold `role` in the innermost of `district` and the districts around it where anybody does.
pub(crate) async fn with_role_around(
    conn: &mut PgConnection,
    role: Role,
    district: &DistrictCode,
) -> Result<Vec<StaffId>, sqlx::Error> {
    let mut around = vec![district.clone()];
    while let Some(parent) = around.last().and_then(DistrictCode::parent) {
        around.push(parent);
    }
    let codes: Vec<String> = around.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"select staff_id, array_position($1::text[], district) as "depth!"
           from notification.staff where district = any($1) and $2 = any(roles) and active
           order by 2, staff_id"#,
        &codes,
        role_name(role),
    )
    .fetch_all(conn)
    .await?;
    let innermost = rows.first().map(|row| row.depth);
    Ok(rows.into_iter().filter(|row| Some(row.depth) == innermost).map(|row| row.staff_id.into()).collect())
}

/// The office addresses of members of staff who have one.
pub(crate) async fn office_emails(
    conn: &mut PgConnection,
    staff: &[StaffId],
) -> Result<Vec<(StaffId, String)>, sqlx::Error> {
    let ids: Vec<Uuid> = staff.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select staff_id, office_email as "office_email!" from notification.staff
           where staff_id = any($1) and active and office_email is not null"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.staff_id.into(), row.office_email)).collect())
}

/// What is known of the way to a petitioner.
pub(crate) struct Route {
    /// The petitioner gave some way to be reached; the ciphertext may still be under way.
    pub(crate) can_be_told: bool,
    /// Intake has destroyed the personal data.
    pub(crate) erased: bool,
    pub(crate) contact: Option<SealedContact>,
}

/// A contact as it came; opened for the moment of sending only.
pub(crate) struct SealedContact {
    pub(crate) key_id: Uuid,
    /// The district of origin, to which the ciphertext is bound.
    pub(crate) district: DistrictCode,
    pub(crate) sealed: String,
}

/// The ways to the petitioners of those petitions that were heard of.
pub(crate) async fn routes(
    conn: &mut PgConnection,
    petitions: &[PetitionId],
) -> Result<Vec<(PetitionId, Route)>, sqlx::Error> {
    let ids: Vec<Uuid> = petitions.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.petition_id as "petition_id!", p.can_be_told as "can_be_told!", p.erased as "erased!",
               c.key_id as "key_id?", c.district as "origin?", c.sealed as "sealed?"
           from notification.petition p left join notification.contact c using (petition_id)
           where p.petition_id = any($1)"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            let read = |code: &str| DistrictCode::parse(code).map_err(|error| sqlx::Error::Decode(error.into()));
            let contact = match (r.key_id, r.origin, r.sealed) {
                (Some(key_id), Some(origin), Some(sealed)) => {
                    Some(SealedContact { key_id, district: read(&origin)?, sealed })
                }
                _ => None,
            };
            Ok((r.petition_id.into(), Route { can_be_told: r.can_be_told, erased: r.erased, contact }))
        })
        .collect()
}
