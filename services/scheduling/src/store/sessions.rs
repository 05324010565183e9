//! Sessions: loaded under a lock, decided upon, saved whole.

use chrono::{DateTime, Utc};
use huiyin_contracts::scheduling::SessionKind;
use huiyin_journal::DbError;
use huiyin_kernel::{DistrictCode, RoundId, SessionId, StaffId};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{name_of, named, unreadable};
use crate::domain::{Announcement, Plan, Session, State, Venue, VenueKind};

#[derive(Serialize)]
struct SessionRow {
    session_id: Uuid,
    version: i64,
    round_id: Option<Uuid>,
    district: String,
    state: String,
    kind: Option<String>,
    form: Option<String>,
    venue_id: Option<Uuid>,
    leader: Option<Uuid>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    capacity: i32,
    slot_minutes: i32,
    reason: Option<String>,
    topics: Vec<String>,
    matters: Vec<Uuid>,
    venue_name: Option<String>,
    venue_address: Option<String>,
    venue_kind: Option<String>,
    leader_name: Option<String>,
    leader_post: Option<String>,
    leader_portfolio: Option<Vec<String>>,
}

/// The rows of sessions; what follows the `from` is the caller's.
macro_rules! select {
    ($conn:expr, $rest:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            SessionRow,
            r#"select s.session_id, s.version, s.round_id, s.district, s.state, s.kind, s.form, s.venue_id, s.leader,
                s.starts_at, s.ends_at, s.capacity, s.slot_minutes, s.reason, s.topics, s.matters, s.venue_name, s.venue_address,
                v.kind as "venue_kind?", s.leader_name, s.leader_post, s.leader_portfolio
             from scheduling.session s left join scheduling.venue v using (venue_id) "# + $rest,
            $($argument),*
        )
        .fetch_all($conn)
        .await?
        .into_iter()
        .map(Session::try_from)
        .collect()
    };
}

/// Sessions, locked against every other change, in order of id.
pub async fn lock(conn: &mut PgConnection, ids: &[SessionId]) -> Result<Vec<Session>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    select!(conn, "where s.session_id = any($1) order by s.session_id for update of s", &ids)
}

/// A session that stays as it is until the transaction ends; others may hold it still too, so turns are taken side by side.
pub async fn hold(conn: &mut PgConnection, id: SessionId) -> Result<Option<Session>, DbError> {
    let found: Result<Vec<Session>, DbError> = select!(conn, "where s.session_id = $1 for share of s", id.uuid());
    found.map(|mut sessions| sessions.pop())
}

/// Sessions as they are.
pub async fn read(conn: &mut PgConnection, ids: &[SessionId]) -> Result<Vec<Session>, DbError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    select!(conn, "where s.session_id = any($1) order by s.session_id", &ids)
}

/// The sessions of a round that are not cancelled, locked.
pub async fn lock_of_round(conn: &mut PgConnection, round: RoundId) -> Result<Vec<Session>, DbError> {
    select!(
        conn,
        "where s.round_id = $1 and s.state <> 'cancelled' order by s.session_id for update of s",
        round.uuid()
    )
}

/// The sessions of a round as they are.
pub async fn of_round(conn: &mut PgConnection, round: RoundId) -> Result<Vec<Session>, DbError> {
    select!(conn, "where s.round_id = $1 order by s.session_id", round.uuid())
}

/// One page of the drafts of an area, for planners.
pub async fn drafts(
    conn: &mut PgConnection,
    area: &DistrictCode,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Session>, DbError> {
    select!(
        conn,
        "where s.state = 'draft' and starts_with(s.district, $1) and ($2::uuid is null or s.session_id > $2)
         order by s.session_id limit $3",
        area.prefix(),
        after,
        limit
    )
}

/// Which of these import keys are taken.
pub async fn imported(conn: &mut PgConnection, keys: &[String]) -> Result<Vec<String>, DbError> {
    let rows =
        sqlx::query_scalar!(r#"select import_key as "key!" from scheduling.session where import_key = any($1)"#, keys)
            .fetch_all(conn)
            .await?;
    Ok(rows)
}

/// One import of a district and year at a time.
pub async fn lock_import(conn: &mut PgConnection, what: &str) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("scheduling.import {what}"))
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Sessions in which one of these leaders receives during one of these times, other than the sessions themselves.
pub async fn clashes(
    conn: &mut PgConnection,
    wanted: &[(SessionId, StaffId, DateTime<Utc>, DateTime<Utc>)],
) -> Result<Vec<SessionId>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"select w.session_id as "session_id!"
           from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) w(session_id, leader, starts_at, ends_at)
           where exists (select 1 from scheduling.session s where s.state in ('published', 'held') and s.leader = w.leader
               and s.session_id <> w.session_id and s.starts_at < w.ends_at and s.ends_at > w.starts_at)"#,
        &wanted.iter().map(|w| w.0.uuid()).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.1.uuid()).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.2).collect::<Vec<_>>(),
        &wanted.iter().map(|w| w.3).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(SessionId::from).collect())
}

/// Saves sessions, new or changed, in one statement.
pub async fn save(
    conn: &mut PgConnection,
    sessions: &[Session],
    import_keys: &[Option<String>],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let rows: Vec<SessionRow> = sessions.iter().map(SessionRow::from).collect();
    let mut rows = serde_json::to_value(rows).map_err(|_| unreadable("session"))?;
    for (row, key) in rows.as_array_mut().into_iter().flatten().zip(import_keys) {
        row["import_key"] = serde_json::json!(key);
    }
    sqlx::query!(
        "insert into scheduling.session (session_id, version, round_id, district, state, kind, form, venue_id, leader, starts_at,
             ends_at, capacity, slot_minutes, reason, topics, matters, venue_name, venue_address, leader_name, leader_post,
             leader_portfolio, published_at, import_key)
         select session_id, version, round_id, district, state, kind, form, venue_id, leader, starts_at, ends_at, capacity,
             slot_minutes, reason, topics, matters, venue_name, venue_address, leader_name, leader_post, leader_portfolio,
             case when state = 'draft' then null else $2::timestamptz end, import_key
         from jsonb_to_recordset($1) r(session_id uuid, version bigint, round_id uuid, district text, state text, kind text,
             form text, venue_id uuid, leader uuid, starts_at timestamptz, ends_at timestamptz, capacity int, slot_minutes int,
             reason text, topics text[], matters uuid[], venue_name text, venue_address text, leader_name text, leader_post text,
             leader_portfolio text[], import_key text)
         on conflict (session_id) do update set version = excluded.version, round_id = excluded.round_id,
             district = excluded.district, state = excluded.state, kind = excluded.kind, form = excluded.form,
             venue_id = excluded.venue_id, leader = excluded.leader, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, capacity = excluded.capacity, slot_minutes = excluded.slot_minutes,
             reason = excluded.reason, topics = excluded.topics, matters = excluded.matters, venue_name = excluded.venue_name,
             venue_address = excluded.venue_address, leader_name = excluded.leader_name, leader_post = excluded.leader_post,
             leader_portfolio = excluded.leader_portfolio,
             published_at = coalesce(session.published_at, excluded.published_at)",
        rows,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        let Session { id, version, state, plan, announced } = session;
        let told = announced.as_ref();
        Self {
            session_id: id.uuid(),
            version: *version,
            round_id: plan.round_id.map(Into::into),
            district: plan.district.to_string(),
            state: state.name().to_owned(),
            kind: plan.kind.and_then(name_of),
            form: plan.form.clone(),
            venue_id: plan.venue_id.map(Into::into),
            leader: plan.leader.map(Into::into),
            starts_at: plan.starts_at,
            ends_at: plan.ends_at,
            capacity: i32::try_from(plan.capacity).unwrap_or(i32::MAX),
            slot_minutes: i32::try_from(plan.slot_minutes).unwrap_or(i32::MAX),
            reason: plan.reason.clone(),
            topics: plan.topics.clone(),
            matters: plan.matters.iter().map(|id| id.uuid()).collect(),
            venue_name: told.map(|a| a.venue.name.clone()),
            venue_address: told.map(|a| a.venue.address.clone()),
            venue_kind: None,
            leader_name: told.map(|a| a.leader_name.clone()),
            leader_post: told.map(|a| a.leader_post.clone()),
            leader_portfolio: told.map(|a| a.leader_portfolio.clone()),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = DbError;

    fn try_from(row: SessionRow) -> Result<Self, DbError> {
        let kind: Option<SessionKind> = row.kind.map(|k| named("session kind", k)).transpose()?;
        let state: State = named("session state", row.state)?;
        let plan = Plan {
            district: DistrictCode::parse(&row.district).map_err(|_| unreadable("district"))?,
            round_id: row.round_id.map(Into::into),
            kind,
            form: row.form.clone(),
            venue_id: row.venue_id.map(Into::into),
            leader: row.leader.map(Into::into),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            capacity: u32::try_from(row.capacity).unwrap_or_default(),
            slot_minutes: u32::try_from(row.slot_minutes).unwrap_or_default(),
            reason: row.reason,
            topics: row.topics,
            matters: row.matters.into_iter().map(Into::into).collect(),
        };
        let announced = || {
            Some(Announcement {
                kind: kind?,
                form: row.form?,
                venue: Venue {
                    venue_id: row.venue_id?.into(),
                    name: row.venue_name?,
                    address: row.venue_address?,
                    kind: named::<VenueKind>("venue kind", row.venue_kind?).ok()?,
                },
                leader: row.leader?.into(),
                leader_name: row.leader_name?,
                leader_post: row.leader_post?,
                leader_portfolio: row.leader_portfolio?,
                starts_at: row.starts_at?,
                ends_at: row.ends_at?,
            })
        };
        let announced =
            if state == State::Draft { None } else { Some(announced().ok_or_else(|| unreadable("announcement"))?) };
        Ok(Self { id: row.session_id.into(), version: row.version, state, plan, announced })
    }
}
