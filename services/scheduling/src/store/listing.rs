//! What the public and the hall read.

use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, RoundId, SessionId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

/// A session as announced (公示, C6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicSession {
    /// Which one.
    pub session_id: Uuid,
    /// `published`, `cancelled` or `held`.
    pub state: String,
    /// Its round.
    pub round_id: Option<Uuid>,
    /// Whose people it serves.
    pub district: String,
    /// The kind, as a code.
    pub kind: String,
    /// 形式
    pub form: String,
    /// The place.
    pub venue_id: Uuid,
    /// 地点
    pub venue_name: String,
    /// Where that is.
    pub venue_address: String,
    /// Who receives.
    pub leader: Uuid,
    /// 姓名
    pub leader_name: String,
    /// 职务
    pub leader_post: String,
    /// 分管工作
    pub leader_portfolio: Vec<String>,
    /// Begins.
    pub starts_at: DateTime<Utc>,
    /// Ends.
    pub ends_at: DateTime<Utc>,
    /// De-identified topics.
    pub topics: Vec<String>,
    /// Bookable slots.
    pub capacity: i32,
    /// Slots still free. Walking in is possible whatever this says.
    pub free: i64,
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// This district and what lies inside it.
    pub area: Option<DistrictCode>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// After this row.
    pub after: Option<(DateTime<Utc>, Uuid)>,
}

macro_rules! select {
    ($rest:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            PublicSession,
            r#"select s.session_id, s.state, s.round_id, s.district, s.kind as "kind!", s.form as "form!",
                s.venue_id as "venue_id!", s.venue_name as "venue_name!", s.venue_address as "venue_address!",
                s.leader as "leader!", s.leader_name as "leader_name!", s.leader_post as "leader_post!",
                s.leader_portfolio as "leader_portfolio!", s.starts_at as "starts_at!", s.ends_at as "ends_at!", s.topics,
                s.capacity,
                (select count(*) from scheduling.slot l where l.session_id = s.session_id and l.visit_id is null) as "free!"
             from scheduling.session s "# + $rest,
            $($argument),*
        )
    };
}

/// One page of announced sessions by time.
pub async fn sessions(conn: &mut PgConnection, window: &Window, limit: i64) -> Result<Vec<PublicSession>, DbError> {
    let (after_at, after_id) = window.after.unzip();
    let area = window.area.as_ref().map(DistrictCode::prefix);
    let from = window.from.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    let to = window.to.unwrap_or(DateTime::from_timestamp(253_402_300_799, 0).expect("the end of the year 9999"));
    Ok(select!(
        "where s.state <> 'draft' and ($1::text is null or starts_with(s.district, $1))
           and s.starts_at >= $2 and s.starts_at < $3
           and (s.starts_at, s.session_id) > (coalesce($4::timestamptz, '-infinity'), coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'))
         order by s.starts_at, s.session_id limit $6",
        area,
        from,
        to,
        after_at,
        after_id,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// An announced session.
pub async fn session(conn: &mut PgConnection, id: SessionId) -> Result<Option<PublicSession>, DbError> {
    Ok(select!("where s.state <> 'draft' and s.session_id = $1", id.uuid()).fetch_optional(conn).await?)
}

/// The announced sessions of a round.
pub async fn sessions_of_round(conn: &mut PgConnection, round: RoundId) -> Result<Vec<PublicSession>, DbError> {
    Ok(select!(
        "where s.state <> 'draft' and s.round_id = $1 order by s.district, s.starts_at, s.session_id",
        round.uuid()
    )
    .fetch_all(conn)
    .await?)
}

/// A turn as the hall sees it: a number, no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HallVisit {
    /// Which one.
    pub visit_id: Uuid,
    /// The matter.
    pub petition_id: Uuid,
    /// 信访编号
    pub number: Option<String>,
    /// `booked`, `registered`, `cancelled` or `concluded`.
    pub state: String,
    /// The number called, from arrival on.
    pub ticket: Option<i32>,
    /// When expected.
    pub expected_at: DateTime<Utc>,
    /// When the visitor came.
    pub arrived_at: Option<DateTime<Utc>>,
    /// When the record was complete.
    pub concluded_at: Option<DateTime<Utc>>,
    /// Where the case stands, as casework told last.
    pub case_state: Option<String>,
    /// Why it was booked before the level below gave its opinion (XT-06).
    pub waived: Option<String>,
    /// The competent body, when this place stands more than one level above it (REG-06). The visitor is received all the same.
    pub competent_unit: Option<String>,
    /// Where its matters are received, and those of the level above it, as it was told.
    pub competent_places: Option<Vec<String>>,
}

/// One page of the turns of a session.
pub async fn visits(
    conn: &mut PgConnection,
    session: SessionId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<HallVisit>, DbError> {
    Ok(sqlx::query_as!(
        HallVisit,
        r#"select v.visit_id, v.petition_id, p.number as "number?", v.state, v.ticket, v.expected_at, v.arrived_at,
               v.concluded_at, m.case_state as "case_state?", v.waived,
               coalesce(u.name, v.competent->>'unit') as competent_unit,
               (select array_agg((place->>'name') || '（' || (place->>'address') || '）')
                   from jsonb_array_elements(v.competent->'places') place) as "competent_places?"
           from scheduling.visit v
           left join scheduling.unit u on u.code = v.competent->>'unit'
           left join scheduling.petition p using (petition_id)
           left join scheduling.matter m using (petition_id)
           where v.session_id = $1 and ($2::uuid is null or v.visit_id > $2)
           order by v.visit_id limit $3"#,
        session.uuid(),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?)
}
