//! The written reply and the notices as PDF, for whoever has number and query code.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use huiyin_web::{CallError, ClientAddress};

use super::track::{refuse, unknown};
use crate::desk::Desk;
use crate::http::Answer;
use crate::http::form::Posted;
use crate::upstream::intake;

/// Hands a document out; to anybody without number and code the same answer as to a look-up.
pub(in crate::http) async fn hand_out(State(desk): State<Desk>, address: ClientAddress, posted: Posted) -> Answer {
    if let Err(problem) = desk.limits.lookups.check(address.0) {
        return Ok(refuse(&posted, &problem));
    }
    let (number, code, kind) = (posted.get("number"), posted.get("code"), posted.get("kind"));
    match intake::document(&desk.http, number, code, kind, address).await {
        Ok(pdf) => {
            let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let name: String = number.chars().chain("-".chars()).chain(kind.chars()).filter(plain).take(80).collect();
            let headers = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")),
            ];
            Ok((headers, pdf).into_response())
        }
        Err(CallError::NotFound { .. }) => Ok(refuse(&posted, &unknown())),
        Err(CallError::Refused { problem, .. }) => Ok(refuse(&posted, &problem)),
        Err(error) => Err(error.into()),
    }
}
