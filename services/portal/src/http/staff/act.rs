use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use huiyin_web::CallError;

use super::case::{Showing, read_id, shown};
use super::commands;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::Answer;
use crate::http::seat::Filed;
use crate::upstream::casework;

/// Gives a command to a case. Refused: the case page again, with what was typed and why. Done: back to the case.
pub(in crate::http) async fn act(
    State(desk): State<Desk>,
    Path((id, command)): Path<(String, String)>,
    filed: Filed,
) -> Answer {
    let id = read_id(&id)?;
    let (seat, form) = (&filed.seat, &filed.form);
    let body = commands::body(&command, form).ok_or_else(Failure::not_found)?;
    let key = form.some("key").ok_or_else(Failure::bad_form)?;
    match casework::act(&desk.http, id, &command, &body, key, seat.token()).await {
        // Of a destroyed file there is no page any more.
        Ok(()) if command == "destroy-file" => Ok(Redirect::to("/staff/archive?done=destroy-file").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("/staff/cases/{id}?done={command}")).into_response()),
        Err(CallError::Refused { problem, .. }) => {
            let (status, refused) = (problem.status(), Some((command, form.clone(), problem)));
            let officers_of = form.some("unit").map(str::to_owned);
            shown(&desk, seat, id, Showing { status, refused, officers_of, ..Showing::default() }).await
        }
        Err(error) => Err(keeping(error.into(), form)),
    }
}

/// A failure that gives back what was written.
fn keeping(failure: Failure, form: &crate::http::form::Posted) -> Failure {
    let Failure::Told(mut told) = failure else { return failure };
    let written = form.texts().filter(|(name, text)| {
        !matches!(*name, "form_token" | "key" | "expected_version") && text.chars().count() > 10
    });
    told.typed = written.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    Failure::Told(told)
}
