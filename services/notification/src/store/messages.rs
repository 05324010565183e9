//! Messages: written with the event that causes them, claimed by the sender, settled once.

use chrono::{DateTime, TimeDelta, Utc};
use huiyin_contracts::notification::MessageChannel;
use huiyin_kernel::{CaseId, DistrictCode, MessageId, PetitionId, StaffId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::template::{Rendered, Template};

/// A message to write.
pub(crate) struct New {
    pub(crate) message_id: MessageId,
    pub(crate) template: Template,
    /// Staff, or the petitioner of `petition_id`.
    pub(crate) staff_id: Option<StaffId>,
    pub(crate) petition_id: Option<PetitionId>,
    pub(crate) channel: MessageChannel,
    pub(crate) district: DistrictCode,
    pub(crate) about_event: Uuid,
    pub(crate) case_id: Option<CaseId>,
    pub(crate) data: Value,
}

pub(crate) const fn channel_name(channel: MessageChannel) -> &'static str {
    match channel {
        MessageChannel::Inbox => "inbox",
        MessageChannel::Email => "email",
    }
}

/// Writes messages that are not there yet: the send-once key makes a second plan of the same event harmless.
pub(crate) async fn write(
    conn: &mut PgConnection,
    messages: &[New],
    created_at: DateTime<Utc>,
    infra_now: DateTime<Utc>,
    give_up_after: TimeDelta,
    traceparent: Option<&str>,
) -> Result<(), sqlx::Error> {
    let key = |m: &New| {
        let to = m.staff_id.map_or_else(|| "petitioner".to_owned(), |id| id.to_string());
        format!("{}:{}:{to}:{}", m.about_event, m.template.name(), channel_name(m.channel))
    };
    let ids: Vec<Uuid> = messages.iter().map(|m| m.message_id.uuid()).collect();
    let keys: Vec<String> = messages
        .iter()
        .map(|m| {
            // A change of a session is told to many petitioners about one event.
            m.petition_id.map_or_else(|| key(m), |petition| format!("{}:{petition}", key(m)))
        })
        .collect();
    let templates: Vec<String> = messages.iter().map(|m| m.template.name().to_owned()).collect();
    let kinds: Vec<String> =
        messages.iter().map(|m| if m.staff_id.is_some() { "staff" } else { "petitioner" }.to_owned()).collect();
    let petitions: Vec<Option<Uuid>> = messages.iter().map(|m| m.petition_id.map(PetitionId::uuid)).collect();
    let staff: Vec<Option<Uuid>> = messages.iter().map(|m| m.staff_id.map(StaffId::uuid)).collect();
    let channels: Vec<String> = messages.iter().map(|m| channel_name(m.channel).to_owned()).collect();
    let districts: Vec<String> = messages.iter().map(|m| m.district.to_string()).collect();
    let events: Vec<Uuid> = messages.iter().map(|m| m.about_event).collect();
    let cases: Vec<Option<Uuid>> = messages.iter().map(|m| m.case_id.map(CaseId::uuid)).collect();
    let data: Vec<Value> = messages.iter().map(|m| m.data.clone()).collect();
    sqlx::query!(
        "insert into notification.message (message_id, send_once_key, template, recipient_kind, petition_id, staff_id,
             channel, district, about_event, case_id, data, created_at, next_attempt_at, give_up_at, traceparent)
         select m.*, $12, $13, $14, $15
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
             $9::uuid[], $10::uuid[], $11::jsonb[]) m
         on conflict (send_once_key) do nothing",
        &ids,
        &keys,
        &templates,
        &kinds,
        &petitions as &[Option<Uuid>],
        &staff as &[Option<Uuid>],
        &channels,
        &districts,
        &events,
        &cases as &[Option<Uuid>],
        &data,
        created_at,
        infra_now,
        infra_now + give_up_after,
        traceparent,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many messages have not ended, and when the first of them is to be given up.
pub(crate) async fn pending(conn: &mut PgConnection) -> Result<(i64, Option<DateTime<Utc>>), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(give_up_at) as first from notification.message where settled_at is null"#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.count, row.first))
}

/// A message to try now.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) message_id: MessageId,
    pub(crate) template: Template,
    pub(crate) petition_id: Option<PetitionId>,
    pub(crate) staff_id: Option<StaffId>,
    pub(crate) channel: MessageChannel,
    pub(crate) district: DistrictCode,
    pub(crate) about_event: Uuid,
    pub(crate) case_id: Option<CaseId>,
    pub(crate) data: Value,
    /// Tries including this one.
    pub(crate) attempts: u32,
    pub(crate) give_up_at: DateTime<Utc>,
    /// The trace of what caused it.
    pub(crate) traceparent: Option<String>,
}

/// Takes messages that are due and puts their next try `lease` away, so that a sender that dies delays them only. A try that is further
/// away than the `longest` pause was set by a clock that was wrong: it is brought back, and made at the next look.
/// A letter to a petitioner is due once it is known how to reach them, or that nobody can; when that does not become known it is tried
/// at the end all the same, and given up aloud.
///
/// Two range scans on `message_due`, neither of which meets what waits for its time: with a mail server down for a day that is every letter
/// of the day. Petition and contact are joined, because as subqueries they may be planned as a look at all of them. `skip locked` lets
/// several senders work side by side.
pub(crate) async fn claim(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    lease: TimeDelta,
    longest: TimeDelta,
    limit: i64,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        "with brought_back as (
             update notification.message set next_attempt_at = $1 where settled_at is null and next_attempt_at > $4)
         update notification.message m set attempts = attempts + 1, next_attempt_at = $2
         from (select w.message_id from notification.message w
                   left join notification.petition p on p.petition_id = w.petition_id
                   left join notification.contact c on c.petition_id = p.petition_id
               where w.settled_at is null and w.next_attempt_at <= $1
                   and (w.channel <> 'email' or w.staff_id is not null or w.give_up_at <= $1
                       or not p.can_be_told or c.petition_id is not null)
               order by w.next_attempt_at, w.message_id limit $3 for update of w skip locked) due
         where m.message_id = due.message_id
         returning m.message_id, m.template, m.petition_id, m.staff_id, m.channel, m.district, m.about_event, m.case_id,
             m.data, m.attempts, m.give_up_at, m.traceparent",
        now,
        now + lease,
        limit,
        now + longest,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            let decode = |what: &'static str| sqlx::Error::Decode(what.into());
            Ok(Claimed {
                message_id: r.message_id.into(),
                template: Template::named(&r.template).ok_or_else(|| decode("an unknown template"))?,
                petition_id: r.petition_id.map(PetitionId::from),
                staff_id: r.staff_id.map(StaffId::from),
                channel: if r.channel == "inbox" { MessageChannel::Inbox } else { MessageChannel::Email },
                district: DistrictCode::parse(&r.district).map_err(|_| decode("a broken district code"))?,
                about_event: r.about_event,
                case_id: r.case_id.map(CaseId::from),
                data: r.data,
                attempts: r.attempts.unsigned_abs(),
                give_up_at: r.give_up_at,
                traceparent: r.traceparent,
            })
        })
        .collect()
}

/// Puts off the next try of messages that are being tried.
pub(crate) async fn renew(conn: &mut PgConnection, ids: &[MessageId], until: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "update notification.message set next_attempt_at = $2 where message_id = any($1) and state = 'pending'",
        &ids,
        until,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a message. False when another sender was quicker. What is written to a petitioner whose personal data was destroyed is not kept.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    id: MessageId,
    state: &str,
    rendered: Option<&Rendered>,
    error: Option<&str>,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update notification.message m set state = $2, title = case when gone then null else coalesce($3, title) end,
             body = case when gone then null else coalesce($4, body) end, last_error = $5, settled_at = $6
         from (select exists (select from notification.message of join notification.petition p using (petition_id)
             where of.message_id = $1 and of.staff_id is null and p.erased)) e(gone)
         where m.message_id = $1 and state = 'pending'",
        id.uuid(),
        state,
        rendered.map(|r| r.title.as_str()),
        rendered.map(|r| r.body.as_str()),
        error,
        at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a message back for a later try.
pub(crate) async fn retry(
    conn: &mut PgConnection,
    id: MessageId,
    at: DateTime<Utc>,
    why: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update notification.message set next_attempt_at = $2, last_error = $3 where message_id = $1 and state = 'pending'",
        id.uuid(),
        at,
        why,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A message as it stands in an inbox.
pub(crate) struct InInbox {
    pub(crate) message_id: Uuid,
    pub(crate) template: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) read_at: Option<DateTime<Utc>>,
    pub(crate) case_id: Option<Uuid>,
}

/// The newest messages in the inbox of a member of staff, before `before`.
pub(crate) async fn inbox_of_staff(
    conn: &mut PgConnection,
    staff: StaffId,
    unread_only: bool,
    before: Option<DateTime<Utc>>,
    limit: i64,
) -> Result<Vec<InInbox>, sqlx::Error> {
    sqlx::query_as!(
        InInbox,
        r#"select message_id, template, title as "title!", body as "body!", created_at as at, read_at, case_id
           from notification.message
           where staff_id = $1 and channel = 'inbox' and state = 'sent' and (not $2 or read_at is null)
             and ($3::timestamptz is null or created_at < $3)
           order by created_at desc, message_id limit $4"#,
        staff.uuid(),
        unread_only,
        before,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// The newest messages on a petition's page.
pub(crate) async fn inbox_of_petition(
    conn: &mut PgConnection,
    petition: PetitionId,
) -> Result<Vec<InInbox>, sqlx::Error> {
    sqlx::query_as!(
        InInbox,
        r#"select message_id, template, title as "title!", body as "body!", created_at as at, read_at, case_id
           from notification.message
           where petition_id = $1 and staff_id is null and channel = 'inbox' and state = 'sent' and title is not null
           order by created_at desc, message_id limit 50"#,
        petition.uuid(),
    )
    .fetch_all(conn)
    .await
}

/// Marks a message of `staff` as read. False when there is no such message.
pub(crate) async fn mark_read(
    conn: &mut PgConnection,
    staff: StaffId,
    id: MessageId,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update notification.message set read_at = coalesce(read_at, $3)
         where message_id = $1 and staff_id = $2 and channel = 'inbox'",
        id.uuid(),
        staff.uuid(),
        at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How one message fared; shown to supervisors, without its text.
pub(crate) struct Fared {
    pub(crate) message_id: Uuid,
    pub(crate) template: String,
    pub(crate) recipient_kind: String,
    pub(crate) channel: String,
    pub(crate) state: String,
    pub(crate) attempts: i32,
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

/// Messages about one petition inside a district, oldest first.
pub(crate) async fn about_petition(
    conn: &mut PgConnection,
    petition: PetitionId,
    inside: &DistrictCode,
) -> Result<Vec<Fared>, sqlx::Error> {
    sqlx::query_as!(
        Fared,
        "select message_id, template, recipient_kind, channel, state, attempts, last_error, created_at, settled_at
         from notification.message where petition_id = $1 and starts_with(district, $2) order by created_at, message_id limit 500",
        petition.uuid(),
        inside.prefix(),
    )
    .fetch_all(conn)
    .await
}
