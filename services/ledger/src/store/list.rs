//! The list of matters, filtered, newest first, page by page.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// What is looked for. `inside` is the district prefix the reader may see; the rest narrows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) inside: String,
    /// For readers without sight of a whole district: the unit and person who must take part.
    pub(crate) taking_part: Option<(String, Uuid)>,
    /// Discipline bodies alone see that there are accusations (REG-22).
    pub(crate) accusations: bool,
    pub(crate) class: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) leader: Option<Uuid>,
    pub(crate) overdue: Option<bool>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) to: Option<DateTime<Utc>>,
}

/// Where the last page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) petition_id: Uuid,
}

/// A matter as it stands in the ledger.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the matter")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Matter {
    pub(crate) petition_id: Uuid,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) number: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) district: String,
    pub(crate) kind: Option<String>,
    pub(crate) people_count: Option<i32>,
    pub(crate) registered_at: Option<DateTime<Utc>>,
    pub(crate) state: Option<String>,
    pub(crate) grade: Option<String>,
    pub(crate) responsible_unit: Option<String>,
    pub(crate) officer: Option<Uuid>,
    pub(crate) leader: Option<Uuid>,
    pub(crate) taken_by_leader: bool,
    pub(crate) cause_found: Option<String>,
    pub(crate) opinion_summary: Option<String>,
    pub(crate) result_summary: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) relief_referral: bool,
    pub(crate) promise_number: Option<String>,
    pub(crate) extended_days: i32,
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) overdue: bool,
    pub(crate) missed: bool,
    pub(crate) replied_at: Option<DateTime<Utc>>,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
}

/// At most `limit` matters after `after`. Keyset paging on `matter_newest` or `matter_of_district`: the prefix is compared with operators
/// that leak nothing, unlike `like`, so the index serves under row-level security too (`:` comes right after the digits).
pub(crate) async fn matters(
    conn: &mut PgConnection,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Matter>, sqlx::Error> {
    sqlx::query_as!(
        Matter,
        "select petition_id, case_id, number, channel, class, topic, district, kind, people_count, registered_at, state, grade,
             responsible_unit, officer, leader, taken_by_leader, cause_found, opinion_summary, result_summary, outcome,
             relief_referral, promise_number, extended_days, last_day, overdue, missed, replied_at, delivered_at, closed_at
         from ledger.matter
         where district ~>=~ $1 and district ~<~ ($1 || ':') and ($2 or class is distinct from 'accusation')
           and ($3::text is null or class = $3) and ($4::text is null or topic = $4) and ($5::text is null or state = $5)
           and ($6::text is null or outcome = $6) and ($7::text is null or responsible_unit = $7)
           and ($8::uuid is null or leader = $8) and ($9::bool is null or overdue = $9)
           and ($10::timestamptz is null or registered_at >= $10) and ($11::timestamptz is null or registered_at < $11)
           and registered_at is not null
           and ($15::text is null or responsible_unit = $15 or officer = $16 or leader = $16)
           and ($12::timestamptz is null or (registered_at, petition_id) < ($12, $13))
         order by registered_at desc, petition_id desc limit $14",
        filter.inside,
        filter.accusations,
        filter.class,
        filter.topic,
        filter.state,
        filter.outcome,
        filter.unit,
        filter.leader,
        filter.overdue,
        filter.from,
        filter.to,
        after.map(|c| c.registered_at),
        after.map_or(Uuid::nil(), |c| c.petition_id),
        limit,
        filter.taking_part.as_ref().map(|(unit, _)| unit.as_str()),
        filter.taking_part.as_ref().map(|(_, staff)| *staff),
    )
    .fetch_all(conn)
    .await
}

/// One matter by its petition or case.
pub(crate) async fn matter(conn: &mut PgConnection, id: Uuid, filter: &Filter) -> Result<Option<Matter>, sqlx::Error> {
    sqlx::query_as!(
        Matter,
        "select petition_id, case_id, number, channel, class, topic, district, kind, people_count, registered_at, state, grade,
             responsible_unit, officer, leader, taken_by_leader, cause_found, opinion_summary, result_summary, outcome,
             relief_referral, promise_number, extended_days, last_day, overdue, missed, replied_at, delivered_at, closed_at
         from ledger.matter
         where (petition_id = $1 or case_id = $1) and district like $2 || '%' and ($3 or class is distinct from 'accusation')
           and ($4::text is null or responsible_unit = $4 or officer = $5 or leader = $5)
         limit 1",
        id,
        filter.inside,
        filter.accusations,
        filter.taking_part.as_ref().map(|(unit, _)| unit.as_str()),
        filter.taking_part.as_ref().map(|(_, staff)| *staff),
    )
    .fetch_optional(conn)
    .await
}

/// A message about a matter.
pub(crate) struct Told {
    pub(crate) template: String,
    pub(crate) recipient: String,
    pub(crate) channel: String,
    pub(crate) state: String,
    pub(crate) at: DateTime<Utc>,
}

/// Who was told what about a matter, in order.
pub(crate) async fn told(conn: &mut PgConnection, petition: Uuid) -> Result<Vec<Told>, sqlx::Error> {
    sqlx::query_as!(
        Told,
        "select template, recipient, channel, state, at from ledger.message where petition_id = $1 order by at, message_id",
        petition,
    )
    .fetch_all(conn)
    .await
}
