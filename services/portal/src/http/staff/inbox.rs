use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::query_of;
use crate::desk::Desk;
use crate::domain::when;
use crate::failure::Failure;
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, ok};
use crate::upstream::notification::{self, Message};

#[derive(Template)]
#[template(path = "staff/inbox.html")]
struct Inbox {
    frame: Frame,
    messages: Vec<Message>,
    unread_only: bool,
    next: Option<String>,
    form_token: String,
    now: DateTime<Utc>,
}

impl Inbox {
    fn near(&self, at: &DateTime<Utc>) -> String {
        when::near(*at, self.now)
    }
}

/// One's own messages, newest first.
pub(in crate::http) async fn list(State(desk): State<Desk>, seat: Seat, uri: Uri) -> Answer {
    let query = query_of(&uri);
    let unread_only = query.get("show") != "all";
    let page = notification::inbox(&desk.http, unread_only, query.some("after"), seat.token()).await?;
    let show = if unread_only { "unread" } else { "all" };
    let next = page.next.map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("/staff/inbox?{}", query.append_pair("show", show).append_pair("after", &next).finish())
    });
    let (form_token, now) = (seat.form_token.clone(), desk.clock.now());
    Ok(ok(&Inbox { frame: Frame::of(&seat, "inbox"), messages: page.items, unread_only, next, form_token, now }))
}

/// Marks one as read, and goes to the case it is about if asked to.
pub(in crate::http) async fn read(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id: Uuid = id.parse().map_err(|_| Failure::not_found())?;
    notification::read(&desk.http, id, filed.seat.token()).await?;
    let case: Option<Uuid> = filed.form.some("case").and_then(|text| text.parse().ok());
    let to = case.map_or_else(|| "/staff/inbox".to_owned(), |case| format!("/staff/cases/{case}"));
    Ok(Redirect::to(&to).into_response())
}
