//! Directory: sign-in, districts, units, staff.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use huiyin_web::Problem;
use serde_json::{Value, json};

use super::{Asked, STAFF, World, ok, page};

fn staff() -> Value {
    json!({
        "staff_id": STAFF, "version": 1, "login": "bureau.all", "name": "卫临川", "unit": "city-bureau", "district": "990100",
        "roles": ["intake_clerk", "officer", "unit_head", "leader", "supervisor", "schedule_editor"], "post": "副局长",
        "portfolio": [], "office_email": null, "active": true, "can_sign_in": true,
    })
}

pub(super) fn answer(world: &mut World, asked: &Asked, path: &str) -> Response {
    match (asked.method.as_str(), path) {
        ("POST", "/sessions") if asked.body["password"] == "right-password" => {
            world.ended = false;
            (StatusCode::CREATED, axum::Json(granted(asked.body["login"] == "short", Some("handle")))).into_response()
        }
        ("POST", "/sessions" | "/sessions/refresh") if path == "/sessions" || world.ended => {
            Problem::new(StatusCode::UNAUTHORIZED, "sign_in_refused", "登录名或密码不正确，或登录已失效。", "wrong")
                .into_response()
        }
        ("POST", "/sessions/refresh") => {
            world.refreshed += 1;
            ok(granted(false, None))
        }
        ("GET", path) if path.starts_with("/sessions/") && world.ended => Problem::not_found().into_response(),
        (_, path) if path.starts_with("/sessions/") => StatusCode::NO_CONTENT.into_response(),
        (_, "/districts") => page(&json!([
            { "code": "990100", "name": "和安市", "policy_pack": "wuhan", "petition_unit": "city-bureau", "active": true },
            { "code": "990101", "name": "澄浦区", "policy_pack": "wuhan", "petition_unit": "990101-bureau", "active": true },
            { "code": "990101001", "name": "望桥街道", "policy_pack": "wuhan", "petition_unit": "990101-bureau", "active": true },
        ])),
        (_, "/units") => page(&json!([
            { "code": "city-bureau", "name": "和安市信访局", "short_name": "信访局", "kind": "bureau", "district": "990100", "topics": [], "active": true },
            { "code": "990101-housing", "name": "澄浦区住建局", "short_name": "住建局", "kind": "department", "district": "990101", "topics": [], "active": true },
            { "code": "city-discipline", "name": "和安市纪委监委", "short_name": "纪委", "kind": "discipline", "district": "990100", "topics": [], "active": true },
        ])),
        (_, "/staff") => page(&json!([staff()])),
        _ => Problem::not_found().into_response(),
    }
}

fn granted(short: bool, refresh: Option<&str>) -> Value {
    // Sessions of `short` run out at once, so that the next click renews.
    let expires_at = if short { "2022-05-22T00:00:01Z" } else { "2122-05-22T00:05:00Z" };
    let mut granted = json!({
        "session_id": "0180d2a0-0000-7000-8000-0000000000aa", "token": "staff-token", "expires_at": expires_at, "staff": staff(),
    });
    if let Some(refresh) = refresh {
        granted["refresh"] = json!(refresh);
    }
    granted
}
