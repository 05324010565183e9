//! What quotas count: sessions held and matters resolved, by leader.

use chrono::{DateTime, Utc};
use huiyin_calendar::local_date;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, StaffId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{named, unreadable};
use crate::domain::quota::{Deed, Done, Member};

/// The serving leaders who work in a district or inside it, by name.
pub async fn members(conn: &mut PgConnection, district: &DistrictCode) -> Result<Vec<Member>, DbError> {
    let rows = sqlx::query!(
        "select staff_id, name, post, district from scheduling.staff
         where active and starts_with(district, $1) and roles && array['leader', 'main_leader']
         order by name, staff_id",
        district.prefix(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let place = DistrictCode::parse(&row.district).map_err(|_| unreadable("district"))?;
            Ok(Member { staff_id: row.staff_id.into(), name: row.name, post: row.post, level: place.level() })
        })
        .collect()
}

type Between = (DateTime<Utc>, DateTime<Utc>);

/// The sessions these leaders held, from an instant to before another.
pub async fn held(conn: &mut PgConnection, leaders: &[StaffId], (from, to): Between) -> Result<Vec<Deed>, DbError> {
    let ids: Vec<Uuid> = leaders.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select leader as "leader!", kind as "kind!", starts_at as "starts_at!" from scheduling.session
           where state = 'held' and leader = any($1) and starts_at >= $2 and starts_at < $3"#,
        &ids,
        from,
        to,
    )
    .fetch_all(conn)
    .await?;
    let deed = |leader: Uuid, at, what| {
        local_date(at).map(|on| Deed { leader: leader.into(), on, what }).ok_or_else(|| unreadable("instant"))
    };
    rows.into_iter()
        .map(|row| deed(row.leader, row.starts_at, Done::Session(named("session kind", row.kind)?)))
        .collect()
}

/// The matters these leaders took and resolved.
pub async fn resolved(conn: &mut PgConnection, leaders: &[StaffId], (from, to): Between) -> Result<Vec<Deed>, DbError> {
    let ids: Vec<Uuid> = leaders.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select taken_by as "taken_by!", resolved_at as "resolved_at!" from scheduling.matter
           where taken_by = any($1) and resolved_at >= $2 and resolved_at < $3"#,
        &ids,
        from,
        to,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let on = local_date(row.resolved_at).ok_or_else(|| unreadable("instant"))?;
            Ok(Deed { leader: row.taken_by.into(), on, what: Done::Resolved })
        })
        .collect()
}
