use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use huiyin_web::{CallError, ClientAddress, Problem, StatusCode};

use super::query_of;
use crate::app;
use crate::app::sign_in::Refused;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::http::cookie::Cookie;
use crate::http::form::{Field, Posted, Sheet};
use crate::http::seat::{FORM_TOKEN, Filed};
use crate::http::{Answer, Frame, page};
use crate::secret::BrowserToken;

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    frame: Frame,
    sheet: Sheet,
    told: Option<&'static str>,
    is_plain_http: bool,
}

/// The form. It is tied to this browser by a cookie of its own, so that nobody can be signed in to somebody else's account.
pub(in crate::http) async fn show(State(desk): State<Desk>, uri: Uri) -> Response {
    let query = query_of(&uri);
    let told = match query.get("why") {
        "idle" => Some("您离开的时间较长，为安全起见已退出，请重新登录。"),
        "ended" => Some("您的登录已失效，请重新登录；仍不能登录的，请联系本单位系统管理员。"),
        "out" => Some("请重新登录。"),
        "bye" => Some("您已退出。"),
        _ => None,
    };
    shown(&desk, StatusCode::OK, &query, told, None)
}

fn shown(
    desk: &Desk,
    status: StatusCode,
    typed: &Posted,
    told: Option<&'static str>,
    problem: Option<&Problem>,
) -> Response {
    let browser = BrowserToken::generate();
    let fields = vec![
        Field::line("login", "登录名", "Login").required().fills("username").most(256),
        Field::typed("password", "password", "密码", "Password").required().fills("current-password").most(1024),
    ];
    let mut sheet = Sheet::plain(fields).filled(typed);
    sheet = sheet.hide(FORM_TOKEN, &desk.key.form_token(&browser)).hide("back", back(typed));
    if let Some(problem) = problem {
        sheet = sheet.refused(problem);
    }
    let shown = SignInPage { frame: Frame::plain("staff"), sheet, told, is_plain_http: !desk.origin.is_https() };
    ([Cookie::SignIn.give(desk, &browser)], page(status, &shown)).into_response()
}

/// Only into the console, never to another site.
fn back(form: &Posted) -> &str {
    let path = form.get("back");
    let inside = path.starts_with("/staff") && !path.contains('\\') && !path.contains("//") && path.len() < 500;
    if inside && path.bytes().all(|b| b.is_ascii_graphic()) { path } else { "/staff" }
}

/// Checks login and password; a new session under a new token, whatever cookie the browser had.
pub(in crate::http) async fn sign_in(
    State(desk): State<Desk>,
    address: ClientAddress,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let tied = Cookie::SignIn.read(&desk, &headers);
    if !tied.is_some_and(|browser| desk.key.is_form_token(&browser, posted.get(FORM_TOKEN))) {
        let told = "页面打开得太久了，请再填一次。";
        return Ok(shown(&desk, StatusCode::FORBIDDEN, &posted, Some(told), None));
    }
    if let Err(problem) = desk.limits.sign_ins.check(address.0) {
        return Ok(shown(&desk, problem.status(), &posted, None, Some(&problem)));
    }
    let earlier = Cookie::Session.read(&desk, &headers);
    match app::sign_in::sign_in(&desk, posted.get("login").trim(), posted.get("password"), address, earlier.as_ref())
        .await
    {
        Ok(token) => {
            let cookies = [Cookie::Session.give(&desk, &token), Cookie::SignIn.take(&desk)];
            Ok((axum::response::AppendHeaders(cookies), Redirect::to(back(&posted))).into_response())
        }
        Err(Refused::Directory(CallError::Refused { problem, .. })) => {
            Ok(shown(&desk, problem.status(), &posted, None, Some(&problem)))
        }
        Err(Refused::Directory(error)) => Err(error.into()),
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

/// Ends the session, here and at directory.
pub(in crate::http) async fn sign_out(
    State(desk): State<Desk>,
    headers: HeaderMap,
    filed: Result<Filed, Failure>,
) -> Answer {
    let browser = Cookie::Session.read(&desk, &headers);
    match (filed, browser) {
        (Ok(_), Some(browser)) => app::sign_out::sign_out(&desk, &browser).await?,
        // Out already: then there is nothing to end.
        (Err(Failure::Told(told)), _) if told.status == StatusCode::UNAUTHORIZED => {}
        (Err(failure), _) => return Err(failure),
        (Ok(_), None) => {}
    }
    Ok(([Cookie::Session.take(&desk)], Redirect::to("/staff/sign-in?why=bye")).into_response())
}
