//! What a page says when it cannot be shown: what is the matter, what to do next, and what still works.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_journal::DbError;
use huiyin_kernel::Service;
use huiyin_web::{CallError, Problem};

use crate::desk::Desk;
use crate::http::{Frame, ProblemPage, page};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody is signed in; the sign-in page says why, and leads back.
    SignIn {
        /// `out`, `idle` or `ended`; shown in words.
        why: Option<&'static str>,
        /// The page wanted.
        back: Option<String>,
    },
    /// A page that explains.
    Told(Box<Told>),
}

/// The explanation.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) title_en: String,
    pub(crate) next: String,
    pub(crate) next_en: String,
    /// Which service is away, if one is: the page then lists what still works.
    pub(crate) away: Option<Service>,
    pub(crate) retry_after: Option<u32>,
    /// Texts of a form that could not be taken, so that they are not lost.
    pub(crate) typed: Vec<(String, String)>,
}

impl Failure {
    pub(crate) fn told(status: StatusCode, title: [&str; 2], next: [&str; 2]) -> Self {
        Self::Told(Box::new(Told {
            status,
            title: title[0].to_owned(),
            title_en: title[1].to_owned(),
            next: next[0].to_owned(),
            next_en: next[1].to_owned(),
            away: None,
            retry_after: None,
            typed: Vec::new(),
        }))
    }

    /// The same for what is not there and what must not be seen.
    pub(crate) fn not_found() -> Self {
        Self::told(
            StatusCode::NOT_FOUND,
            ["没有找到这个页面，或您无权查看", "There is no such page, or it is not for you to see"],
            ["请核对网址，或从首页重新进入。", "Please check the address, or begin at the first page."],
        )
    }

    /// The form did not come from one of our pages, or belongs to another session.
    pub(crate) fn foreign_form() -> Self {
        Self::told(
            StatusCode::FORBIDDEN,
            [
                "这次提交不是从本网站的页面发出的，没有办理",
                "This form was not sent from a page of this site; nothing was done",
            ],
            [
                "请从首页重新进入页面，再填写提交。如使用书签或其他网站的链接，请不要直接提交。",
                "Please open the page from the first page and send the form again.",
            ],
        )
    }

    pub(crate) fn bad_form() -> Self {
        Self::told(
            StatusCode::BAD_REQUEST,
            ["提交的内容无法读取，没有办理", "What was sent cannot be read; nothing was done"],
            [
                "请返回上一页，检查是否有特殊字符或内容过长，再提交一次。",
                "Please go back, look for odd characters or too long a text, and send it again.",
            ],
        )
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let ((title, title_en), (next, next_en)) = (problem.title(), problem.next_step());
        let mut told = Told {
            status: problem.status(),
            title: title.to_owned(),
            title_en: title_en.to_owned(),
            next: next.to_owned(),
            next_en: next_en.to_owned(),
            away: None,
            retry_after: problem.retry_after(),
            typed: Vec::new(),
        };
        if problem.status() == StatusCode::UNAUTHORIZED {
            return Self::SignIn { why: Some("ended"), back: None };
        }
        for field in problem.fields() {
            for part in [" ", &field.rule, "（", &field.field, "）"] {
                told.next.push_str(part);
            }
        }
        Self::Told(Box::new(told))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotFound { .. } => Self::not_found(),
            CallError::Refused { problem, .. } => problem.into(),
            CallError::Down { service, .. } => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a page could not be made");
                let mut failure = Self::told(
                    StatusCode::SERVICE_UNAVAILABLE,
                    [
                        &format!("“{}”暂时无法使用", Desk::name_of(service)),
                        "This part of the site does not answer for the moment",
                    ],
                    [
                        "请过几分钟再试。重复提交同一张表不会重复登记。",
                        "Please try again in a few minutes. Sending the same form twice does not register it twice.",
                    ],
                );
                if let Self::Told(told) = &mut failure {
                    told.away = Some(service);
                    told.retry_after = Some(30);
                }
                failure
            }
            CallError::Unreadable { service } => {
                tracing::error!(%service, "an answer could not be read");
                Self::told(
                    StatusCode::BAD_GATEWAY,
                    [&format!("“{}”的回答无法读取", Desk::name_of(service)), "An answer could not be read"],
                    ["这是系统的问题，请告诉系统管理员。", "This is our fault; please tell the administrator."],
                )
            }
        }
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Problem::from(error).into()
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        DbError::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let told = match self {
            Self::SignIn { why, back } => return Redirect::to(&sign_in_address(why, back.as_deref())).into_response(),
            Self::Told(told) => told,
        };
        let (status, retry_after) = (told.status, told.retry_after);
        let mut response = page(status, &ProblemPage { frame: Frame::plain("problem"), told: *told });
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn sign_in_address(why: Option<&str>, back: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(why) = why {
        query.append_pair("why", why);
    }
    if let Some(back) = back {
        query.append_pair("back", back);
    }
    let query = query.finish();
    if query.is_empty() { "/staff/sign-in".to_owned() } else { format!("/staff/sign-in?{query}") }
}
