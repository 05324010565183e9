//! A batch of documents: how far it is, what could not be made and why, and the file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use huiyin_web::{CallError, StatusCode};
use uuid::Uuid;

use super::batch_actions::title;
use super::case::read_id;
use crate::desk::Desk;
use crate::domain::when;
use crate::failure::Failure;
use crate::http::seat::{Filed, Seat};
use crate::http::{Answer, Frame, ok};
use crate::upstream::batches;

#[derive(Template)]
#[template(path = "staff/batch.html")]
struct BatchPage {
    frame: Frame,
    form_token: String,
    batch_id: Uuid,
    state: String,
    total: u32,
    done: u32,
    /// Made or refused.
    over: u32,
    failed: Vec<Line>,
    gone_at: String,
}

struct Line {
    number: String,
    title: String,
    reason: String,
}

/// The newest of the reader's own.
pub(in crate::http) async fn newest(State(desk): State<Desk>, seat: Seat) -> Answer {
    let mine = batches::mine(&desk.http, seat.token()).await?;
    let newest = mine.first().ok_or_else(|| {
        Failure::told(
            StatusCode::NOT_FOUND,
            ["最近一小时没有生成过文书", "No documents were made in the last hour"],
            [
                "请在工作台勾选要打印的件，选好文书种类后提交。",
                "Tick cases in the work list and choose the kind of document.",
            ],
        )
    })?;
    Ok(Redirect::to(&format!("/staff/batches/{}", newest.batch_id)).into_response())
}

/// How far it is. While it is made the page comes again by itself.
pub(in crate::http) async fn show(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat) -> Answer {
    let batch = batches::batch(&desk.http, read_id(&id)?, seat.token()).await.map_err(failure)?;
    let over = batch.done.saturating_add(u32::try_from(batch.failed.len()).unwrap_or(u32::MAX));
    let failed = batch.failed.into_iter().map(|failed| Line {
        number: failed.number.unwrap_or_else(|| "（看不到编号）".to_owned()),
        title: title(&failed.kind).to_owned(),
        reason: failed.reason,
    });
    Ok(ok(&BatchPage {
        frame: Frame::of(&seat, "work"),
        form_token: seat.form_token.clone(),
        batch_id: batch.batch_id,
        state: batch.state,
        total: batch.total,
        done: batch.done,
        over,
        failed: failed.collect(),
        gone_at: when::moment(batch.gone_at),
    }))
}

/// The file; opened with the key of this session.
pub(in crate::http) async fn file(State(desk): State<Desk>, Path(id): Path<String>, seat: Seat) -> Answer {
    let id = read_id(&id)?;
    let zip = batches::file(&desk.http, id, seat.batch_key(), seat.token()).await.map_err(failure)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"documents.zip\"; filename*=UTF-8''%E6%96%87%E4%B9%A6.zip"),
        ),
    ];
    Ok((headers, zip).into_response())
}

/// Ends it.
pub(in crate::http) async fn cancel(State(desk): State<Desk>, Path(id): Path<String>, filed: Filed) -> Answer {
    let id = read_id(&id)?;
    batches::cancel(&desk.http, id, filed.seat.token()).await.map_err(failure)?;
    Ok(Redirect::to(&format!("/staff/batches/{id}")).into_response())
}

fn failure(error: CallError) -> Failure {
    match error {
        CallError::NotFound { .. } => Failure::told(
            StatusCode::NOT_FOUND,
            ["没有这一批文书，或已超过一小时被清除", "There is no such batch of documents, or its hour is over"],
            ["请返回工作台重新勾选、生成一批。", "Please tick the cases again in the work list."],
        ),
        // The same person, signed in anew: the key went with the session.
        CallError::Refused { problem, .. } if problem.code() == "batch_key" => Failure::told(
            StatusCode::CONFLICT,
            [
                "这一批是在另一次登录中生成的，现在不能打开",
                "This batch was made in another session and cannot be opened in this one",
            ],
            [
                "请回到提交时的浏览器下载；已退出登录的，请重新勾选、生成一批。",
                "Download it in the browser it was asked for from, or ask for the documents again.",
            ],
        ),
        error => error.into(),
    }
}
