use askama::Template;
use axum::response::Response;

use crate::http::{Frame, ok};

#[derive(Template)]
#[template(path = "citizen/home.html")]
struct Home {
    frame: Frame,
}

/// What can I do here? It needs no other service, so it is always there.
pub(in crate::http) async fn show() -> Response {
    ok(&Home { frame: Frame::plain("home") })
}
