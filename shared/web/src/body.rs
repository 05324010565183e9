//! Reading bodies: within a length and within a time.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::Request,
};
use http_body_util::LengthLimitError;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, timeout};

use crate::Problem;

/// Bodies that say they are no longer than this are read before a place in the count is taken: whoever sends slowly holds up nobody.
const SMALL: u64 = 64 << 10;

/// Reads a body of at most `most` bytes, or says why it cannot be taken.
pub async fn read_body(body: Body, most: usize) -> Result<Bytes, Problem> {
    to_bytes(body, most).await.map_err(|error| {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.is::<LengthLimitError>() {
                return Problem::too_large(most);
            }
            if error.is::<TooSlow>() {
                return Problem::too_slow();
            }
            cause = error.source();
        }
        let (rule, rule_en) = ("传输中断，内容不完整", "broke off before its end");
        Problem::field("body", rule, rule_en, r#"{"title": "…"}"#)
    })
}

/// Whether the body is small by its own account.
pub(crate) fn is_small(request: &Request) -> bool {
    request.body().size_hint().exact().is_some_and(|length| length <= SMALL)
}

/// A small request, wholly read.
pub(crate) async fn gathered(request: Request, patience: Duration) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let body = timeout(patience, read_body(body, SMALL as usize)).await.map_err(|_| Problem::too_slow())??;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A request whose body must have come wholly within `patience`.
pub(crate) fn hurried(request: Request, patience: Duration) -> Request {
    #[expect(clippy::disallowed_methods, reason = "a limit on another's patience, not a wait for our own work")]
    let deadline = Box::pin(tokio::time::sleep(patience));
    request.map(|body| Body::new(Hurried { body, deadline }))
}

#[derive(Debug, thiserror::Error)]
#[error("the body did not come in time")]
struct TooSlow;

struct Hurried {
    body: Body,
    deadline: Pin<Box<Sleep>>,
}

impl HttpBody for Hurried {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
