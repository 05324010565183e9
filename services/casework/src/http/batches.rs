//! Many documents at once (文书批量打印): asked for, looked after, downloaded, cancelled. By their owner alone.

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use huiyin_authz::Permission;
use huiyin_kernel::{CaseId, StaffId};
use huiyin_sealing::DataKey;
use huiyin_web::{IdempotencyKey, Json, OwnToken, Path, Problem, StaffActor, StaffToken, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::batches::{self, Failed, MOST, Owner, Progress};
use crate::app::context::Context;

/// The header that opens a batch.
const KEY_HEADER: &str = "huiyin-batch-key";

/// One document of a batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedBody {
    /// The case.
    #[schema(value_type = Uuid)]
    case_id: CaseId,
    /// The document's name in the case's list, for example `acceptance_notice`.
    #[schema(example = "acceptance_notice")]
    kind: String,
}

/// Documents to be made in the background.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchBody {
    /// 1 to 1,000; what is named twice is made once.
    documents: Vec<WantedBody>,
    /// 32 random bytes in base64, made by the caller and kept by nobody else: the result is sealed with them, and opened by sending them again.
    key: String,
}

/// A document that was not made.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedView {
    case_id: Uuid,
    kind: String,
    /// The matter's number, when the owner may see it.
    number: Option<String>,
    /// Why, and what to do next, in Chinese.
    reason: String,
    /// The same in English.
    reason_en: String,
}

/// A batch and what became of it so far.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchView {
    batch_id: Uuid,
    /// `running`, `finished`, `cancelled`, `replaced` by a later batch of the same person, or `stopped`: its process is gone, what was made can be
    /// downloaded, the rest must be asked for again.
    state: &'static str,
    /// How many different documents were asked for.
    total: i32,
    /// How many are made.
    done: i64,
    /// Those that were not made, in the order asked.
    failed: Vec<FailedView>,
    asked_at: DateTime<Utc>,
    /// When everything of it is deleted; it moves on while the batch is being made.
    gone_at: DateTime<Utc>,
}

impl From<Failed> for FailedView {
    fn from(failed: Failed) -> Self {
        let Failed { case_id, kind, number, reason, reason_en } = failed;
        Self { case_id, kind, number, reason, reason_en }
    }
}

impl From<Progress> for BatchView {
    fn from(progress: Progress) -> Self {
        Self {
            batch_id: progress.batch_id,
            state: progress.state.word(),
            total: progress.total,
            done: progress.done,
            failed: progress.failed.into_iter().map(FailedView::from).collect(),
            asked_at: progress.asked_at,
            gone_at: progress.gone_at,
        }
    }
}

/// The key that opens a batch, from its header.
pub(crate) struct BatchKey(DataKey);

impl<S: Send + Sync> FromRequestParts<S> for BatchKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = parts.headers.get(KEY_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        read_key("Huiyin-Batch-Key", text).map(Self)
    }
}

fn read_key(field: &str, text: &str) -> Result<DataKey, Problem> {
    let example = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
    let (rule, rule_en) = ("应为32个随机字节的base64编码", "32 random bytes in base64");
    DataKey::from_base64(text).map_err(|_| Problem::field(field, rule, rule_en, example))
}

/// Asks for many documents at once; each is made by the sight of whoever asks, as a single print is, and with the caller's token, which ends after
/// five minutes: what is not made by then says so. One batch for each person at a time; it takes the place of an earlier one.
#[utoipa::path(post, path = "/document-batches", params(("Idempotency-Key" = String, Header)), security(("staff" = [])), request_body = BatchBody,
    responses((status = 202, body = BatchView), (status = 400, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn ask(
    State(ctx): State<Context>,
    StaffToken(claims): StaffToken,
    token: OwnToken,
    key: IdempotencyKey,
    Json(body): Json<BatchBody>,
) -> Result<Response, Problem> {
    let staff = StaffActor(claims.actor());
    staff.require(Permission::ReadCase)?;
    if !(1..=MOST).contains(&body.documents.len()) {
        let (rule, rule_en) = ("一批为1至1000份文书", "1 to 1,000 documents");
        return Err(Problem::field("documents", rule, rule_en, r#"[{"case_id": "…", "kind": "acceptance_notice"}]"#));
    }
    // A document's name is short; anything else names none.
    if let Some(at) = body.documents.iter().position(|wanted| !is_name(&wanted.kind)) {
        let (rule, rule_en) = ("应为文书清单中的名称", "a name of the list of documents");
        return Err(Problem::field(format!("documents[{at}].kind"), rule, rule_en, "acceptance_notice"));
    }
    let seal = read_key("key", &body.key)?;
    let until = DateTime::from_timestamp(claims.exp, 0).ok_or_else(Problem::unauthenticated)?;
    let owner = Owner { actor: staff.0, token: token.0, until };
    let wanted = body.documents.into_iter().map(|wanted| (wanted.case_id, wanted.kind)).collect();
    let progress = batches::ask(&ctx, owner, &key, wanted, seal).await?;
    Ok((StatusCode::ACCEPTED, Json(BatchView::from(progress))).into_response())
}

fn is_name(kind: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    (1..=60).contains(&kind.len()) && kind.bytes().all(fits)
}

fn owner(staff: &StaffActor) -> Result<StaffId, Problem> {
    staff.require(Permission::ReadCase)?;
    staff.0.staff_id().ok_or_else(Problem::not_found)
}

/// The caller's own batches of the last hour, newest first.
#[utoipa::path(get, path = "/document-batches", security(("staff" = [])), responses((status = 200, body = Vec<BatchView>)))]
pub(crate) async fn list(State(ctx): State<Context>, staff: StaffActor) -> Result<Json<Vec<BatchView>>, Problem> {
    let mine = batches::mine(&ctx, owner(&staff)?).await?;
    Ok(Json(mine.into_iter().map(BatchView::from).collect()))
}

/// How far a batch is, and why some documents were not made.
#[utoipa::path(get, path = "/document-batches/{batch_id}", params(("batch_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = BatchView), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(batch_id): Path<Uuid>,
) -> Result<Json<BatchView>, Problem> {
    let staff = owner(&staff)?;
    Ok(Json(batches::progress(&ctx, staff, batch_id).await?.into()))
}

/// Ends a batch and deletes what was made of it. Twice is no error.
#[utoipa::path(delete, path = "/document-batches/{batch_id}", params(("batch_id" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204, description = "It has ended."), (status = 404, body = Problem)))]
pub(crate) async fn cancel(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(batch_id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    batches::cancel(&ctx, owner(&staff)?, batch_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The documents that were made as one ZIP, in the order asked, each named by number and kind.
#[utoipa::path(get, path = "/document-batches/{batch_id}/file", security(("staff" = [])),
    params(("batch_id" = Uuid, Path), ("Huiyin-Batch-Key" = String, Header, description = "The key the batch was asked for with.")),
    responses((status = 200, content_type = "application/zip"), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn file(
    State(ctx): State<Context>,
    staff: StaffActor,
    Path(batch_id): Path<Uuid>,
    BatchKey(key): BatchKey,
) -> Result<Response, Problem> {
    let archive = batches::archive(&ctx, owner(&staff)?, batch_id, key).await?;
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"documents.zip\"; filename*=UTF-8''%E6%96%87%E4%B9%A6.zip"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(archive)).into_response())
}
