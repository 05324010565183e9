use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use huiyin_web::{CallError, StatusCode};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::Answer;
use crate::http::seat::Filed;
use crate::upstream::casework;

/// From a number to its case. A form and not a link, so that numbers do not pile up in the browser's history.
pub(in crate::http) async fn by_number(State(desk): State<Desk>, filed: Filed) -> Answer {
    let token = filed.seat.token();
    let unknown = || {
        Failure::told(
            StatusCode::NOT_FOUND,
            ["没有找到这个编号，或您无权查看", "There is no such number, or it is not for you to see"],
            [
                "请核对编号；刚登记的件，请过几秒再查。",
                "Please check the number; a petition just registered takes some seconds.",
            ],
        )
    };
    let number = filed.form.get("number").trim();
    match casework::by_number(&desk.http, number, token).await {
        Ok(case_id) => Ok(Redirect::to(&format!("/staff/cases/{case_id}")).into_response()),
        Err(CallError::NotFound { .. } | CallError::Refused { .. }) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}
