//! Units.

use chrono::NaiveDate;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Kept, name_of, named, unreadable};
use crate::domain::{Designation, Succession, Unit};

struct Row {
    code: String,
    unit_id: Uuid,
    version: i64,
    name: String,
    short_name: String,
    kind: String,
    district: String,
    topics: Vec<String>,
    active: bool,
    successor: Option<String>,
    accusations_to: Option<String>,
    designated_on: Option<NaiveDate>,
    designated_for: Option<String>,
}

impl TryFrom<Row> for Kept<Unit> {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let succession = succession(&row)?;
        let value = Unit {
            code: UnitCode::parse(&row.code).map_err(|_| unreadable("a unit code"))?,
            name: row.name,
            short_name: row.short_name,
            kind: named(&row.kind)?,
            district: DistrictCode::parse(&row.district).map_err(|_| unreadable("a district code"))?,
            topics: row.topics,
            active: row.active,
            succession,
        };
        Ok(Self { id: row.unit_id, version: row.version, value })
    }
}

fn succession(row: &Row) -> Result<Option<Succession>, DbError> {
    let unit = |code: &String| UnitCode::parse(code).map_err(|_| unreadable("a unit code"));
    let Some(successor) = &row.successor else { return Ok(None) };
    let designation = row.designated_on.zip(row.designated_for.clone());
    Ok(Some(Succession {
        unit: unit(successor)?,
        accusations_to: row.accusations_to.as_ref().map(unit).transpose()?,
        designation: designation.map(|(decided_on, reason)| Designation { decided_on, reason }),
    }))
}

/// The unit of a code, locked until the end of the transaction.
pub async fn lock(tx: &mut PgConnection, code: &UnitCode) -> Result<Option<Kept<Unit>>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select code, unit_id, version, name, short_name, kind, district, topics, active, successor, accusations_to, designated_on,
            designated_for from directory.unit where code = $1 for update",
        code.as_str()
    );
    row.fetch_optional(tx).await?.map(Kept::try_from).transpose()
}

/// Which units are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Districts whose code begins so.
    pub district_prefix: &'a str,
    /// Competent for this topic.
    pub topic: Option<&'a str>,
    /// Only units still there.
    pub active_only: bool,
}

/// Units in order of their codes.
pub async fn list(
    conn: &mut PgConnection,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<Kept<Unit>>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select code, unit_id, version, name, short_name, kind, district, topics, active, successor, accusations_to, designated_on,
            designated_for from directory.unit
         where starts_with(district, $1) and ($2::text is null or $2 = any (topics)) and (active or not $3)
            and code > $4 order by code limit $5",
        filter.district_prefix,
        filter.topic,
        filter.active_only,
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Kept::try_from).collect()
}

/// Writes units, new or changed, at their new versions.
pub async fn save(tx: &mut PgConnection, units: &[Kept<Unit>]) -> Result<(), DbError> {
    let column = |f: fn(&Unit) -> &str| units.iter().map(|u| f(&u.value).to_owned()).collect::<Vec<_>>();
    // `unnest` flattens nested arrays, so each unit's topics travel as one JSON text.
    let topics: Vec<String> = units.iter().map(|u| serde_json::json!(u.value.topics).to_string()).collect();
    let succession: Vec<_> = units.iter().map(|u| u.value.succession.as_ref()).collect();
    let designation: Vec<_> = succession.iter().map(|s| s.and_then(|s| s.designation.as_ref())).collect();
    sqlx::query!(
        "insert into directory.unit (code, unit_id, version, name, short_name, kind, district, topics, active, successor,
            accusations_to, designated_on, designated_for)
         select code, id, version, name, short_name, kind, district,
            array(select jsonb_array_elements_text(topics::jsonb)), active, successor, accusations_to, designated_on, designated_for
         from unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[],
            $10::text[], $11::text[], $12::date[], $13::text[])
            as new (code, id, version, name, short_name, kind, district, topics, active, successor, accusations_to, designated_on,
                designated_for)
         on conflict (code) do update set version = excluded.version, name = excluded.name,
            short_name = excluded.short_name, kind = excluded.kind, topics = excluded.topics, active = excluded.active,
            successor = excluded.successor, accusations_to = excluded.accusations_to,
            designated_on = excluded.designated_on, designated_for = excluded.designated_for",
        &column(|u| u.code.as_str()),
        &units.iter().map(|u| u.id).collect::<Vec<_>>(),
        &units.iter().map(|u| u.version).collect::<Vec<_>>(),
        &column(|u| &u.name),
        &column(|u| &u.short_name),
        &units.iter().map(|u| name_of(u.value.kind)).collect::<Vec<_>>(),
        &column(|u| u.district.as_str()),
        &topics,
        &units.iter().map(|u| u.value.active).collect::<Vec<_>>(),
        &succession.iter().map(|s| s.map(|s| s.unit.to_string())).collect::<Vec<_>>() as &[Option<String>],
        &succession.iter().map(|s| s.and_then(|s| s.accusations_to.as_ref()).map(ToString::to_string)).collect::<Vec<_>>()
            as &[Option<String>],
        &designation.iter().map(|d| d.map(|d| d.decided_on)).collect::<Vec<_>>() as &[Option<NaiveDate>],
        &designation.iter().map(|d| d.map(|d| d.reason.clone())).collect::<Vec<_>>() as &[Option<String>],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether active staff belong to the unit.
pub async fn has_staff(tx: &mut PgConnection, code: &UnitCode) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"select exists (select from directory.staff where unit = $1 and active) as "has!""#,
        code.as_str()
    );
    Ok(has.fetch_one(tx).await?)
}

/// An active district whose petitions the unit takes in, if there is one.
pub async fn takes_petitions_of(tx: &mut PgConnection, code: &UnitCode) -> Result<Option<DistrictCode>, DbError> {
    let district = sqlx::query_scalar!(
        "select code from directory.district where petition_unit = $1 and active order by code limit 1",
        code.as_str()
    );
    let district = district.fetch_optional(tx).await?;
    district.map(|code| DistrictCode::parse(&code).map_err(|_| unreadable("a district code"))).transpose()
}
