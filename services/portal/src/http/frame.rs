//! What stands around every page.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::failure::Told;
use crate::http::seat::Seat;

/// The one stylesheet.
pub(crate) const STYLESHEET: &str = include_str!("../../assets/huiyin.css");

/// Its address carries its content's hash, so browsers may keep it for ever.
pub(crate) static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = hex::encode(Sha256::digest(STYLESHEET.as_bytes()));
    format!("/assets/huiyin.{}.css", hash.get(..16).unwrap_or(&hash))
});

/// Head line, navigation and foot of a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Which entry of the navigation is this page.
    pub(crate) place: &'static str,
    /// Who is signed in.
    pub(crate) greeting: Option<Greeting>,
}

/// Who is signed in, as the head line shows it.
#[derive(Clone, Debug)]
pub(crate) struct Greeting {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) form_token: String,
    pub(crate) entries: Vec<Entry>,
}

/// An entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) place: &'static str,
    pub(crate) address: &'static str,
    pub(crate) name: &'static str,
}

impl Frame {
    /// A page for citizens.
    pub(crate) const fn plain(place: &'static str) -> Self {
        Self { place, greeting: None }
    }

    /// A page of the staff console.
    pub(crate) fn of(seat: &Seat, place: &'static str) -> Self {
        Self { place, greeting: Some(seat.greeting()) }
    }

    pub(crate) fn stylesheet() -> &'static str {
        &STYLESHEET_PATH
    }

    /// The citizens' navigation.
    pub(crate) fn public_entries() -> [Entry; 4] {
        [
            Entry { place: "petition", address: "/petition", name: "提出信访" },
            Entry { place: "track", address: "/track", name: "查询进展" },
            Entry { place: "receptions", address: "/receptions", name: "接访安排" },
            Entry { place: "help", address: "/help", name: "办事指南" },
        ]
    }
}

/// A page with an explanation instead of what was asked for.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage {
    pub(crate) frame: Frame,
    pub(crate) told: Told,
}

impl ProblemPage {
    fn works(&self) -> Vec<(&'static str, &'static str)> {
        use huiyin_kernel::Service::{Directory, Intake, Scheduling};
        let all = [
            (Intake, "/petition", "提出信访"),
            (Intake, "/track", "查询进展"),
            (Scheduling, "/receptions", "查看接访安排"),
            (Directory, "/staff", "工作人员登录"),
        ];
        let away = self.told.away;
        let mut works: Vec<_> = all
            .into_iter()
            .filter(|(service, ..)| Some(*service) != away)
            .map(|(_, address, name)| (address, name))
            .collect();
        works.push(("/help", "办事指南：怎么办理、去哪里"));
        works
    }
}

/// Renders a page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html)
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "系统内部错误，请稍后重试。Something went wrong on our side.")
                .into_response()
        }
    }
}

/// Renders a page of status 200.
pub(crate) fn ok(template: &impl Template) -> Response {
    page(StatusCode::OK, template)
}
