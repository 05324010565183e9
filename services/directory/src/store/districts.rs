//! Districts.

use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Kept, unreadable};
use crate::domain::District;

struct Row {
    code: String,
    district_id: Uuid,
    version: i64,
    name: String,
    policy_pack: String,
    petition_unit: String,
    active: bool,
}

impl TryFrom<Row> for Kept<District> {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let code = DistrictCode::parse(&row.code).map_err(|_| unreadable("a district code"))?;
        let petition_unit = UnitCode::parse(&row.petition_unit).map_err(|_| unreadable("a unit code"))?;
        let value = District { code, name: row.name, policy_pack: row.policy_pack, petition_unit, active: row.active };
        Ok(Self { id: row.district_id, version: row.version, value })
    }
}

/// The district of a code, locked until the end of the transaction.
pub async fn lock(tx: &mut PgConnection, code: &DistrictCode) -> Result<Option<Kept<District>>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select code, district_id, version, name, policy_pack, petition_unit, active
         from directory.district where code = $1 for update",
        code.as_str()
    );
    row.fetch_optional(tx).await?.map(Kept::try_from).transpose()
}

/// All districts whose code begins with `prefix`, in order.
pub async fn list(
    conn: &mut PgConnection,
    prefix: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Kept<District>>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select code, district_id, version, name, policy_pack, petition_unit, active
         from directory.district where starts_with(code, $1) and code > $2 order by code limit $3",
        prefix,
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Kept::try_from).collect()
}

/// Writes districts, new or changed, at their new versions.
pub async fn save(tx: &mut PgConnection, districts: &[Kept<District>]) -> Result<(), DbError> {
    let column = |f: fn(&District) -> &str| districts.iter().map(|d| f(&d.value).to_owned()).collect::<Vec<_>>();
    sqlx::query!(
        "insert into directory.district (code, district_id, version, name, policy_pack, petition_unit, active)
         select * from unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[])
         on conflict (code) do update set version = excluded.version, name = excluded.name,
            policy_pack = excluded.policy_pack, petition_unit = excluded.petition_unit, active = excluded.active",
        &column(|d| d.code.as_str()),
        &districts.iter().map(|d| d.id).collect::<Vec<_>>(),
        &districts.iter().map(|d| d.version).collect::<Vec<_>>(),
        &column(|d| &d.name),
        &column(|d| &d.policy_pack),
        &column(|d| d.petition_unit.as_str()),
        &districts.iter().map(|d| d.value.active).collect::<Vec<_>>(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether active units stand in the district.
pub async fn has_units(tx: &mut PgConnection, code: &DistrictCode) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"select exists (select from directory.unit where district = $1 and active) as "has!""#,
        code.as_str()
    );
    Ok(has.fetch_one(tx).await?)
}
