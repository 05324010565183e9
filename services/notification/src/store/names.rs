//! The names a message shows.

use huiyin_kernel::{DistrictCode, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::names::Names;

/// Looks up all names of one event in one round trip.
pub(crate) async fn load(
    conn: &mut PgConnection,
    units: &[&UnitCode],
    districts: &[&DistrictCode],
    staff: &[StaffId],
) -> Result<Names, sqlx::Error> {
    let units: Vec<String> = units.iter().map(ToString::to_string).collect();
    let districts: Vec<String> = districts.iter().map(ToString::to_string).collect();
    let staff: Vec<Uuid> = staff.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select 'unit' as "kind!", code as "key!", name as "name!", null::text as post
           from notification.unit where code = any($1)
           union all
           select 'district', code, name, null from notification.district where code = any($2)
           union all
           select 'staff', staff_id::text, name, post from notification.staff where staff_id = any($3)"#,
        &units,
        &districts,
        &staff,
    )
    .fetch_all(conn)
    .await?;
    let mut names = Names::default();
    for row in rows {
        match (row.kind.as_str(), row.key.parse::<StaffId>()) {
            ("unit", _) => drop(names.units.insert(row.key, row.name)),
            ("district", _) => drop(names.districts.insert(row.key, row.name)),
            (_, Ok(id)) => drop(names.staff.insert(id, (row.name, row.post))),
            (_, Err(_)) => {}
        }
    }
    Ok(names)
}
