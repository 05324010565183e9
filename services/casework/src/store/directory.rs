//! What casework knows of districts, units and staff: directory's newest snapshots.

use huiyin_contracts::directory::{DistrictSnapshot, StaffSnapshot, UnitKind, UnitSnapshot};
use huiyin_journal::{DbError, Tx};
use huiyin_kernel::{DistrictCode, StaffId, UnitCode};
use sqlx::PgConnection;

use crate::domain::{Candidates, Case};

/// Keeps a district.
pub(crate) async fn keep_district(tx: &mut Tx, district: &DistrictSnapshot) -> Result<(), DbError> {
    sqlx::query!(
        "insert into casework.district (code, name, policy_pack, petition_unit, is_active) values ($1, $2, $3, $4, $5)
         on conflict (code) do update set name = excluded.name, policy_pack = excluded.policy_pack,
             petition_unit = excluded.petition_unit, is_active = excluded.is_active",
        district.code.as_str(),
        district.name,
        district.policy_pack,
        district.petition_unit.as_str(),
        district.active,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

const fn kind_name(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Bureau => "bureau",
        UnitKind::Department => "department",
        UnitKind::StreetOffice => "street_office",
        UnitKind::Discipline => "discipline",
    }
}

/// Keeps a unit.
pub(crate) async fn keep_unit(tx: &mut Tx, unit: &UnitSnapshot) -> Result<(), DbError> {
    sqlx::query!(
        "insert into casework.unit (code, name, kind, district, is_active, successor, accusations_to, designated_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (code) do update set name = excluded.name, kind = excluded.kind, district = excluded.district,
             is_active = excluded.is_active, successor = excluded.successor, accusations_to = excluded.accusations_to,
             designated_on = excluded.designated_on",
        unit.code.as_str(),
        unit.name,
        kind_name(unit.kind),
        unit.district.as_str(),
        unit.active,
        unit.succession.as_ref().map(|succession| succession.unit.as_str()),
        unit.succession.as_ref().and_then(|succession| succession.accusations_to.as_ref()).map(UnitCode::as_str),
        unit.succession.as_ref().and_then(|succession| succession.designated_on),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps a member of staff.
pub(crate) async fn keep_staff(tx: &mut Tx, staff: &StaffSnapshot) -> Result<(), DbError> {
    let role = |role| serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned));
    let roles: Vec<String> = staff.roles.iter().filter_map(role).collect();
    sqlx::query!(
        "insert into casework.staff (staff_id, name, unit, district, roles, post, is_active, portfolio, areas)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (staff_id) do update set name = excluded.name, unit = excluded.unit, district = excluded.district,
             roles = excluded.roles, post = excluded.post, is_active = excluded.is_active,
             portfolio = excluded.portfolio, areas = excluded.areas",
        staff.staff_id.uuid(),
        staff.name,
        staff.unit.as_str(),
        staff.district.as_str(),
        &roles,
        staff.post,
        staff.active,
        &staff.portfolio,
        &staff.areas.iter().map(ToString::to_string).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A district as it was told, and which one: the nearest around a place that is known and active.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) district: DistrictCode,
    pub(crate) policy_pack: String,
    pub(crate) petition_unit: UnitCode,
}

pub(super) fn code<T: TryFrom<String>>(text: String) -> Result<T, DbError> {
    T::try_from(text).map_err(|_| DbError::Unreadable("a code of the directory".to_owned()))
}

/// The known districts around a place, the nearest first.
pub(crate) async fn homes(conn: &mut PgConnection, place: &DistrictCode) -> Result<Vec<Home>, DbError> {
    let around: Vec<String> =
        std::iter::successors(Some(place.clone()), DistrictCode::parent).map(String::from).collect();
    let rows = sqlx::query!(
        "select code, policy_pack, petition_unit from casework.district where code = any($1) and is_active",
        &around,
    )
    .fetch_all(conn)
    .await?;
    let mut homes: Vec<Home> = rows
        .into_iter()
        .map(|row| {
            let (district, petition_unit) = (code(row.code)?, code(row.petition_unit)?);
            Ok(Home { district, policy_pack: row.policy_pack, petition_unit })
        })
        .collect::<Result<_, DbError>>()?;
    homes.sort_by_key(|home| around.iter().position(|code| code == home.district.as_str()));
    Ok(homes)
}

/// A unit as far as casework asks for it.
#[derive(Clone, Debug)]
pub(crate) struct KnownUnit {
    pub(crate) kind: String,
    pub(crate) district: String,
}

impl KnownUnit {
    /// 纪检监察机关
    pub(crate) fn is_discipline(&self) -> bool {
        self.kind == kind_name(UnitKind::Discipline)
    }

    /// Registers petitions for its own district and answers for them: bureau or street office.
    pub(crate) fn takes_petitions_of(&self, district: &DistrictCode) -> bool {
        let kinds = [kind_name(UnitKind::Bureau), kind_name(UnitKind::StreetOffice)];
        kinds.contains(&self.kind.as_str()) && self.district == district.as_str()
    }
}

/// An active unit.
pub(crate) async fn unit(conn: &mut PgConnection, unit: &UnitCode) -> Result<Option<KnownUnit>, DbError> {
    let query = sqlx::query_as!(
        KnownUnit,
        "select kind, district from casework.unit where code = $1 and is_active",
        unit.as_str(),
    );
    Ok(query.fetch_optional(conn).await?)
}

/// Who reviews what a unit answered: the petition office of the nearest district above the unit's own (原办理机关的上一级; REG-40);
/// for a unit of the highest district known, the petition office of that district. None when that is the unit itself.
pub(crate) async fn superior(conn: &mut PgConnection, of: &UnitCode) -> Result<Option<UnitCode>, DbError> {
    let place: Option<String> = sqlx::query_scalar!("select district from casework.unit where code = $1", of.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(place) = place else { return Ok(None) };
    let place: DistrictCode = code(place)?;
    let homes = homes(conn, &place).await?;
    let above = homes.iter().find(|home| home.district != place).or(homes.first());
    Ok(above.map(|home| home.petition_unit.clone()).filter(|unit| unit != of))
}

/// The petition office of the nearest district that holds all of these units and is none of them (共同的上一级; REG-15).
pub(crate) async fn common_superior(conn: &mut PgConnection, of: &[UnitCode]) -> Result<Option<UnitCode>, DbError> {
    let mut places: Vec<DistrictCode> = Vec::with_capacity(of.len());
    for one in of {
        let Some(known) = unit(&mut *conn, one).await? else { return Ok(None) };
        places.push(code(known.district)?);
    }
    let Some(first) = places.first().cloned() else { return Ok(None) };
    let mut around = std::iter::successors(Some(first), DistrictCode::parent);
    let Some(common) = around.find(|place| places.iter().all(|other| place.contains(other))) else { return Ok(None) };
    let homes = homes(conn, &common).await?;
    Ok(homes.into_iter().map(|home| home.petition_unit).find(|office| !of.contains(office)))
}

/// The unit of an active member of staff who handles cases or leads.
pub(crate) async fn unit_of_staff(
    conn: &mut PgConnection,
    staff: StaffId,
    roles: &[&str],
) -> Result<Option<UnitCode>, DbError> {
    let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
    let unit = sqlx::query_scalar!(
        "select unit from casework.staff where staff_id = $1 and is_active and roles && $2",
        staff.uuid(),
        &roles,
    )
    .fetch_optional(conn)
    .await?;
    unit.map(code).transpose()
}

/// Who could lead a matter: for its place the nearest area first, for its topic the leader of the nearest district, and who leads its unit, else
/// its district.
pub(crate) async fn candidates(conn: &mut PgConnection, case: &Case) -> Result<Candidates, DbError> {
    let around: Vec<String> =
        std::iter::successors(Some(case.facts.district.clone()), DistrictCode::parent).map(String::from).collect();
    let row = sqlx::query!(
        r#"with leads as (
               select s.*, array_position($2, district) as far from casework.staff s
               where is_active and roles && array['leader', 'main_leader'] and (unit = $1 or district = any($2)))
           select (select staff_id from leads where far is not null and areas && $2
                   order by (select min(array_position($2, area)) from unnest(areas) area), far, staff_id limit 1) as area,
               (select staff_id from leads where far is not null and $3 = any(portfolio) order by far, staff_id limit 1) as line,
               (select staff_id from leads where 'main_leader' = any(roles)
                   order by unit <> $1, far, staff_id limit 1) as main,
               exists (select from casework.staff where staff_id = $4 and not is_active) as "own_has_left!""#,
        case.responsible_unit.as_str(),
        &around,
        case.facts.topic,
        case.leader.map(StaffId::uuid),
    )
    .fetch_one(conn)
    .await?;
    let staff = |id: Option<uuid::Uuid>| id.map(StaffId::from);
    let (area, line, main) = (staff(row.area), staff(row.line), staff(row.main));
    Ok(Candidates { own_has_left: row.own_has_left, area, line, main })
}

/// Code and name of the active units of a district and inside it, but for one.
pub(crate) async fn units_within(
    conn: &mut PgConnection,
    district: &DistrictCode,
    but: &UnitCode,
) -> Result<Vec<(String, String)>, DbError> {
    let rows = sqlx::query!(
        "select code, name from casework.unit where is_active and starts_with(district, $1) and code <> $2 order by district, code",
        district.prefix(),
        but.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.name)).collect())
}

/// Names of units and staff for display: (kind, code or id) → name.
pub(crate) async fn names(
    conn: &mut PgConnection,
    units: &[String],
    staff: &[uuid::Uuid],
) -> Result<Vec<(String, String)>, DbError> {
    let rows = sqlx::query!(
        r#"select code as "key!", name as "name!" from casework.unit where code = any($1)
           union all
           select staff_id::text, name from casework.staff where staff_id = any($2)"#,
        units,
        staff,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.name)).collect())
}
