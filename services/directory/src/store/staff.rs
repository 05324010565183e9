//! Staff and their password hashes.

use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, Role, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::{Login, Staff};

/// A member of staff as stored, with the unit's district.
#[derive(Clone, Debug)]
pub struct StaffRow {
    /// The version.
    pub version: i64,
    /// Who.
    pub staff: Staff,
    /// The unit's district.
    pub district: DistrictCode,
    /// Argon2id, if a password was ever set.
    pub password_hash: Option<String>,
}

struct Row {
    staff_id: Uuid,
    version: i64,
    login: String,
    name: String,
    unit: String,
    roles: Vec<String>,
    post: Option<String>,
    portfolio: Vec<String>,
    areas: Vec<String>,
    office_email: Option<String>,
    active: bool,
    password_hash: Option<String>,
    district: String,
}

impl TryFrom<Row> for StaffRow {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let staff = Staff {
            staff_id: StaffId::from(row.staff_id),
            login: Login::parse(&row.login).map_err(|_| unreadable("a login"))?,
            name: row.name,
            unit: UnitCode::parse(&row.unit).map_err(|_| unreadable("a unit code"))?,
            roles: row.roles.iter().map(|role| named(role)).collect::<Result<Vec<Role>, _>>()?,
            post: row.post,
            portfolio: row.portfolio,
            areas: row
                .areas
                .iter()
                .map(|code| DistrictCode::parse(code).map_err(|_| unreadable("a district code")))
                .collect::<Result<_, _>>()?,
            office_email: row.office_email,
            active: row.active,
        };
        let district = DistrictCode::parse(&row.district).map_err(|_| unreadable("a district code"))?;
        Ok(Self { version: row.version, staff, district, password_hash: row.password_hash })
    }
}

/// The member of staff with an id, locked until the end of the transaction.
pub async fn lock(tx: &mut PgConnection, id: StaffId) -> Result<Option<StaffRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select s.staff_id, s.version, s.login, s.name, s.unit, s.roles, s.post, s.portfolio, s.areas, s.office_email, s.active,
            s.password_hash, u.district
         from directory.staff s join directory.unit u on u.code = s.unit where s.staff_id = $1 for update of s",
        id.uuid()
    );
    row.fetch_optional(tx).await?.map(StaffRow::try_from).transpose()
}

/// The member of staff with a login.
pub async fn find_by_login(conn: &mut PgConnection, login: &str) -> Result<Option<StaffRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select s.staff_id, s.version, s.login, s.name, s.unit, s.roles, s.post, s.portfolio, s.areas, s.office_email, s.active,
            s.password_hash, u.district
         from directory.staff s join directory.unit u on u.code = s.unit where s.login = $1",
        login
    );
    row.fetch_optional(conn).await?.map(StaffRow::try_from).transpose()
}

/// Which staff are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Units in districts whose code begins so.
    pub district_prefix: &'a str,
    /// Of this unit.
    pub unit: Option<&'a str>,
    /// With this role.
    pub role: Option<Role>,
    /// Only those still there.
    pub active_only: bool,
}

/// Staff in order of their logins.
pub async fn list(
    conn: &mut PgConnection,
    filter: Filter<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<StaffRow>, DbError> {
    let role = filter.role.map(name_of);
    let rows = sqlx::query_as!(
        Row,
        "select s.staff_id, s.version, s.login, s.name, s.unit, s.roles, s.post, s.portfolio, s.areas, s.office_email, s.active,
            s.password_hash, u.district
         from directory.staff s join directory.unit u on u.code = s.unit
         where starts_with(u.district, $1) and ($2::text is null or s.unit = $2) and ($3::text is null or $3 = any (s.roles))
            and (s.active or not $4) and s.login > $5 order by s.login limit $6",
        filter.district_prefix,
        filter.unit,
        role,
        filter.active_only,
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(StaffRow::try_from).collect()
}

/// Writes staff, new or changed, at their new versions. A login that another person has is left unwritten and counted out:
/// the number of rows written is given.
pub async fn save(tx: &mut PgConnection, staff: &[(i64, Staff)]) -> Result<u64, DbError> {
    let column = |f: fn(&Staff) -> String| staff.iter().map(|(_, s)| f(s)).collect::<Vec<_>>();
    let optional = |f: fn(&Staff) -> Option<String>| staff.iter().map(|(_, s)| f(s)).collect::<Vec<_>>();
    let done = sqlx::query!(
        "insert into directory.staff (staff_id, version, login, name, unit, roles, post, portfolio, areas, office_email, active)
         select id, version, login, name, unit, array(select jsonb_array_elements_text(roles::jsonb)), post,
            array(select jsonb_array_elements_text(portfolio::jsonb)), array(select jsonb_array_elements_text(areas::jsonb)),
            office_email, active
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[],
            $11::text[])
            as new (id, version, login, name, unit, roles, post, portfolio, office_email, active, areas)
         on conflict (login) do update set version = excluded.version, name = excluded.name, unit = excluded.unit,
            roles = excluded.roles, post = excluded.post, portfolio = excluded.portfolio, areas = excluded.areas,
            office_email = excluded.office_email, active = excluded.active
         where staff.staff_id = excluded.staff_id",
        &staff.iter().map(|(_, s)| s.staff_id.uuid()).collect::<Vec<_>>(),
        &staff.iter().map(|(version, _)| *version).collect::<Vec<_>>(),
        &column(|s| s.login.as_str().to_owned()),
        &column(|s| s.name.clone()),
        &column(|s| s.unit.to_string()),
        &column(|s| serde_json::json!(s.roles).to_string()),
        &optional(|s| s.post.clone()) as &[Option<String>],
        &column(|s| serde_json::json!(s.portfolio).to_string()),
        &optional(|s| s.office_email.clone()) as &[Option<String>],
        &staff.iter().map(|(_, s)| s.active).collect::<Vec<_>>(),
        &column(|s| serde_json::json!(s.areas).to_string()),
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// Sets the version alone, for an account event.
pub async fn set_version(tx: &mut PgConnection, id: StaffId, version: i64) -> Result<(), DbError> {
    sqlx::query!("update directory.staff set version = $2 where staff_id = $1", id.uuid(), version).execute(tx).await?;
    Ok(())
}

/// Sets the password hash.
pub async fn set_password(tx: &mut PgConnection, id: StaffId, version: i64, hash: &str) -> Result<(), DbError> {
    sqlx::query!(
        "update directory.staff set version = $2, password_hash = $3 where staff_id = $1",
        id.uuid(),
        version,
        hash
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How many administrators can still sign in, apart from one person. The rows are locked, so that two administrators
/// cannot disable each other at the same moment.
pub async fn other_administrators(tx: &mut PgConnection, except: StaffId) -> Result<usize, DbError> {
    let others = sqlx::query_scalar!(
        "select staff_id from directory.staff
         where active and 'administrator' = any (roles) and password_hash is not null and staff_id <> $1
         order by staff_id for update",
        except.uuid()
    );
    Ok(others.fetch_all(tx).await?.len())
}
