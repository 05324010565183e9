//! What a person has to look at.

use chrono::{DateTime, Utc};
use huiyin_kernel::{DistrictCode, MessageId, PetitionId, StaffId, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

/// Why somebody has to look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// There is no way to reach the recipient.
    NoRoute,
    /// Tried for a day, or refused for good.
    GivenUp,
    /// Nobody holds the role that should be told.
    NobodyInRole,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NoRoute => "no_route",
            Self::GivenUp => "given_up",
            Self::NobodyInRole => "nobody_in_role",
        }
    }
}

/// An alarm to raise.
pub(crate) struct New<'a> {
    pub(crate) kind: Kind,
    pub(crate) district: &'a DistrictCode,
    pub(crate) unit: Option<&'a UnitCode>,
    pub(crate) message: Option<MessageId>,
    pub(crate) petition: Option<PetitionId>,
    /// What to know; no personal data.
    pub(crate) detail: &'a str,
}

/// Raises an alarm, once for a message.
pub(crate) async fn raise(conn: &mut PgConnection, alarm: New<'_>, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    metrics::counter!("huiyin_notification_alarms_total", "kind" => alarm.kind.name()).increment(1);
    sqlx::query!(
        "insert into notification.alarm (kind, district, unit, message_id, petition_id, detail, raised_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (message_id) do nothing",
        alarm.kind.name(),
        alarm.district.as_str(),
        alarm.unit.map(UnitCode::as_str),
        alarm.message.map(MessageId::uuid),
        alarm.petition.map(PetitionId::uuid),
        alarm.detail,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An alarm as listed.
pub(crate) struct Alarm {
    pub(crate) alarm_id: i64,
    pub(crate) kind: String,
    pub(crate) district: String,
    pub(crate) unit: Option<String>,
    pub(crate) petition_id: Option<Uuid>,
    pub(crate) detail: String,
    pub(crate) raised_at: DateTime<Utc>,
}

/// Open alarms inside a district, newest first.
pub(crate) async fn open(
    conn: &mut PgConnection,
    inside: &DistrictCode,
    limit: i64,
) -> Result<Vec<Alarm>, sqlx::Error> {
    sqlx::query_as!(
        Alarm,
        "select alarm_id, kind, district, unit, petition_id, detail, raised_at from notification.alarm
         where resolved_at is null and starts_with(district, $1) order by raised_at desc, alarm_id desc limit $2",
        inside.prefix(),
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Notes that somebody has seen to it. False when there is no such open alarm inside the district.
pub(crate) async fn resolve(
    conn: &mut PgConnection,
    id: i64,
    inside: &DistrictCode,
    by: StaffId,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update notification.alarm set resolved_at = $3, resolved_by = $4
         where alarm_id = $1 and resolved_at is null and starts_with(district, $2)",
        id,
        inside.prefix(),
        at,
        by.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
