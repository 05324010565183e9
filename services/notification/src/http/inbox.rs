//! A member of staff's own messages.

use axum::extract::State;
use chrono::{DateTime, Utc};
use huiyin_authz::{Permission, Sight};
use huiyin_kernel::{MessageId, StaffId};
use huiyin_web::{FieldProblem, Page, PageLimit, Pages, Path, Problem, Query, StaffActor, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::storage;
use crate::app::context::Context;
use crate::app::read_message::read_message;
use crate::store::messages;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only messages not read yet.
    #[serde(default)]
    unread: bool,
    /// Show what comes after this; the `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<PageLimit>,
}

/// A message in an inbox (站内信).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxMessage {
    message_id: Uuid,
    /// Name of the template, such as `staff_case_overdue`.
    template: String,
    title: String,
    body: String,
    at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
    /// The case to open from here.
    case_id: Option<Uuid>,
}

impl From<messages::InInbox> for InboxMessage {
    fn from(m: messages::InInbox) -> Self {
        Self {
            message_id: m.message_id,
            template: m.template,
            title: m.title,
            body: m.body,
            at: m.at,
            read_at: m.read_at,
            case_id: m.case_id,
        }
    }
}

pub(super) fn own(staff: &StaffActor) -> Result<StaffId, Problem> {
    staff.require(Permission::ReadMessages)?;
    staff.0.staff_id().ok_or_else(Problem::unauthenticated)
}

/// One's own messages, newest first.
#[utoipa::path(get, path = "/inbox", params(Filter), security(("staff" = [])),
    responses((status = 200, body = Page<InboxMessage>)))]
pub(crate) async fn list(
    State(ctx): State<Context>,
    staff: StaffActor,
    Query(filter): Query<Filter>,
) -> Result<axum::Json<Page<InboxMessage>>, Problem> {
    let staff = own(&staff)?;
    let before = filter.after.as_deref().map(|text| {
        text.parse::<DateTime<Utc>>().map_err(|_| {
            Problem::bad_request(vec![FieldProblem::new(
                "after",
                "用上一页的 next",
                "the next of the page before",
                "2026-05-06T01:30:00Z",
            )])
        })
    });
    let pages = Pages { after: None, limit: filter.limit };
    let mut conn = ctx.api.read_as(&Sight::of_person(staff)).await.map_err(storage)?;
    let rows = messages::inbox_of_staff(&mut conn, staff, filter.unread, before.transpose()?, pages.limit() + 1);
    let rows: Vec<_> = rows.await.map_err(storage)?.into_iter().map(InboxMessage::from).collect();
    Ok(axum::Json(Page::of(rows, &pages, |m| m.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))))
}

/// Marks one's own message as read; doing it again changes nothing.
#[utoipa::path(post, path = "/inbox/{message_id}/read", params(("message_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204)))]
pub(crate) async fn read(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(message_id): Path<MessageId>,
) -> Result<StatusCode, Problem> {
    let staff = own(&staff)?;
    let found = read_message(&ctx, staff, message_id).await.map_err(storage)?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
