//! Sessions and the matters they are for, read from either side. By number and topic, never who petitioned; of accusations nothing (REG-22).

use chrono::{DateTime, Utc};
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, PetitionId, SessionId, StaffId, UnitCode};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

/// A matter as a session names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedMatter {
    /// The petition.
    pub petition_id: Uuid,
    /// The case, once there is one.
    pub case_id: Option<Uuid>,
    /// 信访编号
    pub number: String,
    /// Topic code.
    pub topic: String,
    /// Where the matter is.
    pub district: String,
    /// Where the case stands, as casework told last.
    pub case_state: Option<String>,
}

/// A session planned for a matter, as announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedSession {
    /// Which one.
    pub session_id: Uuid,
    /// `published` or `held`.
    pub state: String,
    /// The kind, as a code.
    pub kind: String,
    /// 形式
    pub form: String,
    /// 姓名
    pub leader_name: String,
    /// 职务
    pub leader_post: String,
    /// Begins.
    pub starts_at: DateTime<Utc>,
    /// Ends.
    pub ends_at: DateTime<Utc>,
    /// 地点
    pub venue_name: String,
    /// Where that is.
    pub venue_address: String,
}

/// The matters a session names, in the order they were named; what was withdrawn since is left out.
pub async fn of_session(conn: &mut PgConnection, session: SessionId) -> Result<Vec<NamedMatter>, DbError> {
    Ok(sqlx::query_as!(
        NamedMatter,
        r#"select p.petition_id, m.case_id as "case_id?", p.number, p.topic, p.district, m.case_state as "case_state?"
           from scheduling.session s
           cross join unnest(s.matters) with ordinality n(petition_id, place)
           join scheduling.petition p on p.petition_id = n.petition_id and p.class <> 'accusation' and not p.withdrawn
           left join scheduling.matter m on m.petition_id = p.petition_id
           where s.session_id = $1 order by n.place"#,
        session.uuid()
    )
    .fetch_all(conn)
    .await?)
}

/// The matters a leader has taken (包案) in an area that are open and that the session does not name yet (TJ-05).
pub async fn offered(
    conn: &mut PgConnection,
    session: SessionId,
    leader: StaffId,
    area: &DistrictCode,
) -> Result<Vec<NamedMatter>, DbError> {
    Ok(sqlx::query_as!(
        NamedMatter,
        r#"select p.petition_id, m.case_id as "case_id?", p.number, p.topic, p.district, m.case_state as "case_state?"
           from scheduling.matter m
           join scheduling.petition p using (petition_id)
           where m.taken_by = $2 and m.case_state not in ('closed', 'withdrawn')
             and p.class <> 'accusation' and not p.withdrawn and starts_with(p.district, $3)
             and not exists (select 1 from scheduling.session s where s.session_id = $1 and p.petition_id = any(s.matters))
           order by p.number limit 100"#,
        session.uuid(),
        leader.uuid(),
        area.prefix(),
    )
    .fetch_all(conn)
    .await?)
}

/// The announced sessions planned for a matter that were not cancelled, by time.
pub async fn sessions_for(conn: &mut PgConnection, petition: PetitionId) -> Result<Vec<PlannedSession>, DbError> {
    Ok(sqlx::query_as!(
        PlannedSession,
        r#"select session_id, state, kind as "kind!", form as "form!", leader_name as "leader_name!",
               leader_post as "leader_post!", starts_at as "starts_at!", ends_at as "ends_at!", venue_name as "venue_name!",
               venue_address as "venue_address!"
           from scheduling.session
           where matters @> array[$1::uuid] and state in ('published', 'held')
           order by starts_at, session_id"#,
        petition.uuid()
    )
    .fetch_all(conn)
    .await?)
}

/// Whether the sessions planned for a matter are for this reader: who answers for it or took it, and the office that takes petitions in
/// in its district or in one above. Of an accusation they are nobody's.
pub async fn is_for(
    conn: &mut PgConnection,
    petition: PetitionId,
    reader: StaffId,
    unit: &UnitCode,
) -> Result<bool, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from scheduling.petition p
               left join scheduling.matter m using (petition_id)
               where p.petition_id = $1 and p.class <> 'accusation'
                 and (m.responsible_unit = $3 or m.taken_by = $2
                   or exists (select 1 from scheduling.district d where d.petition_unit = $3 and d.active
                       and starts_with(p.district, scheduling.prefix(d.code))))) as "is_for!""#,
        petition.uuid(),
        reader.uuid(),
        unit.as_str(),
    )
    .fetch_one(conn)
    .await?)
}
