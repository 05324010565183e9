//! Messages that go out as one with others of their kind.

use chrono::{DateTime, TimeDelta, Utc};
use huiyin_kernel::StaffId;
use sqlx::PgConnection;

use super::messages::New;
use crate::domain::message::GATHERED;

/// So long before it goes out a message takes nothing more in: whoever sends it has not read it yet.
const MARGIN: TimeDelta = TimeDelta::seconds(30);
/// Older messages have gone out.
const RECENT: TimeDelta = TimeDelta::hours(1);

/// Most things one message tells. Nobody reads more, and each one more is written together with all before it.
const MOST: i32 = 100;

/// Joins a message to one of its kind that waits for the same person and has room; false when none does. Joining twice is joining once.
pub(crate) async fn join(
    conn: &mut PgConnection,
    message: &New,
    now: DateTime<Utc>,
    infra_now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let Some(staff) = message.staff_id.map(StaffId::uuid) else { return Ok(false) };
    let joined = sqlx::query!(
        "update notification.message set data = case when data->$3 @> $4 then data
             else jsonb_set(data, array[$3], (data->$3) || $4) end
         where message_id = (select message_id from notification.message
             where staff_id = $1 and channel = 'inbox' and template = $2 and created_at > $5
                 and state = 'pending' and attempts = 0 and next_attempt_at > $6 and jsonb_array_length(data->$3) < $7
             order by created_at limit 1 for update)
         returning message_id",
        staff,
        message.template.name(),
        GATHERED,
        &message.data[GATHERED],
        now - RECENT,
        infra_now + MARGIN,
        MOST,
    )
    .fetch_optional(conn)
    .await?;
    Ok(joined.is_some())
}
