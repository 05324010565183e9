//! The names of districts, units and staff on a page of the ledger.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

/// Names by code or id.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) districts: HashMap<String, String>,
    pub(crate) units: HashMap<String, String>,
    pub(crate) staff: HashMap<Uuid, String>,
}

/// Looks up all names of a page in one round trip.
pub(crate) async fn load(
    conn: &mut PgConnection,
    districts: &[String],
    units: &[String],
    staff: &[Uuid],
) -> Result<Names, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select 'district' as "kind!", code as "key!", name as "name!" from ledger.district where code = any($1)
           union all select 'unit', code, name from ledger.unit where code = any($2)
           union all select 'staff', staff_id::text, name from ledger.staff where staff_id = any($3)"#,
        districts,
        units,
        staff,
    )
    .fetch_all(conn)
    .await?;
    let mut names = Names::default();
    for row in rows {
        match (row.kind.as_str(), row.key.parse::<Uuid>()) {
            ("district", _) => drop(names.districts.insert(row.key, row.name)),
            ("unit", _) => drop(names.units.insert(row.key, row.name)),
            (_, Ok(id)) => drop(names.staff.insert(id, row.name)),
            (_, Err(_)) => {}
        }
    }
    Ok(names)
}

/// True when no district of the ledger has a code that begins otherwise.
pub(crate) async fn lie_within(conn: &mut PgConnection, prefix: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select not exists(select 1 from ledger.district where not starts_with(code, $1)) as "inside!""#,
        prefix
    )
    .fetch_one(conn)
    .await
}

/// True for a discipline body, the only kind of unit that sees accusations (REG-22).
pub(crate) async fn is_discipline(conn: &mut PgConnection, unit: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists(select 1 from ledger.unit where code = $1 and kind = 'discipline') as "found!""#,
        unit
    )
    .fetch_one(conn)
    .await
}
