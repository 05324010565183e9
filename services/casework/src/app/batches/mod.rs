//! Many documents at once (文书批量打印): made in the background one after the other, each by the sight of whoever asked, kept sealed under a key that
//! they alone hold, for an hour. Why so: `docs/adr/0012-batches-of-documents.md`.

mod archive;
mod error;
mod make;
mod queue;

use chrono::{DateTime, Utc};
use huiyin_authz::Sight;
use huiyin_journal::Idempotency;
use huiyin_kernel::{Actor, CaseId, DistrictCode, Redacted, StaffId};
use huiyin_sealing::{DataKey, Place};
use huiyin_web::IdempotencyKey;
use sqlx::PgConnection;
use uuid::Uuid;

use super::act::answered_before;
use super::context::Context;
use super::error::Failure;
use crate::store::batches as store;
pub(crate) use archive::archive;
pub(crate) use error::BatchFailure;
pub(crate) use make::{make_next, sweep};
use queue::Job;
pub(crate) use queue::Queue;
pub(crate) use store::Failed;

/// Documents in one batch at most.
pub(crate) const MOST: usize = 1_000;

/// Who asks for a batch, and with what.
pub(crate) struct Owner {
    pub(crate) actor: Actor,
    pub(crate) token: String,
    /// Until when the token is valid.
    pub(crate) until: DateTime<Utc>,
}

/// A batch and what became of it so far.
pub(crate) struct Progress {
    pub(crate) batch_id: Uuid,
    pub(crate) state: State,
    pub(crate) total: i32,
    pub(crate) done: i64,
    pub(crate) failed: Vec<Failed>,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) gone_at: DateTime<Utc>,
}

/// How a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Being made.
    Running,
    /// Everything was made or refused.
    Finished,
    /// Its owner ended it; nothing of it is there any more.
    Cancelled,
    /// A later batch of the same person took its place.
    Replaced,
    /// The process that made it is gone: what was made can be had, the rest must be asked for again.
    Stopped,
}

impl State {
    /// In answers.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::Replaced => "replaced",
            Self::Stopped => "stopped",
        }
    }

    fn of(batch: &store::Batch) -> Self {
        match batch.state.as_str() {
            "running" if batch.is_silent => Self::Stopped,
            "running" => Self::Running,
            "finished" => Self::Finished,
            "cancelled" => Self::Cancelled,
            _ => Self::Replaced,
        }
    }
}

/// Takes a batch on; the same request again, whichever process hears it, gets the batch as it stands. What an earlier one of the same person left is
/// taken away.
pub(crate) async fn ask(
    ctx: &Context,
    owner: Owner,
    request: &IdempotencyKey,
    mut wanted: Vec<(CaseId, String)>,
    key: DataKey,
) -> Result<Progress, BatchFailure> {
    let Actor::Staff { staff_id, district, .. } = &owner.actor else { return Err(Failure::NotFound.into()) };
    let (staff, district) = (*staff_id, district.clone());
    let mut seen = std::collections::HashSet::new();
    wanted.retain(|one| seen.insert(one.clone()));
    let scope = format!("document-batch/{staff}");
    let command = request.command_id(&scope);
    let idempotency = Idempotency::new(scope, &command.to_string(), &said(&wanted, &key));
    let sight = Sight::of_person(staff);

    let mut tx = ctx.api.begin_as(&sight).await?;
    if let Some(before) = answered_before(&mut tx, Some(&idempotency)).await? {
        tx.rollback().await?;
        let batch_id = serde_json::from_slice(&before).map_err(|_| BatchFailure::Gone)?;
        return progress(ctx, staff, batch_id).await;
    }
    if !ctx.batches.has_room() {
        return Err(BatchFailure::Full);
    }
    let batch_id = ctx.ids.for_cause(command.uuid()).next(ctx.batches.clock.now());
    store::replace_earlier(&mut tx, staff).await?;
    let total = i32::try_from(wanted.len()).unwrap_or(i32::MAX);
    if !store::begin(&mut tx, batch_id, staff, &district, total).await? {
        return Err(BatchFailure::Running);
    }
    let answer = serde_json::to_vec(&batch_id).expect("an id always serialises");
    idempotency.store(&mut tx, 202, &answer).await?;
    tx.commit().await?;

    let Owner { actor, token, until } = owner;
    let token = Redacted::new(token);
    ctx.batches.put(Job { batch_id, actor, district, token, until, key, wanted, next: 0, tries: 0, bytes: 0 });
    ctx.batches.wake.notify_one();
    progress(ctx, staff, batch_id).await
}

/// The request, to tell it from another one under the same key.
fn said(wanted: &[(CaseId, String)], key: &DataKey) -> Vec<u8> {
    let mut said = key.to_base64().as_bytes().to_vec();
    for (case_id, kind) in wanted {
        said.extend_from_slice(case_id.uuid().as_bytes());
        said.extend_from_slice(kind.as_bytes());
        said.push(0);
    }
    said
}

/// How a batch stands, for whoever asked for it.
pub(crate) async fn progress(ctx: &Context, staff: StaffId, batch_id: Uuid) -> Result<Progress, BatchFailure> {
    let mut tx = ctx.api.look_up_as(&Sight::of_person(staff)).await?;
    standing(&mut tx, batch_id).await?.ok_or(BatchFailure::Gone)
}

/// The batches of the last hour of whoever asks, newest first.
pub(crate) async fn mine(ctx: &Context, staff: StaffId) -> Result<Vec<Progress>, BatchFailure> {
    let mut tx = ctx.api.look_up_as(&Sight::of_person(staff)).await?;
    let mut mine = Vec::new();
    for batch_id in store::of_person(&mut tx, staff).await? {
        mine.extend(standing(&mut tx, batch_id).await?);
    }
    Ok(mine)
}

async fn standing(conn: &mut PgConnection, batch_id: Uuid) -> Result<Option<Progress>, BatchFailure> {
    let Some(batch) = store::find(conn, batch_id).await? else { return Ok(None) };
    let failed = store::failed(conn, batch_id).await?;
    let state = State::of(&batch);
    let store::Batch { batch_id, total, done, asked_at, gone_at, .. } = batch;
    Ok(Some(Progress { batch_id, state, total, done, failed, asked_at, gone_at }))
}

/// Ends a batch and takes away what was made of it. Twice is no error.
pub(crate) async fn cancel(ctx: &Context, staff: StaffId, batch_id: Uuid) -> Result<(), BatchFailure> {
    let mut tx = ctx.api.begin_as(&Sight::of_person(staff)).await?;
    store::find(&mut tx, batch_id).await?.ok_or(BatchFailure::Gone)?;
    store::cancel(&mut tx, batch_id).await?;
    tx.commit().await?;
    Ok(())
}

/// Where a piece stands: moved to another place or another batch it does not open. The column names its place in the order.
fn place<'a>(batch_id: Uuid, column: &'a str, district: &'a DistrictCode) -> Place<'a> {
    Place { table: "casework.document_batch_piece", column, row: batch_id, district }
}

fn column(position: i32) -> String {
    format!("sealed/{position}")
}
