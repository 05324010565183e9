//! What directory told: districts, units and staff.

use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitKind, UnitSnapshot};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::Leader;
use crate::domain::ReceivingUnit;
use crate::domain::round::Street;

/// Keeps districts as told.
pub async fn put_districts(conn: &mut PgConnection, told: &[DistrictSnapshot]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.district (code, name, policy_pack, petition_unit, active)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[])
         on conflict (code) do update set name = excluded.name, policy_pack = excluded.policy_pack,
             petition_unit = excluded.petition_unit, active = excluded.active",
        &told.iter().map(|d| d.code.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|d| d.name.clone()).collect::<Vec<_>>(),
        &told.iter().map(|d| d.policy_pack.clone()).collect::<Vec<_>>(),
        &told.iter().map(|d| d.petition_unit.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|d| d.active).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps units as told.
pub async fn put_units(conn: &mut PgConnection, told: &[UnitSnapshot]) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.unit (code, name, kind, district, active)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[])
         on conflict (code) do update set name = excluded.name, kind = excluded.kind, district = excluded.district,
             active = excluded.active",
        &told.iter().map(|u| u.code.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|u| u.name.clone()).collect::<Vec<_>>(),
        &told.iter().filter_map(|u| name_of(u.kind)).collect::<Vec<_>>(),
        &told.iter().map(|u| u.district.to_string()).collect::<Vec<_>>(),
        &told.iter().map(|u| u.active).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps staff as told.
pub async fn put_staff(conn: &mut PgConnection, told: &[StaffSnapshot]) -> Result<(), DbError> {
    let rows = serde_json::to_value(told).map_err(|_| unreadable("staff"))?;
    sqlx::query!(
        "insert into scheduling.staff (staff_id, name, unit, district, roles, post, portfolio, active)
         select staff_id, name, unit, district, roles, post, portfolio, active
         from jsonb_to_recordset($1) r(staff_id uuid, name text, unit text, district text, roles text[], post text,
             portfolio text[], active bool)
         on conflict (staff_id) do update set name = excluded.name, unit = excluded.unit, district = excluded.district,
             roles = excluded.roles, post = excluded.post, portfolio = excluded.portfolio, active = excluded.active",
        rows,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The policy packs of these districts.
pub async fn packs(conn: &mut PgConnection, codes: &[DistrictCode]) -> Result<Vec<(String, String)>, DbError> {
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!("select code, policy_pack from scheduling.district where code = any($1)", &codes)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.policy_pack)).collect())
}

/// The streets and townships of an area, in order of code (WH-01).
pub async fn streets(conn: &mut PgConnection, area: &DistrictCode) -> Result<Vec<Street>, DbError> {
    let rows = sqlx::query!(
        "select code, name from scheduling.district
         where length(code) = 9 and starts_with(code, $1) and active order by code",
        area.prefix(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Street { code: DistrictCode::parse(&row.code).map_err(|_| unreadable("district"))?, name: row.name })
        })
        .collect()
}

struct StaffRow {
    staff_id: Uuid,
    name: String,
    unit: String,
    roles: Vec<String>,
    post: Option<String>,
    portfolio: Vec<String>,
    active: bool,
}

impl TryFrom<StaffRow> for Leader {
    type Error = DbError;

    fn try_from(row: StaffRow) -> Result<Self, DbError> {
        Ok(Self {
            staff_id: row.staff_id.into(),
            name: row.name,
            post: row.post,
            portfolio: row.portfolio,
            unit: UnitCode::parse(&row.unit).map_err(|_| unreadable("unit"))?,
            roles: row.roles.into_iter().map(|r| named("role", r)).collect::<Result<_, _>>()?,
            active: row.active,
        })
    }
}

/// Staff by id.
pub async fn leaders(conn: &mut PgConnection, ids: &[StaffId]) -> Result<Vec<Leader>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query_as!(
        StaffRow,
        "select staff_id, name, unit, roles, post, portfolio, active from scheduling.staff where staff_id = any($1)",
        &ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Serving leaders who receive in an area, by name, for tables that name them.
pub async fn leaders_named(
    conn: &mut PgConnection,
    area: &DistrictCode,
    names: &[String],
) -> Result<Vec<Leader>, DbError> {
    let rows = sqlx::query_as!(
        StaffRow,
        "select staff_id, name, unit, roles, post, portfolio, active from scheduling.staff
         where name = any($1) and starts_with(district, $2) and active",
        names,
        area.prefix(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The unit of a leader.
pub async fn unit_of(conn: &mut PgConnection, leader: StaffId) -> Result<Option<ReceivingUnit>, DbError> {
    let row = sqlx::query!(
        "select u.code, u.kind, u.district from scheduling.staff s join scheduling.unit u on u.code = s.unit where s.staff_id = $1",
        leader.uuid()
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(ReceivingUnit {
            code: UnitCode::parse(&row.code).map_err(|_| unreadable("unit"))?,
            kind: named::<UnitKind>("unit kind", row.kind)?,
            district: DistrictCode::parse(&row.district).map_err(|_| unreadable("district"))?,
        })
    })
    .transpose()
}

/// The name of a unit, if known.
pub async fn unit_name(conn: &mut PgConnection, unit: &UnitCode) -> Result<Option<String>, DbError> {
    let query = sqlx::query_scalar!("select name from scheduling.unit where code = $1", unit.as_str());
    Ok(query.fetch_optional(conn).await?)
}

/// Whether a unit receives at a session: its leader's own unit, or the office that takes petitions in in its district or in one
/// above.
pub async fn receives(
    conn: &mut PgConnection,
    unit: &UnitCode,
    leader: Option<StaffId>,
    district: &DistrictCode,
) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from scheduling.staff where staff_id = $2 and unit = $1)
               or exists (select 1 from scheduling.district where petition_unit = $1 and active
                   and starts_with($3, scheduling.prefix(code))) as "receives!""#,
        unit.as_str(),
        leader.map(StaffId::uuid),
        district.as_str(),
    )
    .fetch_one(conn)
    .await?)
}

/// Takes the locks under which a leader's time is given away, in one order for everybody.
pub async fn lock_leaders(conn: &mut PgConnection, leaders: &[StaffId]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = leaders.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "select pg_advisory_xact_lock(key) from (select distinct hashtextextended('scheduling.leader' || id::text, 0) as key
         from unnest($1::uuid[]) id order by key) k",
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}
