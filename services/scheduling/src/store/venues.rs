//! Reception places.

use huiyin_contracts::scheduling::ReceptionPlace;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, VenueId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::named;
use crate::domain::{Venue, VenueKind};

/// A reception place as kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VenueRow {
    /// Which one.
    pub venue_id: Uuid,
    /// How often it was changed.
    pub version: i64,
    /// Where it serves.
    pub district: String,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// `hall` or `site`.
    pub kind: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Reachable without steps.
    pub accessible: bool,
    /// Opening hours.
    pub hours: Option<String>,
}

/// Adds a place.
pub async fn insert(conn: &mut PgConnection, v: &VenueRow) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scheduling.venue (venue_id, version, district, name, address, kind, phone, accessible, hours)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        v.venue_id,
        v.version,
        v.district,
        v.name,
        v.address,
        v.kind,
        v.phone,
        v.accessible,
        v.hours,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The halls of a district, then those of the one above it (REG-06).
pub async fn of_competent(conn: &mut PgConnection, district: &DistrictCode) -> Result<Vec<ReceptionPlace>, DbError> {
    let around: Vec<String> =
        [Some(district.clone()), district.parent()].into_iter().flatten().map(String::from).collect();
    let rows = sqlx::query!(
        "select name, address from scheduling.venue where kind = 'hall' and district = any($1)
         order by array_position($1, district), venue_id limit 6",
        &around,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ReceptionPlace { name: row.name, address: row.address }).collect())
}

/// Places by id, as the gate sees them.
pub async fn find(conn: &mut PgConnection, ids: &[VenueId]) -> Result<Vec<Venue>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows =
        sqlx::query!("select venue_id, name, address, kind from scheduling.venue where venue_id = any($1)", &ids)
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Venue {
                venue_id: row.venue_id.into(),
                name: row.name,
                address: row.address,
                kind: named::<VenueKind>("venue kind", row.kind)?,
            })
        })
        .collect()
}

/// One page of places of an area.
pub async fn page(
    conn: &mut PgConnection,
    area: Option<&DistrictCode>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<VenueRow>, DbError> {
    Ok(sqlx::query_as!(
        VenueRow,
        "select venue_id, version, district, name, address, kind, phone, accessible, hours from scheduling.venue
         where ($1::text is null or district like $1 || '%') and ($2::uuid is null or venue_id > $2)
         order by venue_id limit $3",
        area.map(DistrictCode::prefix),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?)
}
